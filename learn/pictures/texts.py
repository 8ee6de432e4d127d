"""Texts of reports as people read them: JSON, moments, names."""

import json

MAX_NAME = 32


def pretty(text: str) -> str:
    """JSON in lines; what is no JSON, for it was cut, stays as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def moment(milliseconds: int) -> str:
    """A time since the account began: "0.042 s", "1:00.041", "2:00:00.000"."""
    seconds, rest = divmod(max(milliseconds, 0), 1000)
    if seconds < 60:
        return f"{seconds}.{rest:03d} s"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:02d}.{rest:03d}"
    return f"{minutes}:{seconds:02d}.{rest:03d}"


def shortened(name: str, limit: int = MAX_NAME) -> str:
    """A name that fits into a box: its beginning and its end."""
    if len(name) <= limit:
        return name
    tail = limit // 3
    return f"{name[: limit - tail - 1]}…{name[-tail:]}"
