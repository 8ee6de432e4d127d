"""What PutEvents takes, and what it refuses.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MAX_ENTRIES = 10
MAX_BYTES = 1024 * 1024  # of all entries together
TIME_BYTES = 14


class RefusedEntryError(ValueError):
    """One entry is refused; the others are not."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = {"ErrorCode": code, "ErrorMessage": message}


def size(entry: Mapping[str, Any]) -> int:
    """As https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html counts."""
    texts = [entry.get(name) or "" for name in ("Source", "DetailType", "Detail")]
    texts += entry.get("Resources") or []
    total = sum(len(str(text).encode()) for text in texts)
    return total + (TIME_BYTES if entry.get("Time") is not None else 0)


def read_detail(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The detail of an entry that is in order.

    Raises:
        RefusedEntryError: it is not.
    """
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            raise RefusedEntryError(
                "InvalidArgument",
                f"Parameter {name} is not valid. Reason: {name} is a required argument.",
            )
    if str(entry["Source"]).lower().startswith("aws."):
        code = "NotAuthorizedForSourceException"
        raise RefusedEntryError(code, "Not authorized for the source.")
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        raise RefusedEntryError("MalformedDetail", "Detail is malformed.")
    return detail


def moment(entry: Mapping[str, Any]) -> datetime | None:
    """The time that an entry names, as the protocol has it: seconds, or ISO 8601."""
    value = entry.get("Time")
    if value is None:
        return None
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
        return datetime.fromisoformat(value)
    return datetime.fromtimestamp(float(value), UTC)
