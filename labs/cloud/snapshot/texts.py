"""Cells of a snapshot: short texts without secrets."""

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from labs.cloud.clock import clock
from labs.cloud.parameters import HIDDEN, is_secret
from labs.resources import Table

MAX_CELL = 240
MAX_TEXT = 4_000
MAX_ROWS = 20
MAX_COLUMNS = 10


def cell(value: Any) -> str:
    """A value as one short text; what is no text becomes JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_CELL else text[:MAX_CELL] + "…"


def tail(text: str) -> str:
    """The end of a long text: what happened last."""
    return text if len(text) <= MAX_TEXT else "…" + text[-MAX_TEXT:]


def facts(named: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The pairs whose value says something: not None, "", [] or {}."""
    return tuple(
        (name, cell(value)) for name, value in named.items() if value not in (None, "", [], {})
    )


def visible(pairs: Mapping[str, Any]) -> dict[str, Any]:
    """Names and values, secrets hidden by their names."""
    return {name: HIDDEN if is_secret(name) else value for name, value in pairs.items()}


def table[T](
    title: str,
    columns: tuple[str, ...],
    items: Iterable[T],
    row: Callable[[T], tuple[Any, ...]],
    *,
    count: int,
) -> Table:
    """The first rows of `count` items, an empty table if there is none."""
    rows = tuple(tuple(cell(value) for value in row(item)) for item in islice(items, MAX_ROWS))
    return Table(title, columns, rows, left_out=count - len(rows))


def seconds_until(moment_ms: float) -> str:
    """How long it is to a moment of the account's clock, as "12 s"; "" if it has passed."""
    left = moment_ms - clock.millis()
    return f"{left / 1000:.0f} s" if left > 0 else ""


def last_part(arn: str) -> str:
    """The resource's name in an ARN or URL: what follows its last colon or slash."""
    return arn.rpartition(":")[2].rpartition("/")[2]
