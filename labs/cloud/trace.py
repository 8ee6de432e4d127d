"""The trace: each AWS call of the learner's code, in the order in which it reached the account."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from labs.cloud.clock import NS_PER_MS, clock
from labs.verdict import Call

MAX_CALLS = 5000
# Of parameters and answers in one account's trace. A report has to fit into a frame and a row.
MAX_TEXT_CHARS = 150_000
NOT_SIMULATED = "NotSimulated"
UNANSWERED = "Unanswered"
CONNECTION_CLOSED = "ConnectionClosed"
UNREACHABLE = "NetworkUnreachable"
DEFAULT_REGION = "us-east-1"
_XML_CODE = re.compile(rb"<Code>([^<]{1,100})</Code>")


def error_code(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """The AWS error code of a response ("ResourceNotFoundException"), or "" for a success."""
    if status < 400:
        return ""
    for name, value in headers.items():
        if name.lower() == "x-amzn-errortype":
            return value.partition(":")[0].rpartition("#")[2]
    if found := _XML_CODE.search(body):
        return found[1].decode("utf-8", "replace")
    try:
        kind = json.loads(body).get("__type", "")
    except (ValueError, AttributeError, RecursionError):
        kind = ""
    return str(kind).rpartition("#")[2] or str(status)


class Trace:
    """Collects calls up to a limit, past which nobody reads them."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._chars = 0
        self._start_ns = clock.now_ns()
        self.check = ""
        self.regions: set[str] = set()

    def begin(self, call: Call) -> int:
        """Note a call that is UNANSWERED yet; returns its number for `end`."""
        if len(self._calls) < MAX_CALLS:
            at_ms = (clock.now_ns() - self._start_ns) // NS_PER_MS
            parameters = self._kept(call.parameters)
            self._calls.append(replace(call, parameters=parameters, at_ms=at_ms, check=self.check))
            return len(self._calls) - 1
        return MAX_CALLS

    def end(
        self, number: int, *, status: int, error: str, duration_ms: int, answer: str = ""
    ) -> None:
        """The call's answer is known."""
        if number < MAX_CALLS:
            self._calls[number] = replace(
                self._calls[number],
                status=status,
                error=error,
                duration_ms=duration_ms,
                answer=self._kept(answer),
            )

    def _kept(self, text: str) -> str:
        """The text, or nothing when there is too much of all."""
        self._chars += len(text)
        return text if self._chars <= MAX_TEXT_CHARS else ""

    def not_simulated(self, *, since: int) -> str:
        """The first call after so many that is not simulated ("sqs.AddPermission"), or "".

        What is no request of any service is nobody's gap.
        """
        missing = (
            call for call in self._calls[since:] if call.service and call.error == NOT_SIMULATED
        )
        return next((f"{call.service}.{call.operation}" for call in missing), "")

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(self._calls)
