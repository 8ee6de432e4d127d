"""Timestamps as the States Language allows them: RFC 3339 with "T" and a zone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?"
    r"(Z|[+-]\d\d:\d\d(?::\d\d)?)",
)


def timestamp(value: Any) -> datetime | None:
    """The moment that a text says, in UTC; None if it says none."""
    found = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    *numbers, fraction, zone = found.groups()
    try:
        moment = datetime(*(int(number or 0) for number in numbers), tzinfo=UTC)  # type: ignore[misc, arg-type]
        return (
            moment
            + timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
            - _offset(zone)
        )
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
