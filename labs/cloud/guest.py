"""The account's end of one learner's process: ask it to do something, serve its AWS calls."""

import select
import socket
from collections.abc import Callable
from typing import Any

from labs.errors import EngineError
from labs.sandbox import seam

# (request header, body) -> (answer header, body)
type Serve = Callable[[dict[str, Any], bytes], seam.Frame]


class GuestGoneError(EngineError):
    """The process ended in the middle of a request: it exited, crashed, or was killed."""


class StoppedError(EngineError):
    """The worker ended this grading (a limit was hit), so it gives no new process."""


class Guest:
    """One learner's process. Its AWS calls are served only while a request to it is open."""

    def __init__(self, control: socket.socket, line: socket.socket, serve: Serve) -> None:
        self._control = control
        self._line = line
        self._serve = serve

    def request(self, do: str, body: bytes = b"", **fields: Any) -> dict[str, Any]:
        """Let it `load`, `run` or `invoke`; see labs.sandbox.guest.learner.

        The answer is the word of an untrusted process.

        Raises:
            GuestGoneError: it is gone, or talks nonsense.
        """
        try:
            seam.send(self._control, {"do": do, **fields}, body)
            while True:
                ready, _, _ = select.select([self._line, self._control], [], [])
                # Calls first: they were made before the answer was sent.
                if self._line in ready:
                    seam.send(self._line, *self._serve(*seam.receive(self._line)))
                else:
                    return seam.receive(self._control)[0]
        except seam.SeamError as error:
            raise GuestGoneError(str(error)) from None

    def close(self) -> None:
        """Hang up: the process ends by itself when it finds nobody there."""
        self._control.close()
        self._line.close()
