"""JSON that every database can keep."""

from typing import Any


def storable(value: Any) -> Any:
    """PostgreSQL's JSON takes neither NUL nor lone surrogates, and learners may print both."""
    match value:
        case str():
            return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        case list():
            return [storable(item) for item in value]
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
        case _:
            return value
