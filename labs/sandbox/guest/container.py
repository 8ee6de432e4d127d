"""The learner's files as a container's program: its arguments, its signals, its log."""

import os
import runpy
import signal
import sys
import threading
from typing import Any

from labs.sandbox.folders import task_root
from labs.sandbox.guest import log as logs
from labs.sandbox.guest.program import end_program, print_traceback

SIGTERM_STATUS = 128 + signal.SIGTERM
FAILED = 1
# Whether this thread is in a signal's handler.
_handling = threading.local()


class Container:
    """What runs here; each frame to the account takes along what it printed meanwhile."""

    def __init__(self) -> None:
        self._log: logs.Log | None = None
        self.left_sleep = False  # a handler raised, so what it interrupted does not go on

    def run(self, request: dict[str, Any], _body: bytes) -> dict[str, Any]:
        """Run `python FILE ARGUMENTS`, `python -m MODULE` or `python -c CODE`, as `kind` says.

        The answer has its exit status and the rest of its log.
        """
        os.environ.update(request["environment"])
        self._log = logs.install()
        sys.argv = list(request["argv"])
        status = _status(request["kind"], request["what"])
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return {"exit_status": status, **self.told()}

    def told(self) -> dict[str, Any]:
        """What a frame takes along."""
        if not self._log:
            return {}
        left, self.left_sleep = self.left_sleep, False
        in_handler = getattr(_handling, "now", False)
        return {"log": self._log.take(), "in_handler": in_handler, "left_sleep": left}


def deliver(number: int) -> None:
    """Do what the code wants to be done on a signal; without a handler it ends the process."""
    handler = signal.getsignal(number)
    if callable(handler):
        _handling.now = True
        try:
            handler(number, sys._getframe(1))
        except BaseException:
            container.left_sleep = True
            raise
        finally:
            _handling.now = False
    elif handler is signal.SIG_DFL:
        raise SystemExit(128 + number)


def _status(kind: str, what: str) -> int:
    """The exit status of the program."""
    try:
        if kind == "module":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        elif kind == "code":
            exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - python -c
        else:
            runpy.run_path(f"{task_root()}/{what}", run_name="__main__")
    except SystemExit as end:
        status = _exit_status(end.code)
    except BaseException as error:
        print_traceback(error)
        status = FAILED
    else:
        status = 0
    end_program()
    return status


def _exit_status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)  # noqa: T201 - as Python does
    return FAILED


container = Container()
