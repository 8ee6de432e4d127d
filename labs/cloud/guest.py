"""The account's end of one learner's process: ask it to do something, serve its AWS calls."""

import select
import socket
import time
from collections.abc import Callable
from typing import Any, Protocol

from labs.errors import LabsError
from labs.sandbox import seam

# (request header, body) -> (answer header, body)
type Serve = Callable[[dict[str, Any], bytes], seam.Frame]


class GuestError(LabsError):
    """A learner's process does not do what it was asked: its own doing, or a limit's."""


class GuestGoneError(GuestError):
    """The process ended in the middle of a request: it exited, crashed, or was killed.

    The text says how, as AWS does: "exit status 1", "signal: segmentation fault".
    """


class GuestTimedOutError(GuestError):
    """The process did not answer in time, and was ended.

    `last_line` is what it had reached of the learner's code ("handler.py:14"), or "".
    """

    def __init__(self, message: str, *, last_line: str = "") -> None:
        super().__init__(message)
        self.last_line = last_line


class StoppedError(GuestError):
    """The worker ended this grading (a limit was hit), so it gives no new process."""


class Host(Protocol):
    """The worker, asked about one process."""

    def kill(self) -> str:
        """End the process; returns the last line of the learner's code that it reached, or ""."""

    def ended(self) -> str:
        """How a process ended that is gone: "exit status 1", "signal: killed".

        Raises:
            StoppedError: the worker ended it, because the grading hit a limit.
        """


class Guest:
    """One learner's process. Its AWS calls are served only while a request to it is open."""

    def __init__(
        self,
        control: socket.socket,
        line: socket.socket,
        serve: Serve,
        host: Host,
    ) -> None:
        self._control = control
        self._line = line
        self._serve = serve
        self._host = host

    def request(
        self, do: str, body: bytes = b"", *, seconds: float | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Let it `load`, `run` or `invoke`; see labs.sandbox.guest.learner.

        The answer is the word of an untrusted process. None lets it take all the job's time.

        Raises:
            GuestGoneError: it is gone, or talks nonsense.
            GuestTimedOutError: it took more than `seconds` of real time, and was ended.
            StoppedError: the worker ended it, and with it this grading.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            seam.send(self._control, {"do": do, **fields}, body)
            while True:
                # Calls first: they were made before the answer was sent.
                if self._wait(deadline) is self._line:
                    seam.send(self._line, *self._serve(*seam.receive(self._line)))
                else:
                    return seam.receive(self._control)[0]
        except seam.SeamError as error:
            self.close()  # a process that still runs ends when it finds nobody there
            raise GuestGoneError(self._host.ended() or str(error)) from None

    def _wait(self, deadline: float | None) -> socket.socket:
        """The socket on which something came, the line before the control socket."""
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([self._line, self._control], [], [], left)
        if not ready:
            last_line = self._host.kill()
            raise GuestTimedOutError(f"no answer after {left} s", last_line=last_line)
        return self._line if self._line in ready else self._control

    def close(self) -> None:
        """Hang up: the process ends by itself when it finds nobody there."""
        self._control.close()
        self._line.close()
