"""The capacity units that an operation consumes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, override

from labs.cloud import item_sizes

READ_BYTES, WRITE_BYTES = 4096, 1024
TABLE = ("Table", "")
GROUPS = {"global": "GlobalSecondaryIndexes", "local": "LocalSecondaryIndexes"}

# Where units are consumed: TABLE, ("global", index) or ("local", index).
type Place = tuple[str, str]


@dataclass
class Usage:
    """What one operation consumes of one table, by place."""

    reads: Counter[Place] = field(default_factory=Counter)
    writes: Counter[Place] = field(default_factory=Counter)

    def described(self, table: str, level: str, *, is_transaction: bool) -> dict[str, Any]:
        """As ConsumedCapacity; `level` is TOTAL or INDEXES."""
        found: dict[str, Any] = {"TableName": table}
        found |= self._units(None, is_transaction=is_transaction)
        if level != "INDEXES":
            return found
        found["Table"] = self._units(TABLE, is_transaction=is_transaction)
        for kind, name in sorted(self.reads.keys() | self.writes.keys()):
            if kind in GROUPS:
                units = self._units((kind, name), is_transaction=is_transaction)
                found.setdefault(GROUPS[kind], {})[name] = units
        return found

    def _units(self, place: Place | None, *, is_transaction: bool) -> dict[str, float]:
        """Of one place, or of all."""
        reads = float(self.reads.total() if place is None else self.reads[place])
        writes = float(self.writes.total() if place is None else self.writes[place])
        units = {"CapacityUnits": reads + writes}
        if is_transaction:
            # Only transactions say which they are.
            named = {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}
            units |= {name: count for name, count in named.items() if count}
        return units


class Meter:
    """Counts what one operation consumes; a transaction consumes twice as much."""

    def __init__(self, *, is_transaction: bool = False, is_consistent: bool = False) -> None:
        self.usages: dict[str, Usage] = {}
        self.is_transaction = is_transaction
        self.is_consistent = is_consistent
        self._factor = 2 if is_transaction else 1

    def of(self, table: Any) -> Usage:
        return self.usages.setdefault(table.name, Usage())

    def read(self, table: Any, size: int, index_name: str | None = None) -> None:
        """Read so many bytes in one piece, from the table or from an index of it."""
        units = read_units(size, is_consistent=self.is_consistent or self.is_transaction)
        self.of(table).reads[place_of(table, index_name)] += units * self._factor  # type: ignore[assignment]

    def read_item(self, table: Any, size: int) -> None:
        """Read one item of so many bytes by its key."""
        self.read(table, size)

    def write(self, table: Any, old: Any, new: Any) -> None:
        """Write an item, or delete it; `old` and `new` are moto's items or None."""
        writes = self.of(table).writes
        size = max(item_sizes.of_item(old), item_sizes.of_item(new))
        writes[TABLE] += write_units(size) * self._factor
        for kind, indexes in (("global", table.global_indexes), ("local", table.indexes)):
            for index in indexes:
                if units := index_units(index, old, new):
                    writes[kind, index.name] += units * self._factor


class WriteMeter(Meter):
    """Counts writes alone."""

    @override
    def read_item(self, table: Any, size: int) -> None:
        """What a write reads it does not pay for."""


def read_units(size: int, *, is_consistent: bool) -> float:
    return max(1, -(-size // READ_BYTES)) * (1.0 if is_consistent else 0.5)


def write_units(size: int) -> int:
    return max(1, -(-size // WRITE_BYTES))


def index_units(index: Any, old: Any, new: Any) -> int:
    """The write units that a change of an item costs in one index."""
    before, after = _entry(index, old), _entry(index, new)
    if before is None or after is None:
        changed = before if after is None else after
        return 0 if changed is None else write_units(item_sizes.of_attributes(changed))
    sizes = [item_sizes.of_attributes(one) for one in (before, after)]
    if any(before[name] != after[name] for name in index.schema_key_attrs):
        return sum(map(write_units, sizes))  # one entry goes, another comes
    return 0 if before == after else write_units(max(sizes))


def entry_size(index: Any, item: Any) -> int:
    """Bytes of an item's entry in an index; 0 if it has none."""
    entry = _entry(index, item)
    return 0 if entry is None else item_sizes.of_attributes(entry)


def is_in(index: Any, attributes: Mapping[str, Any]) -> bool:
    """Whether an item with these attributes stands in an index."""
    return all(name in attributes for name in index.schema_key_attrs)


def place_of(table: Any, index_name: str | None) -> Place:
    if not index_name:
        return TABLE
    is_global = any(index.name == index_name for index in table.global_indexes)
    return ("global" if is_global else "local", index_name)


def _entry(index: Any, item: Any) -> Mapping[str, Any] | None:
    """What an index holds of an item, None if it is not in there."""
    if item is None or not is_in(index, item.attrs):
        return None
    projection = index.projection or {}
    kind = projection.get("ProjectionType", "ALL")
    if kind == "ALL":
        found: Mapping[str, Any] = item.attrs
        return found
    names = [*index.table_key_attrs, *index.schema_key_attrs]
    if kind == "INCLUDE":
        names += projection.get("NonKeyAttributes") or []
    return {name: item.attrs[name] for name in names if name in item.attrs}
