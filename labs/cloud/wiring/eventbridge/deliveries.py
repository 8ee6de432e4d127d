"""One event on its way to one target of a rule: tried, tried again, given to a dead-letter queue.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from labs.cloud.clock import clock
from labs.cloud.missing import MissingError
from labs.cloud.simulation import current
from labs.cloud.wiring import targets
from labs.cloud.wiring.eventbridge.destinations import what
from labs.cloud.wiring.eventbridge.failures import Failure, RetryPolicy, failure, wait_seconds
from labs.cloud.wiring.targets import Sender

# Attributes of a dead-letter message: name -> value.
type Attributes = dict[str, str]


@dataclass(frozen=True)
class Delivery:
    """`act` delivers, in its first or a later attempt; `letter` is what a dead-letter queue gets.

    `about` gives the letter's attributes: of the failure, the attempts that were made, and which
    limit of the retry policy forbade another one ("" if none did).
    """

    sender: Sender
    target: Mapping[str, Any]
    act: Callable[[int], None]
    letter: str
    about: Callable[[Failure, int, str], Attributes]
    buried_by: Sender

    def start(self) -> None:
        """Put the first attempt on the agenda."""
        self._later(0, 0, clock.millis())

    def _later(self, seconds: float, attempts: int, started: float) -> None:
        current().agenda.put(
            lambda: self._attempt(attempts + 1, started),
            what=f"{self.sender.name} to {what(self.target['Arn'])}",
            after_ms=seconds * 1000,
        )

    def _attempt(self, attempts: int, started: float) -> None:
        try:
            self.act(attempts)
        except MissingError:
            return  # our gap, and in the trace
        except (ClientError, BotoCoreError) as error:
            self._failed(failure(error), attempts, started)

    def _failed(self, reason: Failure, attempts: int, started: float) -> None:
        condition = ""
        if reason.is_retried:
            wait = wait_seconds(attempts)
            age = (clock.millis() - started) / 1000 + wait
            condition = RetryPolicy.of(self.target).exhausted(attempts, age)
            if not condition:
                self._later(wait, attempts, started)
                return
        self._bury(self.about(reason, attempts, condition))

    def _bury(self, attributes: Attributes) -> None:
        arn = (self.target.get("DeadLetterConfig") or {}).get("Arn")
        if not arn:
            return
        message = {
            name: {"DataType": "String", "StringValue": value[:1024] or "-"}
            for name, value in attributes.items()
        }
        try:
            targets.to_queue(self.buried_by, arn, self.letter, MessageAttributes=message)
        except (ClientError, BotoCoreError):
            return  # the event is lost, and the trace says why
