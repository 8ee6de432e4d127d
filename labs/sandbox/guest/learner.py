"""The learner's process: holds the submitted files and does what the account's process asks.

As untrusted as the code in it: nothing that it answers is believed, only what it did to the
account is graded. Requests (`do`) on the control socket, AWS calls on the seam:

    check   body: the files as JSON                  -> {"syntax": the first syntax error or ""}
    load    body: the files as a zip, `environment`  -> {}
    run     `file`, as the main program              -> {} or {"error": ...}
    call    body: {"args", "kwargs"}; `function`     -> {"payload": JSON} or {"error": ...}
    init    body: a function's package and its layers; `archives`, `environment`, `handler`
                                                     -> {} or {"error": ...}
    invoke  body: the event; `request_id`, `arn`, `client_context`, `deadline_ms`
                                                     -> {"payload": JSON} or {"error": ...}
    javascript  see labs.sandbox.guest.javascript     -> {"payload": text} or {"error": ...}

`payload` travels as the frame's body. With `init` and `invoke` come `log`, the lines logged, and
`grown_kb`, the memory used at the peak; {"exit": status} says that the code asked to end.

`error` is AWS's payload for a failed invocation: errorType, errorMessage, stackTrace. Beside it
stands `limit`, if a limit of the sandbox was the reason.
"""

import faulthandler
import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, TextIO, override

from labs.sandbox import seam
from labs.sandbox.environment import ENVIRONMENT
from labs.sandbox.folders import task_root
from labs.sandbox.guest import aws, clients, http, javascript, package, randomness
from labs.sandbox.guest.clock import clock, install_clock
from labs.sandbox.guest.container import container
from labs.sandbox.guest.failure import failure
from labs.sandbox.guest.handler import function
from labs.sandbox.guest.program import call, run_program
from labs.sandbox.virtual_time import NEEDED_MODULES
from labs.syntax import first_error

# What AWS installs beside the standard library; and requests with what it needs, which on AWS a
# package or a layer brings along.
RUNTIME_PACKAGES = {
    "boto3",
    "botocore",
    "certifi",
    "charset_normalizer",
    "dateutil",
    "idna",
    "jmespath",
    "requests",
    "s3transfer",
    "six",
    "urllib3",
}

transport = aws.Transport()


def warm() -> None:
    """In the zygote: load boto3's models and run each code path once, against canned replies."""
    global transport
    os.environ.update(ENVIRONMENT)
    sys.dont_write_bytecode = True
    install_clock()
    randomness.install()
    transport = aws.install()
    clients.Ready().make()
    http.install()
    http.warm()
    package.warm()


def run(fds: list[int]) -> None:
    """In the sandbox: serve requests until the account's process is gone.

    fds: control, seam, and a pipe to the worker for the place that the code has reached.
    """
    *sockets, where = fds
    control, line = (socket.socket(fileno=fd) for fd in sockets)
    for asked in (signal.SIGUSR1, signal.SIGXCPU):
        faulthandler.register(asked, file=where, all_threads=False)
    transport.line = http.network.line = clock.account = aws.Line(line)
    sys.stdout, sys.stderr = _output(1), _output(2)
    _hide_packages()
    sys.path.insert(0, task_root())
    sys.argv = [f"{task_root()}/main.py"]
    os.chdir(task_root())
    try:
        while True:
            request, body = seam.receive(control)
            randomness.begin(request["seed"])
            clock.follow(request)
            answer = ACTIONS[request["do"]](request, body)
            sys.stdout.flush()
            payload = answer.pop("payload", "")
            seam.send(control, {**answer, **clock.passed()}, payload.encode())
    except BaseException:
        # The account's process is gone, or the learner's code has broken what this loop needs:
        # in either case there is nobody to tell. The output is the learner's alone.
        os._exit(1)


def _hide_packages() -> None:
    """Let code import what Lambda's Python runtime has, and no more of what lies here."""
    for name in list(sys.modules):
        if not _is_in_runtime(name) and name not in NEEDED_MODULES:
            del sys.modules[name]
    sys.meta_path.insert(0, HiddenPackages())
    http.see_imports()


class HiddenPackages(MetaPathFinder):
    """Finds what the learner's code brings, and hides what Lambda does not have."""

    def __init__(self) -> None:
        self._ours = frozenset(sys.path)

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is None and not _is_in_runtime(fullname):
            theirs = [folder for folder in sys.path if folder not in self._ours]
            spec = PathFinder.find_spec(fullname, theirs)
            if spec is None:
                raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
            return spec
        return None


def _is_in_runtime(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top in RUNTIME_PACKAGES or top == "__main__"


def _output(fd: int) -> TextIO:
    # By line, so that what was printed before a process is killed is not lost.
    return open(fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def load(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Unpack a program's files."""
    os.environ.update(request["environment"])
    try:
        package.unpack([(body, task_root())])
    except package.PackageError as error:
        return failure("Runtime.InvalidZip", str(error))
    return {}


def check(_request: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Compile the files, before anything of them runs."""
    return {"syntax": first_error(json.loads(body))}


ACTIONS = {
    "check": check,
    "load": load,
    "run": run_program,
    "call": call,
    "init": function.init,
    "invoke": function.invoke,
    "javascript": javascript.evaluate,
    "container": container.run,
}
