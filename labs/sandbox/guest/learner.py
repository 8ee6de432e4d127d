"""The learner's process: holds the submitted files and does what the account's process asks.

As untrusted as the code in it: nothing that it answers is believed, only what it did to the
account is graded. Requests (`do`) on the control socket, AWS calls on the seam:

    load    body: the files as a zip, `environment`  -> {}
    run     `file`, as the main program              -> {} or {"error": ...}
    call    body: {"args", "kwargs"}; `function`     -> {"payload": JSON} or {"error": ...}
    invoke  body: the event; `handler`, `context`    -> {"payload": JSON} or {"error": ...}

`error` is AWS's payload for a failed invocation: errorType, errorMessage, stackTrace. Beside it
stands `limit`, if a limit of the sandbox was the reason.
"""

import faulthandler
import importlib
import io
import os
import signal
import socket
import sys
import zipfile
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, TextIO, override

import boto3

from labs.sandbox import seam
from labs.sandbox.environment import ENVIRONMENT
from labs.sandbox.guest import aws
from labs.sandbox.guest.failure import failure
from labs.sandbox.guest.handler import invoke
from labs.sandbox.guest.program import call, run_program
from labs.sandbox.namespaces import TASK_ROOT

# Clients of these are made once in the zygote, so that their models are in memory.
WARM_SERVICES = ("sqs", "dynamodb", "s3", "sns", "lambda", "events", "stepfunctions", "iam")
WARM_CALLS = {"sqs": "list_queues", "dynamodb": "list_tables", "s3": "list_buckets"}
# What AWS installs beside the standard library.
RUNTIME_PACKAGES = {
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "s3transfer",
    "six",
    "urllib3",
}
MAX_UNPACKED_BYTES = 32 * 1024 * 1024

transport = aws.Transport()


def warm() -> None:
    """In the zygote: load boto3's models and run each code path once, against canned replies."""
    global transport
    os.environ.update(ENVIRONMENT)
    sys.dont_write_bytecode = True
    transport = aws.install()
    boto3.setup_default_session()
    for service in WARM_SERVICES:
        client = boto3.client(service)
        if operation := WARM_CALLS.get(service):
            getattr(client, operation)()
    boto3.resource("dynamodb")


def run(fds: list[int]) -> None:
    """In the sandbox: serve requests until the account's process is gone.

    fds: control, seam, and a pipe to the worker for the place that the code has reached.
    """
    *sockets, where = fds
    control, line = (socket.socket(fileno=fd) for fd in sockets)
    for asked in (signal.SIGUSR1, signal.SIGXCPU):
        faulthandler.register(asked, file=where, all_threads=False)
    transport.line = aws.Line(line)
    sys.stdout, sys.stderr = _output(1), _output(2)
    _hide_packages()
    sys.path.insert(0, TASK_ROOT)
    sys.argv = [f"{TASK_ROOT}/main.py"]
    os.chdir(TASK_ROOT)
    try:
        while True:
            request, body = seam.receive(control)
            answer = ACTIONS[request["do"]](request, body)
            sys.stdout.flush()
            seam.send(control, answer)
    except BaseException:
        # The account's process is gone, or the learner's code has broken what this loop needs:
        # in either case there is nobody to tell. The output is the learner's alone.
        os._exit(1)


def _hide_packages() -> None:
    """Let code import what Lambda's Python runtime has, and no more of what lies here."""
    for name in list(sys.modules):
        if not _is_in_runtime(name):
            del sys.modules[name]
    sys.meta_path.insert(0, HiddenPackages())


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
    """Unpack the files. The archive may be hostile: it is opened here, behind the walls."""
    os.environ.update(request["environment"])
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
                return failure("Runtime.InvalidZip", "The package is larger than 32 MB unpacked.")
            archive.extractall(TASK_ROOT)
    except Exception as error:
        return failure("Runtime.InvalidZip", f"The package cannot be unpacked: {error}")
    importlib.invalidate_caches()
    return {}


ACTIONS = {"load": load, "run": run_program, "call": call, "invoke": invoke}
