"""One invocation of a function: while it runs, and as the account remembers it."""

import json
from dataclasses import dataclass
from typing import Any

from labs.errors import LabsError


class ThrottledError(LabsError):
    """A function already runs as often as its reserved concurrency allows."""


@dataclass(frozen=True)
class Request:
    """What a function is invoked with; `event` is JSON, `arn` the one that the caller named."""

    id: str
    event: str
    arn: str
    client_context: dict[str, Any] | None = None


@dataclass(frozen=True)
class Running:
    """An invocation in progress; `role` is the ARN of the function's execution role."""

    function: str
    request_id: str
    role: str = ""
    kind: str = "function"  # or the "task" of a container


@dataclass(frozen=True)
class Invocation:
    """One invocation. `error` is AWS's payload of a failed one, None if the handler returned.

    `log` are its lines from START to REPORT. `limit` is the limit of the sandbox that was the
    reason of an error ("memory", "disk", "files", "processes"), or "", and `last_line` the line
    of the learner's code at which it was ended ("handler.py:14"), or "". `by_fault` says that the
    lab itself broke it.
    """

    function: str
    event: Any
    response: Any
    error: dict[str, Any] | None
    cold: bool
    init_failed: bool = False
    request_id: str = ""
    version: str = "$LATEST"
    log: str = ""
    limit: str = ""
    last_line: str = ""
    by_fault: bool = False
    response_bytes: int = 0

    @property
    def payload(self) -> str:
        """What Invoke returns, as JSON."""
        return json.dumps(self.response if self.error is None else self.error)
