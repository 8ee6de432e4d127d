"""A container's program in a process of its own, beside the other things that go on.

It runs from one call or sleep to the next; each is done at its moment, by the agenda.
"""

import io
import signal
import zipfile
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from labs.cloud.clock import NS_PER_MS, clock
from labs.cloud.guest import GuestGoneError, KilledError
from labs.cloud.lambda_runtime.invocation import Running
from labs.cloud.services.ecs import polls
from labs.cloud.services.ecs.commands import Command
from labs.cloud.simulation import current

if TYPE_CHECKING:
    from labs.cloud.agenda import Entry

KILLED = 128 + signal.SIGKILL
CRASHED = 1
MAX_LINES = 2000
# A task that goes on for so long, or so often, is a worker, for whose end nobody waits.
WORKER_MS, WORKER_STEPS = 15 * 60 * 1000, 1000


class Watcher(Protocol):
    """The container that a process is."""

    def printed(self, lines: list[str]) -> None: ...

    def ended(self, status: int) -> None: ...


class Process:
    """One program. `name` is its task's in the trace, `role` the ARN of the task's role."""

    def __init__(self, name: str, role: str, watcher: Watcher, *, background: bool) -> None:
        self._name = name
        self._running = Running(name, "", role, kind="task")
        self._watcher = watcher
        self._background = background
        self._started_ms = clock.millis()
        self._slept_ns = 0
        self._steps = 0
        self._entry: Entry | None = None
        self._pending: tuple[dict[str, Any], bytes] | None = None
        self._resumes_ms = 0.0  # until when a sleep goes on that a signal interrupted
        self._signal = 0
        self._poll_until: float | None = None
        self._is_over = False

    def start(self, command: Command, environment: Mapping[str, str], memory_mb: int) -> None:
        """Start it with the learner's files; it goes on by itself."""
        self._guest = current().start_guest(memory_mb)
        self._guest.request("load", _zipped(current().files), environment={})
        self._guest.let_pass = self._sleep
        self._guest.begin(
            "container",
            kind=command.kind,
            what=command.what,
            argv=list(command.argv),
            environment=dict(environment),
        )
        self._go_on()

    def terminate(self) -> None:
        """SIGTERM: the code's handler runs where it sleeps or calls; without one it ends."""
        if self._is_over or self._entry is None:
            return
        self._signal = signal.SIGTERM
        if self._pending is None:
            return
        self._resumes_ms = self._entry.moment
        self._entry.cancel()
        self._plan(self._answer, 0)

    def kill(self) -> None:
        """SIGKILL."""
        if self._is_over:
            return
        self._guest.kill()
        self._end(KILLED)

    def _sleep(self, nanoseconds: int) -> None:
        self._slept_ns += nanoseconds

    def _go_on(self) -> None:
        """Let it run, in real time, to its next call or sleep, and plan that."""
        self._slept_ns = 0
        try:
            done, header, body = self._guest.next_event()
        except GuestGoneError:
            self._end(CRASHED)
            return
        slept_ms = self._slept_ns / NS_PER_MS
        if not header.get("in_handler"):
            # One that ends on the signal does not sleep on, nor one whose handler raises.
            if not done and not header.get("left_sleep"):
                slept_ms += max(0.0, self._resumes_ms - clock.millis())
            self._resumes_ms = 0
        self._print(header.get("log"))
        if done:
            self._pending = None
            status = header.get("exit_status")
            self._plan(lambda: self._end(status if type(status) is int else CRASHED), slept_ms)
        else:
            self._pending = header, body
            self._plan(self._answer, slept_ms)

    def _answer(self) -> None:
        header, body = self._pending or ({}, b"")
        if self._is_waiting(header, body):
            return
        if self._poll_until is not None:
            body, self._poll_until = polls.at_once(body), None
        number, self._signal = self._signal, 0
        running = current().environments.running
        running.append(self._running)
        try:
            self._guest.answer(header, body, number=number)
        except (KilledError, GuestGoneError):
            self._end(KILLED)
            return
        finally:
            running.pop()
        if not self._is_over:
            self._go_on()

    def _is_waiting(self, header: dict[str, Any], body: bytes) -> bool:
        """Whether it is a long poll that finds nothing yet; then it looks again later."""
        if self._poll_until is None:
            self._poll_until = polls.end_of(header, body)
        if self._poll_until is None or self._signal or polls.has_message(header, body):
            return False
        if self._poll_until <= clock.millis():
            return False
        waiting = self._pending
        moment = polls.look_again(header, body, self._poll_until, lambda: self._look(waiting))
        self._plan(self._answer, moment - clock.millis())
        return True

    def _look(self, waiting: tuple[dict[str, Any], bytes] | None) -> None:
        """A message came for a poll; it may have ended meanwhile."""
        if self._pending is waiting and self._entry and not self._is_over:
            self._entry.cancel()
            self._plan(self._answer, 0)

    def _plan(self, action: Callable[[], None], after_ms: float) -> None:
        self._steps += 1
        lasts_ms = clock.millis() + after_ms - self._started_ms
        is_worker = lasts_ms > WORKER_MS or self._steps > WORKER_STEPS
        self._entry = current().agenda.put(
            action,
            what=f"task {self._name}",
            after_ms=after_ms,
            background=self._background or is_worker,
        )

    def _print(self, lines: object) -> None:
        if isinstance(lines, list) and lines:
            self._watcher.printed([str(line)[:10_000] for line in lines[:MAX_LINES]])

    def _end(self, status: int) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._entry:
            self._entry.cancel()
        self._guest.close()
        self._watcher.ended(status)


def _zipped(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()
