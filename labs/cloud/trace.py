"""The trace: each AWS call of the learner's code, in the order in which it reached the account."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from labs.verdict import Call

MAX_CALLS = 5000
# Of one account's trace. A report has to fit into a frame and into a row.
MAX_PARAMETERS_CHARS = 100_000
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
        self._parameters_chars = 0
        self.regions: set[str] = set()

    def begin(self, call: Call) -> int:
        """Note a call that is UNANSWERED yet; returns its number for `end`."""
        self._parameters_chars += len(call.parameters)
        if self._parameters_chars > MAX_PARAMETERS_CHARS:
            call = replace(call, parameters="")
        if len(self._calls) < MAX_CALLS:
            self._calls.append(call)
            return len(self._calls) - 1
        return MAX_CALLS

    def end(self, number: int, *, status: int, error: str, duration_ms: int) -> None:
        """The call's answer is known."""
        if number < MAX_CALLS:
            call = self._calls[number]
            self._calls[number] = replace(
                call, status=status, error=error, duration_ms=duration_ms
            )

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
