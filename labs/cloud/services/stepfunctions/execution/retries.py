"""Retry and Catch.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

import random
from typing import Any

from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import Catcher, Retrier

ALL, TASK_FAILED = "States.ALL", "States.TaskFailed"
TIMEOUT, HEARTBEAT_TIMEOUT = "States.Timeout", "States.HeartbeatTimeout"
# What no wildcard stands for.
_NOT_IN_ALL = ("States.DataLimitExceeded", "States.Runtime")
FULL = "FULL"


class HeartbeatError(StatesError):
    """A task gave no sign of life. It is told as a timeout, and has a name of its own too."""

    def __init__(self) -> None:
        super().__init__(TIMEOUT, "")


class Attempts:
    """How often each retrier of a state was used in this visit."""

    def __init__(self, state: Any, chance: random.Random) -> None:
        self._retriers: tuple[Retrier, ...] = getattr(state, "retry", ())
        self._used = [0] * len(self._retriers)
        self._chance = chance

    def delay_ms(self, error: StatesError) -> float | None:
        """How long to wait before the next attempt; None: there is none."""
        for number, retrier in enumerate(self._retriers):
            if matches(retrier.error_equals, error):
                if self._used[number] >= retrier.max_attempts:
                    return None
                self._used[number] += 1
                return self._delay(retrier, self._used[number]) * 1000
        return None

    def _delay(self, retrier: Retrier, attempt: int) -> float:
        seconds = retrier.interval_seconds * retrier.backoff_rate ** (attempt - 1)
        if retrier.max_delay_seconds is not None:
            seconds = min(seconds, retrier.max_delay_seconds)
        return self._chance.uniform(0, seconds) if retrier.jitter_strategy == FULL else seconds


def catcher(state: Any, error: StatesError) -> Catcher | None:
    """The first catcher that catches it."""
    catchers: tuple[Catcher, ...] = getattr(state, "catch", ())
    return next((found for found in catchers if matches(found.error_equals, error)), None)


def matches(names: tuple[str, ...], error: StatesError) -> bool:
    if error.error in names:
        return True
    if isinstance(error, HeartbeatError) and HEARTBEAT_TIMEOUT in names:
        return True
    if error.error in _NOT_IN_ALL:
        return False
    return ALL in names or (TASK_FAILED in names and error.error != TIMEOUT)
