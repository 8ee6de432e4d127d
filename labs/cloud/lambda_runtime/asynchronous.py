"""Invocations for whose answer nobody waits: InvocationType=Event, and what services send.

Lambda puts such an event into a queue of its own, and tries again when the function fails (after
one minute, then after two) or is throttled (after 1 s, 2 s, 4 s ... up to five minutes):
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from dataclasses import dataclass, field
from typing import Any

from labs.cloud import moto_lambda, moto_lambda_async
from labs.cloud.clock import clock
from labs.cloud.lambda_runtime import destinations
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError
from labs.cloud.moto_lambda_async import Settings
from labs.cloud.simulation import current

MINUTE_MS = 60_000
FIRST_BACKOFF_MS, MAX_BACKOFF_MS = 1000, 5 * MINUTE_MS

EXPIRED, EXHAUSTED = "EventAgeExceeded", "RetriesExhausted"
# A reserved concurrency of 0 lets nothing be tried again.
SWITCHED_OFF = "ZeroReservedConcurrency"


def invoke_later(arn: str, event: str, *, made_by: str) -> str:
    """Put an event (JSON) into the function's queue; `arn` may name a version or alias.

    Returns its request id, which is the same in each attempt.
    """
    if not arn.startswith("arn:") and (function := moto_lambda.function(arn)):
        arn = str(function.function_arn)
    queued = Queued(arn, event, made_by, moto_lambda.new_id(), clock.millis())
    current().agenda.put(queued.attempt, what=queued.what)
    return queued.request_id


@dataclass
class Queued:
    """One event in a function's queue. `attempts` counts those in which the function ran."""

    arn: str
    event: str
    made_by: str
    request_id: str
    since_ms: float
    attempts: int = 0
    throttled: int = 0
    last: Invocation | None = field(default=None)

    @property
    def what(self) -> str:
        """For the sentence about a loop."""
        return f"{self.made_by} to function {self.arn.split(':function:')[-1]}"

    def attempt(self) -> None:
        """Let the function have the event, unless it is too old or the function gone."""
        function = moto_lambda.function(self.arn)
        if function is None:
            return
        settings = moto_lambda_async.settings(function, self.arn)
        if clock.millis() > self._expiry_ms(settings):
            self._give_up(settings, EXPIRED)
        elif moto_lambda.reserved_concurrency(function) == 0:
            self._give_up(settings, SWITCHED_OFF)
        else:
            self._run(function, settings)

    def _run(self, function: Any, settings: Settings) -> None:
        try:
            invocation = current().environments.invoke(
                function, self.event, arn=self.arn, request_id=self.request_id
            )
        except ThrottledError:
            backoff = FIRST_BACKOFF_MS * 2.0 ** min(self.throttled, 20)
            self.throttled += 1
            self._try_again(settings, min(backoff, MAX_BACKOFF_MS))
            return
        self.attempts += 1
        self.last = invocation
        if invocation.error is None:
            self._report(settings.on_success, "Success")
        elif self.attempts > settings.retries:
            self._give_up(settings, EXHAUSTED)
        else:
            self._try_again(settings, self.attempts * MINUTE_MS)

    def _try_again(self, settings: Settings, after_ms: float) -> None:
        """Once more, or at the moment at which it becomes too old, if that comes first."""
        moment = min(clock.millis() + after_ms, self._expiry_ms(settings) + 1)
        current().agenda.put(self.attempt, what=self.what, at=moment)

    def _expiry_ms(self, settings: Settings) -> float:
        return self.since_ms + settings.max_age_seconds * 1000

    def _give_up(self, settings: Settings, condition: str) -> None:
        if settings.dead_letter:
            destinations.send_dead_letter(
                settings.dead_letter, self.event, self._outcome(condition)
            )
        self._report(settings.on_failure, condition)

    def _report(self, destination: str, condition: str) -> None:
        if destination:
            destinations.send(destination, self.event, self._outcome(condition))

    def _outcome(self, condition: str) -> destinations.Ended:
        return destinations.Ended(self.arn, self.request_id, condition, self.attempts, self.last)
