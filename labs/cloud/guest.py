"""The account's end of one learner's process: ask it to do something, serve its AWS calls."""

import select
import socket
import time
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from labs.cloud.clock import clock
from labs.errors import LabsError
from labs.sandbox import seam

# The learner's code sleeps without waiting; so much of it is believed of one process, which is
# more than it allows itself (labs.sandbox.guest.clock), and keeps the year within four digits.
MAX_SKIPPED_NS = 800 * 86_400 * 1_000_000_000
# Of real time, after a deadline: what slept too long shall say so, which is the same in each run,
# before this machine's clock ends it, which may be slow.
GRACE_SECONDS = 0.5

# To one who only tells that he slept.
ANSWER: seam.Frame = ({}, b"")

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


class KilledError(GuestGoneError):
    """Raised by what serves its calls: the process is to be ended here and now."""


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


class Deadline:
    """So many seconds from now, on the real clock and on the account's; None is no end."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._real = None if seconds is None else time.monotonic() + seconds + GRACE_SECONDS
        self.account_ns = None if seconds is None else clock.now_ns() + round(seconds * 1e9)

    def real_seconds(self) -> float | None:
        """How much is left for select()."""
        return None if self._real is None else max(0.0, self._real - time.monotonic())

    def left_ns(self) -> int:
        """How much is left by the account's clock."""
        return MAX_SKIPPED_NS if self.account_ns is None else self.account_ns - clock.now_ns()

    def reach(self) -> None:
        """It is over by the account's clock as well."""
        if self.account_ns is not None:
            clock.advance(self.account_ns - clock.now_ns())


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
        self._sent_ns = time.monotonic_ns()
        self.seed = ""
        self.let_pass = clock.advance  # so many nanoseconds, which the code has slept
        self._may_skip_ns = MAX_SKIPPED_NS

    def request(
        self, do: str, body: bytes = b"", *, seconds: float | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Let it `load`, `run` or `invoke`; see labs.sandbox.guest.learner.

        The answer is the word of an untrusted process. None lets it take all the job's time.

        Raises:
            GuestGoneError: it is gone, or talks nonsense.
            GuestTimedOutError: it took more than `seconds`, of the account's time or of real time
                with some grace, and was ended.
            StoppedError: the worker ended it, and with it this grading.
        """
        deadline = Deadline(seconds)
        try:
            self._send(self._control, {"do": do, "seed": self.seed, **fields}, body)
            while True:
                # Calls first: they were made before the answer was sent.
                if self._wait(deadline) is self._control:
                    answer, payload = self._receive(self._control, deadline)
                    self._end_if_late(deadline)
                    return {**answer, "payload": payload}
                header, call = self._receive(self._line, deadline)
                # One that slept too long makes no call any more.
                self._end_if_late(deadline)
                frame = ANSWER if header.get("slept") is True else self._serve(header, call)
                self._end_if_late(deadline)
                self._send(self._line, *frame)
        except KilledError:
            self._host.kill()
            self.close()
            raise
        except seam.SeamError as error:
            self.close()  # a process that still runs ends when it finds nobody there
            raise GuestGoneError(self._host.ended() or str(error)) from None

    def begin(self, do: str, body: bytes = b"", **fields: Any) -> None:
        """Let it begin something that goes on beside others; `next_event` tells how."""
        self._send(self._control, {"do": do, "seed": self.seed, **fields}, body)

    def next_event(self) -> tuple[bool, dict[str, Any], bytes]:
        """(whether it is done, header, body) of its answer, or of its next call.

        A call waits for `answer`. Real time passes alone: what the code slept goes to `let_pass`.

        Raises:
            GuestGoneError: it is gone, or talks nonsense.
            StoppedError: the worker ended it, and with it this grading.
        """
        deadline = Deadline(None)
        try:
            done = self._wait(deadline) is self._control
            header, body = self._receive(self._control if done else self._line, deadline)
        except seam.SeamError as error:
            self.close()
            raise GuestGoneError(self._host.ended() or str(error)) from None
        return done, header, body

    def answer(self, header: dict[str, Any], body: bytes, *, number: int = 0) -> None:
        """Serve a call or a sleep that `next_event` told of; `number` is a signal for the code.

        Raises:
            KilledError: a fault ended it.
            GuestGoneError: it is gone.
        """
        try:
            answer, content = ANSWER if header.get("slept") is True else self._serve(header, body)
            signalled = {**answer, "signal": number} if number else answer
            self._send(self._line, signalled, content)
        except KilledError:
            self.kill()
            raise
        except seam.SeamError as error:
            self.close()
            raise GuestGoneError(self._host.ended() or str(error)) from None

    def kill(self) -> None:
        """End the process here and now."""
        self._host.kill()
        self.close()

    def _wait(self, deadline: Deadline) -> socket.socket:
        """The socket on which something came, the line before the control socket."""
        ready, _, _ = select.select([self._line, self._control], [], [], deadline.real_seconds())
        if not ready:
            self._end(deadline)
        return self._line if self._line in ready else self._control

    def _end_if_late(self, deadline: Deadline) -> None:
        if deadline.account_ns is not None and clock.now_ns() > deadline.account_ns:
            self._end(deadline)

    def _end(self, deadline: Deadline) -> NoReturn:
        last_line = self._host.kill()
        deadline.reach()
        raise GuestTimedOutError(f"no answer after {deadline.seconds} s", last_line=last_line)

    def _send(self, sock: socket.socket, header: dict[str, Any], body: bytes) -> None:
        self._sent_ns = time.monotonic_ns()
        seam.send(sock, {**header, "now_ns": clock.now_ns()}, body)

    def _receive(self, sock: socket.socket, deadline: Deadline) -> seam.Frame:
        """A frame; what its sender says to have slept, and can have slept, passes here as well."""
        header, body = seam.receive(sock)
        real_ns = time.monotonic_ns() - self._sent_ns
        slept, skipped = (_nanoseconds(header, name) for name in ("slept_ns", "skipped_ns"))
        skipped = min(skipped, self._may_skip_ns)
        self._may_skip_ns -= skipped
        # Whoever sleeps too long is ended when the time is up, and not when he would have woken.
        self.let_pass(min(slept, real_ns) + min(skipped, max(0, deadline.left_ns()) + 1))
        return header, body

    def close(self) -> None:
        """Hang up: the process ends by itself when it finds nobody there."""
        self._control.close()
        self._line.close()


def _nanoseconds(header: dict[str, Any], name: str) -> int:
    value = header.get(name, 0)
    if type(value) is not int or value < 0:
        raise seam.SeamError(f"{name} is no time")
    return value
