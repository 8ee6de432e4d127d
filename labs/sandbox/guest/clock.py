"""The learner's process lives on the account's time.

Its time of day goes where the account's is, with each answer of the account, and on from there by
what the code sleeps. The monotonic clocks go with it, so that a loop which waits until a deadline
measures what it waited.

Sleeping takes no real time. A process with one thread just is at the later moment, and tells the
account at once, which lets happen what was due meanwhile. Where there are several threads, their
sleeps overlap: time goes on to the first moment at which one of them wakes, as soon as all the
others rest. That cannot be wholly seen from Python (a thread may wait for a lock that is about to
be released), so it is read from where they are and from the processor time that they use.

A process may sleep MAX_SLEEPS times, and MAX_SLEPT_NS together, in this way. Then its sleeps take
as long as they say: so an endless loop of them costs nothing, and is ended by the limit on real
time, where it stands.
"""

import concurrent.futures.thread
import queue
import sched
import selectors
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Protocol, override

import botocore.endpoint
import botocore.retries.bucket
import botocore.retries.standard
import botocore.waiter

from labs.sandbox.virtual_time import NS_PER_SECOND, VirtualTime

# A look at the clock takes about as long, so that a loop which waits for a time waits no shorter.
LOOK_NS = 400
MAX_SLEEPS = 10_000
MAX_SLEPT_NS = 400 * 86_400 * NS_PER_SECOND
# Shorter ones are told with the next call.
MIN_TOLD_NS = 1_000_000
# How a thread rests, in real time: the one that wakes first, and the others.
NAP_SECONDS, LONG_NAP_SECONDS = 0.0005, 0.01
# All rest if so many naps, one after the other, see no more processor time used than this: the
# second figure is for threads of which it cannot be seen that they wait.
QUIET_NAPS, MANY_QUIET_NAPS, QUIET_NS = 8, 40, 300_000

_sleep, _wait = time.sleep, threading.Condition.wait
_processor_ns = time.process_time_ns

# Waits so many seconds of real time; whether there is a reason to wake.
type Nap = Callable[[float], object]


class Account(Protocol):
    """The other end, as the clock sees it: is told how much was slept, and may be at work."""

    def tell_slept(self) -> None: ...

    def is_answering(self) -> bool: ...


class Clock(VirtualTime):
    """This process's time, and what of it the account has not been told."""

    def __init__(self) -> None:
        super().__init__(look_ns=LOOK_NS)
        self._told_ns = 0
        self._skipped_ns = 0
        self._being_told_ns = 0
        self._sleeps = 0
        self._slept_ns = 0
        self.account: Account | None = None

    def follow(self, header: dict[str, Any]) -> None:
        """Go where the account's time is, if it is further."""
        self._told_ns = header["now_ns"]
        # Another thread may have slept since the call was sent.
        self._skipped_ns -= self._being_told_ns
        self._being_told_ns = 0
        self.now_ns = max(self.now_ns, self._told_ns)

    def passed(self) -> dict[str, int]:
        """By how much this process went ahead of the account: in real time, and without."""
        ahead = self.now_ns - self._told_ns
        self._being_told_ns = min(self._skipped_ns, ahead)
        return {"slept_ns": ahead - self._being_told_ns, "skipped_ns": self._being_told_ns}

    def reach(self, moment_ns: int) -> None:
        """It is that time now, unless it is later: sleeps of several threads overlap."""
        self.now_ns = max(self.now_ns, moment_ns)

    def skip(self, seconds: float) -> None:
        """Let time pass without waiting for it."""
        self.skip_to(self.now_ns + _ns(seconds))

    def skip_to(self, moment_ns: int) -> None:
        skipped = max(0, moment_ns - self.now_ns)
        self._skipped_ns += skipped
        self.now_ns += skipped

    @contextmanager
    def interrupted(self) -> Iterator[None]:
        """What a signal interrupts goes on afterwards, unless the handler raises."""
        resumes_ns = self.now_ns
        self.now_ns = min(self.now_ns, self._told_ns)
        yield
        self.reach(resumes_ns)

    def may_skip(self, nanoseconds: int) -> bool:
        """Whether one more sleep may pass at once; to be asked once for each."""
        self._sleeps += 1
        self._slept_ns += nanoseconds
        return self._sleeps <= MAX_SLEEPS and self._slept_ns <= MAX_SLEPT_NS

    def tell(self, slept_ns: int) -> None:
        """Let the account do what was due while the code slept."""
        if self.account and slept_ns >= MIN_TOLD_NS:
            self.account.tell_slept()

    def monotonic_ns(self) -> int:
        return self.time_ns() - self._started_ns

    _started_ns = 0

    def begin(self) -> None:
        """The monotonic clocks start somewhere, as on any machine."""
        self.start()
        self._started_ns = self.now_ns - NS_PER_SECOND


clock = Clock()


class Sleepers:
    """The moments at which sleeping threads wake."""

    def __init__(self) -> None:
        self._moments: list[int] = []

    def add(self, moment_ns: int) -> None:
        self._moments.append(moment_ns)

    def remove(self, moment_ns: int) -> None:
        self._moments.remove(moment_ns)

    def is_first(self, moment_ns: int) -> bool:
        return moment_ns <= min(self._moments)


sleepers = Sleepers()


def install_clock() -> None:
    """Put this process on virtual time; in the zygote, before anything takes `time.sleep`."""
    clock.begin()
    time.sleep = sleep
    threading.Condition.wait = wait  # type: ignore[method-assign]
    selectors.DefaultSelector = PatientSelector  # type: ignore[misc]
    time.monotonic = time.perf_counter = monotonic
    time.monotonic_ns = time.perf_counter_ns = clock.monotonic_ns
    threading._time = queue.time = sched._time = monotonic  # type: ignore[attr-defined]
    without_waiting = SimpleNamespace(sleep=clock.skip, time=time.time)
    botocore.endpoint.time = botocore.waiter.time = without_waiting
    botocore.retries.bucket.time = without_waiting
    botocore.retries.bucket.threading = SimpleNamespace(
        Lock=threading.Lock, Condition=SkippingCondition
    )
    botocore.retries.standard.RetryHandler.__init__.__defaults__ = (None, clock.skip)


def monotonic() -> float:
    """time.monotonic and time.perf_counter, which go with the time of day."""
    return clock.monotonic_ns() / NS_PER_SECOND


def sleep(seconds: Any) -> None:
    """time.sleep, without waiting."""
    if not isinstance(seconds, int | float) or not 0 <= seconds < MAX_SLEPT_NS / NS_PER_SECOND:
        before = clock.now_ns
        _sleep(seconds)  # Python's own error, or a very long time
        clock.reach(before + _ns(seconds))
        return
    _rest(_ns(seconds), _sleep)


def wait(self: threading.Condition, timeout: float | None = None) -> bool:
    """Condition.wait, under Event.wait, Queue.get and Future.result."""
    if timeout is None or timeout <= 0:
        return _wait(self, timeout)
    return _rest(_ns(timeout), lambda seconds: _wait(self, seconds))


class PatientSelector(selectors.DefaultSelector):
    """On which asyncio waits for whatever comes first."""

    @override
    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        found: list[Any] = []

        def nap(seconds: float) -> bool:
            found[:] = super(PatientSelector, self).select(seconds)
            return bool(found)

        _rest(_ns(timeout), nap)
        return found


def _rest(nanoseconds: int, nap: Nap) -> bool:
    """Let time pass until it is over (False), or `nap` says that there is a reason to wake."""
    moment = clock.now_ns + nanoseconds
    if not clock.may_skip(nanoseconds):
        woken = bool(nap(nanoseconds / NS_PER_SECOND))
        if not woken:
            clock.reach(moment)
        return woken
    if len(sys._current_frames()) > 1:
        return _rest_among_others(moment, nap)
    if nap(0):
        return True
    clock.skip_to(moment)
    clock.tell(nanoseconds)
    return False


def _rest_among_others(moment: int, nap: Nap) -> bool:
    sleepers.add(moment)
    quiet = 0
    try:
        while clock.now_ns < moment:
            is_first, before = sleepers.is_first(moment), _processor_ns()
            if nap(NAP_SECONDS if is_first else LONG_NAP_SECONDS):
                return True
            used = _processor_ns() - before
            quiet = quiet + 1 if is_first and used <= QUIET_NS and not _is_at_work() else 0
            if quiet >= QUIET_NAPS and (quiet >= MANY_QUIET_NAPS or _all_wait()):
                quiet = 0
                skipped = moment - clock.now_ns
                clock.skip_to(moment)
                clock.tell(skipped)
        return False
    finally:
        sleepers.remove(moment)


def _is_at_work() -> bool:
    """Whether a thread is being started, or has asked the account."""
    answering = clock.account is not None and clock.account.is_answering()
    return answering or bool(threading._limbo)  # type: ignore[attr-defined]


def _all_wait() -> bool:
    """Whether each other thread is somewhere where threads wait."""
    own = threading.get_ident()
    frames = (frame for ident, frame in sys._current_frames().items() if ident != own)
    return all(frame.f_code in WAITING for frame in frames)


# In these, a thread that is not at work waits for another one, or for its time.
WAITING = {
    function.__code__
    for function in (
        _wait,
        _rest_among_others,
        wait,
        PatientSelector.select,
        selectors.DefaultSelector.select,
        threading.Thread.join,
        concurrent.futures.thread._worker,
    )
}


class SkippingCondition(threading.Condition):
    """On which boto3's adaptive mode waits for its turn."""

    @override
    def wait(self, timeout: float | None = None) -> bool:
        clock.skip(timeout or 0)
        return False


def _ns(seconds: float) -> int:
    return round(seconds * NS_PER_SECOND)
