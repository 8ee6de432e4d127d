"""JSON that somebody else wrote: what functions are given, and what they return."""

import json
from typing import Any

# What a program means to send is rarely ten levels deep; far deeper, comparing it would fail.
MAX_LEVELS = 200


def parse(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none, or is nested too deep to be handled.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if data.count(b"[") + data.count(b"{") > MAX_LEVELS:
        _check_levels(value)
    return value


def _check_levels(value: Any) -> None:
    level = [value]
    for _ in range(MAX_LEVELS):
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return
    raise ValueError("nested too deep")


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
