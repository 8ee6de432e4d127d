"""What an execution did, as GetExecutionHistory tells it.

Types and details: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from labs.cloud.clock import clock
from labs.cloud.missing import MissingError
from labs.cloud.services.stepfunctions.language.errors import StatesError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_EVENTS = 25_000  # of a Standard execution
_STATE_DETAILS = {
    "StateEntered": "stateEnteredEventDetails",
    "StateExited": "stateExitedEventDetails",
}
_OPTIONAL = {"inputDetails": "input", "outputDetails": "output"}
NOT_TRUNCATED = {"truncated": False}


class FatalError(StatesError):
    """Ends the execution: no Retry and no Catch sees it."""


def not_simulated(error: MissingError) -> FatalError:
    """Our gap: no Catch takes it for a failure of the task."""
    return FatalError("NotSimulated", f"This is not simulated: {error}")


class HistoryFullError(FatalError):
    """One event more than AWS keeps."""

    def __init__(self) -> None:
        cause = f"The execution reached the maximum number of history events ({MAX_EVENTS})."
        super().__init__("States.Runtime", cause)


class History:
    """The events of one execution, oldest first."""

    def __init__(self, *, is_limited: bool) -> None:
        self.events: list[dict[str, Any]] = []
        self.listener: Callable[[dict[str, Any]], None] | None = None
        self._is_limited = is_limited

    def add(self, kind: str, previous: int, details: dict[str, Any] | None = None) -> int:
        """Note an event; its id.

        Raises:
            HistoryFullError: there is room for the execution's end only.
        """
        if self._is_limited and len(self.events) >= MAX_EVENTS - 1 and _goes_on(kind):
            raise HistoryFullError
        number = len(self.events) + 1
        event = {
            "timestamp": now(),
            "type": kind,
            "id": number,
            "previousEventId": previous,
        }
        if details is not None:
            event[_details_name(kind)] = details
        self.events.append(event)
        if self.listener:
            self.listener(event)
        return number


def now() -> datetime:
    """The account's time in whole milliseconds, as Step Functions tells it."""
    moment = clock.now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def as_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def reported(events: list[dict[str, Any]], *, with_data: bool) -> list[dict[str, Any]]:
    """The events as they are told, without inputs and outputs where these are not asked for."""
    if with_data:
        return events
    return [
        {
            key: _without_data(value) if key.endswith("Details") else value
            for key, value in event.items()
        }
        for event in events
    ]


def _without_data(details: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in details.items() if key not in ("input", "output")}


def _goes_on(kind: str) -> bool:
    return not kind.startswith("Execution")


def _details_name(kind: str) -> str:
    for ending, name in _STATE_DETAILS.items():
        if kind.endswith(ending):
            return name
    return f"{kind[0].lower()}{kind[1:]}EventDetails"
