"""JSON that every database can keep."""

import math
from typing import Any


def storable(value: Any) -> Any:
    """PostgreSQL's JSON takes neither NUL nor lone surrogates, and learners may print both.

    No database's JSON takes infinity, which Python reads from 1e999: it becomes text.
    """
    match value:
        case str():
            return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        case float() if not math.isfinite(value):
            return str(value)
        case list():
            return [storable(item) for item in value]
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
        case _:
            return value
