"""What differs between two states of one resource: facts, rows, texts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from labs import Table


@dataclass(frozen=True)
class Fact:
    """A fact of a resource; `before` is None where it is as it was, and "" where it is new."""

    label: str
    value: str
    before: str | None = None

    @property
    def is_long(self) -> bool:
        """Whether it is code or JSON rather than a word or two."""
        return len(self.value) > 40 or self.value[:1] in ("{", "[")


@dataclass(frozen=True)
class Cell:
    """A cell; `before` is what it said in a row that has changed, else None."""

    text: str
    before: str | None = None


@dataclass(frozen=True)
class Row:
    """`change` is "", "added", "removed" or "changed"."""

    cells: tuple[Cell, ...]
    change: str = ""

    @property
    def change_label(self) -> str:
        return change_label(self.change)


@dataclass(frozen=True)
class ComparedTable:
    """A table with the rows that are gone since."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int


def change_label(change: str) -> str:
    """What a check did to a row or a resource, in a word."""
    return {"added": _("new"), "changed": _("changed"), "removed": _("deleted")}.get(change, "")


type Pairs = tuple[tuple[str, str], ...]
type Rows = tuple[tuple[str, ...], ...]


def compared_facts(after: Pairs, before: Pairs | None) -> tuple[Fact, ...]:
    """The facts, with what they were; `before` is None if there is nothing to compare with."""
    if before is None:
        return tuple(Fact(*pair) for pair in after)
    old = dict(before)
    facts = [
        Fact(label, value, None if old.get(label) == value else old.get(label, ""))
        for label, value in after
    ]
    gone = [Fact(label, "", value) for label, value in before if label not in dict(after)]
    return (*facts, *gone)


def compared_tables(
    after: tuple[Table, ...], before: tuple[Table, ...] | None
) -> tuple[ComparedTable, ...]:
    """The tables, row by row; tables with the same title and columns are the same."""
    old = {(table.title, table.columns): table for table in before or ()}
    compared = []
    for table in after:
        other = old.pop((table.title, table.columns), None)
        # Rows that were only left out must not look as if they were new or gone.
        is_whole = not table.left_out and not (other and other.left_out)
        known = (other.rows if other else ()) if before is not None and is_whole else None
        rows = tuple(_compared_rows(table.rows, known))
        compared.append(ComparedTable(table.title, table.columns, rows, table.left_out))
    gone = [
        ComparedTable(table.title, table.columns, tuple(_rows(table.rows, "removed")), 0)
        for table in old.values()
        if table.rows and not any(table.title == one.title for one in compared)
    ]
    return (*compared, *gone)


def _rows(rows: Rows, change: str = "") -> Iterator[Row]:
    for row in rows:
        yield Row(tuple(map(Cell, row)), change)


def _compared_rows(after: Rows, before: Rows | None) -> Iterator[Row]:
    if before is None:
        yield from _rows(after)
        return
    same = Counter(before) & Counter(after)
    gone = list((Counter(before) - Counter(after)).elements())
    for row in after:
        if same[row] > 0:
            same[row] -= 1
            yield Row(tuple(map(Cell, row)))
            continue
        old = next((one for one in gone if one[:1] == row[:1] and len(one) == len(row)), None)
        if old is None:
            yield Row(tuple(map(Cell, row)), "added")
            continue
        gone.remove(old)
        pairs = zip(row, old, strict=True)
        cells = (Cell(text, None if text == other else other) for text, other in pairs)
        yield Row(tuple(cells), "changed")
    yield from _rows(tuple(gone), "removed")
