"""The worker's end of a zygote: start it, ask it for sandboxed processes, end it."""

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from labs.errors import EngineError, SandboxUnavailableError
from labs.sandbox import seam
from labs.sandbox.limits import ProcessLimits

# -I: no environment, no user site, no working directory on the path.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from labs.sandbox.zygote_process import main; "
    "main(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))"
)
WARM_UP_SECONDS = 60


class Sandbox:
    """One running sandboxed process. It is pid 1 of its namespace: all it forked ends with it."""

    def __init__(self, pidfd: int) -> None:
        self._pidfd = pidfd

    def fileno(self) -> int:
        """Readable when the process has ended: pidfd_open(2)."""
        return self._pidfd

    def has_ended(self) -> bool:
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(0))

    def kill(self) -> None:
        try:
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        except ProcessLookupError:
            return  # it has ended by itself

    def close(self) -> None:
        """Kill it if it still runs, and forget it."""
        self.kill()
        os.close(self._pidfd)


class Zygote:
    """A warm process running `entry` (a module with `warm()` and `run(fds)`), shut in.

    Raises:
        SandboxUnavailableError: the kernel refuses a layer. Nothing runs without it.
        EngineError: it did not come up, or ended.
    """

    def __init__(self, entry: str) -> None:
        self._entry = entry
        self._control, theirs = socket.socketpair()
        with tempfile.TemporaryDirectory(prefix="coldstart-root-") as new_root:
            self._process = self._start(theirs, new_root)
            theirs.close()
            self._wait_until_ready()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def fork(self, fds: Sequence[int], limits: ProcessLimits) -> Sandbox:
        """A new sandboxed process; `fds` are its stdout, then what `run` gets."""
        try:
            seam.send(self._control, {"limits": asdict(limits)}, fds=fds)
            _answer, _body, (pidfd,) = seam.receive_with_fds(self._control)
        except (seam.SeamError, ValueError) as error:
            raise EngineError(f"the zygote {self._entry} is gone: {error}") from None
        return Sandbox(pidfd)

    def close(self) -> None:
        """End the zygote and every process that it made."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _start(self, theirs: socket.socket, new_root: str) -> subprocess.Popen[bytes]:
        project = Path(__file__).resolve().parents[2]
        arguments = (str(project), self._entry, new_root, str(theirs.fileno()), str(os.getpid()))
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            [sys.executable, "-I", "-B", "-c", _BOOT, *arguments],
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            # Ctrl-C in the terminal is for the worker, which then ends its zygotes in order.
            start_new_session=True,
        )

    def _wait_until_ready(self) -> None:
        self._control.settimeout(WARM_UP_SECONDS)
        try:
            answer, _body = seam.receive(self._control)
        except seam.SeamError as error:
            self.close()
            raise EngineError(f"the zygote {self._entry} did not come up: {error}") from None
        self._control.settimeout(None)
        if reason := answer.get("unavailable"):
            self.close()
            raise SandboxUnavailableError(
                f"This machine refuses the sandbox ({reason}). It needs Linux 5.13 or newer with "
                "Landlock, unprivileged user namespaces or a start as root, and in a container "
                "a seccomp profile that allows unshare, mount and pivot_root."
            )
