"""The learner's process lives on the account's time.

Its time of day goes where the account's is, with each answer of the account, and on from there by
what the code sleeps. What it slept is told to the account with the next call. Sleeping takes its
real time; what boto3 waits between attempts passes at once.
"""

import asyncio
import threading
import time
from types import SimpleNamespace
from typing import Any, override

import botocore.endpoint
import botocore.retries.bucket
import botocore.retries.standard
import botocore.waiter

from labs.sandbox.virtual_time import NS_PER_SECOND, VirtualTime

# A look at the clock takes about as long, so that a loop which waits for a time waits no shorter.
LOOK_NS = 400

_sleep, _async_sleep, _wait = time.sleep, asyncio.sleep, threading.Condition.wait


class Clock(VirtualTime):
    """This process's time, and what of it the account has not been told."""

    def __init__(self) -> None:
        super().__init__(look_ns=LOOK_NS)
        self._told_ns = 0
        self._skipped_ns = 0

    def follow(self, header: dict[str, Any]) -> None:
        """Go where the account's time is, if it is further."""
        self._told_ns = header["now_ns"]
        self._skipped_ns = 0
        self.now_ns = max(self.now_ns, self._told_ns)

    def passed(self) -> dict[str, int]:
        """By how much this process went ahead of the account: in real time, and without."""
        ahead = self.now_ns - self._told_ns
        skipped = min(self._skipped_ns, ahead)
        return {"slept_ns": ahead - skipped, "skipped_ns": skipped}

    def reach(self, moment_ns: int) -> None:
        """It is that time now, unless it is later: sleeps of several threads overlap."""
        self.now_ns = max(self.now_ns, moment_ns)

    def skip(self, seconds: float) -> None:
        """Let time pass without waiting for it."""
        self._skipped_ns += _ns(seconds)
        self.now_ns += _ns(seconds)


clock = Clock()


def install_clock() -> None:
    """Put this process on virtual time; in the zygote, before anything takes `time.sleep`."""
    clock.start()
    time.sleep = sleep  # type: ignore[assignment]
    asyncio.sleep = asyncio.tasks.sleep = async_sleep
    threading.Condition.wait = wait  # type: ignore[method-assign]
    without_waiting = SimpleNamespace(sleep=clock.skip, time=time.time)
    botocore.endpoint.time = botocore.waiter.time = without_waiting
    botocore.retries.bucket.time = without_waiting
    botocore.retries.bucket.threading = SimpleNamespace(
        Lock=threading.Lock, Condition=SkippingCondition
    )
    botocore.retries.standard.RetryHandler.__init__.__defaults__ = (None, clock.skip)


def sleep(seconds: float) -> None:
    """time.sleep, which the account will be told of."""
    before = clock.now_ns
    _sleep(seconds)
    clock.reach(before + _ns(seconds))


async def async_sleep(delay: float, result: Any = None) -> Any:
    """asyncio.sleep, in the same way."""
    before = clock.now_ns
    found = await _async_sleep(delay, result)
    clock.reach(before + _ns(delay))
    return found


def wait(self: threading.Condition, timeout: float | None = None) -> bool:
    """Condition.wait, under Event.wait, Queue.get and Future.result: time passes if it ran out."""
    before = clock.now_ns
    notified = _wait(self, timeout)
    if not notified:
        clock.reach(before + _ns(timeout or 0))
    return notified


class SkippingCondition(threading.Condition):
    """On which boto3's adaptive mode waits for its turn."""

    @override
    def wait(self, timeout: float | None = None) -> bool:
        clock.skip(timeout or 0)
        return False


def _ns(seconds: float) -> int:
    return round(seconds * NS_PER_SECOND)
