"""Generators that take turns: how branches of an execution advance side by side without threads.

A generator yields a `Pending` and goes on, with its value, when that is done. What is ready runs
in the order in which it became ready, in bursts: one entry of the agenda carries an execution as
far as it gets without waiting.
"""

import contextlib
from collections import deque
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from labs.cloud.clock import clock
from labs.cloud.simulation import current

if TYPE_CHECKING:
    from labs.cloud.agenda import Entry

# A loop of states that never wait would hold a burst for ever; after so many turns it goes on in
# a further entry, so that `settle` can name the loop.
TURNS_IN_BURST = 500

type Steps[T] = Generator[Pending, Any, T]


class StoppedError(BaseException):
    """Raised in a generator that is stopped, so that it lets go of what it waits for.

    Not GeneratorExit, which also comes when a generator of an account that is gone is thrown away.
    """


class Pending:
    """Something that will be done, with a value or an error."""

    def __init__(self) -> None:
        self.is_done = False
        self.value: Any = None
        self.error: Exception | None = None
        self._listeners: list[Callable[[], None]] = []

    def resolve(self, value: Any = None) -> None:
        self._end(value, None)

    def fail(self, error: Exception) -> None:
        self._end(None, error)

    def when_done(self, listener: Callable[[], None]) -> None:
        if self.is_done:
            listener()
        else:
            self._listeners.append(listener)

    def result(self) -> Any:
        """Its value; raises its error."""
        if self.error:
            raise self.error
        return self.value

    def _end(self, value: Any, error: Exception | None) -> None:
        """The first end counts."""
        if self.is_done:
            return
        self.is_done, self.value, self.error = True, value, error
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener()


class Job(Pending):
    """Goes on elsewhere. `stop` is called where nobody waits for it any more."""

    def __init__(self, stop: Callable[[], None]) -> None:
        super().__init__()
        self._stop = stop

    def cancel(self) -> None:
        self._stop()


class Flow:
    """The turns of one execution. `name` says in a sentence what goes on: "state machine x"."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._ready: deque[Callable[[], None]] = deque()
        self._entry: Entry | None = None
        self._timers: list[Timer] = []
        self._is_running = False
        self.is_over = False

    def soon(self, turn: Callable[[], None]) -> None:
        """Let `turn` have its turn after what is ready already."""
        self._ready.append(turn)
        self._go_on()

    def after(self, milliseconds: float) -> "Timer":
        """Is done so many milliseconds from now."""
        self._timers = [timer for timer in self._timers if not timer.is_done]
        timer = Timer(self.name, milliseconds)
        self._timers.append(timer)
        return timer

    def catch_up(self) -> bool:
        """Do what of it is due, before its turn on the agenda; whether anything was."""
        entries = [self._entry, *(timer.entry for timer in self._timers if not timer.is_done)]
        now = clock.millis()
        due = [one for one in entries if one and not one.is_cancelled and one.moment <= now]
        if not due or self._is_running:
            return False
        first = min(due)
        first.cancel()
        first.action()
        return True

    def stop(self) -> None:
        """Nothing of it has another turn."""
        self.is_over = True
        self._ready.clear()
        if self._entry:
            self._entry.cancel()

    def _go_on(self) -> None:
        if not self._is_running and self._entry is None and not self.is_over:
            self._entry = current().agenda.put(self._burst, what=self.name)

    def _burst(self) -> None:
        self._entry, self._is_running = None, True
        try:
            for _ in range(TURNS_IN_BURST):
                if not self._ready or self.is_over:
                    return
                self._ready.popleft()()
        finally:
            self._is_running = False
            if self._ready:
                self._go_on()


class Timer(Pending):
    """Done when its moment has come, unless it was cancelled."""

    def __init__(self, what: str, milliseconds: float, *, background: bool = False) -> None:
        super().__init__()
        self.entry = current().agenda.put(
            self.resolve, what=what, after_ms=milliseconds, background=background
        )

    def cancel(self) -> None:
        self.entry.cancel()


class Process(Pending):
    """A generator on its way; done with what it returns or raises."""

    def __init__(self, flow: Flow, steps: Steps[Any]) -> None:
        super().__init__()
        self._flow, self._steps = flow, steps
        self._is_stepping = False
        flow.soon(lambda: self._step(None))

    def stop(self) -> None:
        """It has no further turn; nobody learns its end."""
        self.is_done = True
        self._listeners.clear()
        if not self._is_stepping:
            self._close()

    def _step(self, awaited: Pending | None) -> None:
        if self.is_done:
            return
        self._is_stepping = True
        try:
            pending = self._sent(awaited)
        except StopIteration as end:
            self.resolve(end.value)
        except Exception as error:  # whoever waits for this process gets it
            self.fail(error)
        else:
            pending.when_done(lambda: self._flow.soon(lambda: self._step(pending)))
        finally:
            self._is_stepping = False
            self._close_if_over()  # also where it was stopped from within its own step

    def _close_if_over(self) -> None:
        if self.is_done:
            self._close()

    def _close(self) -> None:
        with contextlib.suppress(StoppedError):
            self._steps.throw(StoppedError())

    def _sent(self, awaited: Pending | None) -> Pending:
        if awaited is not None and awaited.error:
            return self._steps.throw(awaited.error)
        return self._steps.send(awaited.value if awaited else None)


def turn() -> Pending:
    """Done at once: whoever yields it lets the others have their turn."""
    pending = Pending()
    pending.resolve()
    return pending


def first_of(*pendings: Pending | None) -> Pending:
    """Done with whichever of them is done first, as its value."""
    first = Pending()
    for pending in pendings:
        if pending is not None:
            pending.when_done(lambda pending=pending: first.resolve(pending))  # type: ignore[misc]
    return first
