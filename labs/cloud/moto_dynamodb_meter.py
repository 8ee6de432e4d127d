"""The places in which moto's DynamoDB is measured: each read and write of an item.

`metering` says who counts; while nobody does, moto's own functions do all.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto.dynamodb.exceptions import ResourceNotFoundException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from labs.cloud import item_sizes
from labs.cloud.services.dynamodb.capacity import TABLE, Meter, entry_size, is_in, place_of
from labs.cloud.services.dynamodb.throughput import (
    OF_INDEX,
    ExceededError,
    Throughput,
    is_limited,
)
from labs.cloud.simulation import current, has_current

NO_CAPACITY = "NONE"

_put_any, _delete_any = Table.put_item, Table.delete_item
_query_any, _scan_any = Table.query, Table.scan
_get_any = DynamoDBBackend.get_item
_meter: Meter | None = None
_on_write: list[Callable[[Table, Any], None]] = []


def patch() -> None:
    """Put the seams in, before moto starts, and over those of streams; once."""
    if Table.put_item is _put_item:
        return
    Table.put_item, Table.delete_item = _put_item, _delete_item
    Table.query, Table.scan = _query, _scan
    DynamoDBBackend.get_item = _get_item
    DynamoDBBackend.update_item = _measured_update(DynamoDBBackend.update_item)


def on_write(hook: Callable[[Table, Any], None]) -> None:
    """Call `hook` with each item that is put or updated where items can expire."""
    if hook not in _on_write:
        _on_write.append(hook)


def _tell(table: Table, item: Any) -> None:
    if table.ttl["TimeToLiveStatus"] == "ENABLED":
        for hook in _on_write:
            hook(table, item)


@contextmanager
def metering(meter: Meter | None) -> Iterator[None]:
    """Let all reads and writes of items be counted by `meter`; by none, if it is None."""
    global _meter
    _meter, before = meter, _meter
    try:
        yield
    finally:
        _meter = before


def tables_of(handler: DynamoHandler, names: Iterable[str]) -> list[Table]:
    """Those that exist; moto says what is wrong with the others."""
    found = []
    for name in dict.fromkeys(names):
        try:
            found.append(handler.dynamodb_backend.get_table(name))
        except ResourceNotFoundException:
            continue
    return found


def limited(tables: list[Table]) -> list[Table]:
    """Those by which the caller can be throttled. The author of the checks is not."""
    return [table for table in tables if is_limited(table)] if current().callers else []


def spend(meter: Meter, tables: list[Table]) -> None:
    """Take what was counted from what the tables have saved up."""
    for table in tables:
        if table.name in meter.usages:
            current().state(Throughput).spend(table, meter.usages[table.name])


def check(table: Table, request: Mapping[str, Any], kind: str) -> None:
    """Throttle a request that finds nothing left.

    Raises:
        ExceededError: the table's units, or those of an index that it writes to, are used up.
    """
    throughput = current().state(Throughput)
    place = place_of(table, request.get("IndexName")) if kind == "Read" else TABLE
    payer = place if place[0] == "global" else TABLE
    left = throughput.left(table, payer, kind)
    least = 0.5 if kind == "Read" else 1
    if left is not None and left < least:
        raise ExceededError
    if kind == "Read":
        return
    for index in table.global_indexes:
        units = throughput.left(table, ("global", index.name), kind)
        if units is not None and units < 1 and _touches(table, index, request):
            raise ExceededError(OF_INDEX)


def _touches(table: Table, index: Any, request: Mapping[str, Any]) -> bool:
    """Whether a write may change an index: the item is in it, or comes into it."""
    if "UpdateExpression" in request or "AttributeUpdates" in request:
        return True
    key = request.get("Item") or request.get("Key") or {}
    old = existing(table, key)
    return is_in(index, key) or (old is not None and is_in(index, old.attrs))


def existing(table: Table, attributes: Mapping[str, Any]) -> Any:
    """The item with the key that is among these attributes (as in a request), or None."""
    try:
        keys = [DynamoType(attributes[name]) for name in table.table_key_attrs]
    except (KeyError, TypeError, IndexError):
        return None
    found = table.items.get(keys[0])
    return found.get(keys[1]) if found is not None and len(keys) > 1 else found


def _put_item(self: Table, item_attrs: dict[str, Any], *arguments: Any, **more: Any) -> Any:
    old = existing(self, item_attrs) if _meter is not None else None
    new = _put_any(self, item_attrs, *arguments, **more)
    if _meter is not None:
        _meter.write(self, old, new)
    _tell(self, new)
    return new


def _delete_item(self: Table, hash_key: Any, range_key: Any) -> Any:
    item = _delete_any(self, hash_key, range_key)
    if _meter is not None:
        _meter.write(self, item, None)
    return item


def _measured_update(original: Callable[..., Any]) -> Callable[..., Any]:
    def update_item(
        self: DynamoDBBackend, table_name: str, key: Any, *arguments: Any, **more: Any
    ) -> Any:
        table, meter = self.get_table(table_name), _meter
        old = copy.deepcopy(existing(table, key)) if meter is not None else None
        with metering(None):  # moto puts a new item first
            new = original(self, table_name, key, *arguments, **more)
        if meter is not None:
            meter.write(table, old, new)
        _tell(table, new)
        return new

    return update_item


def _get_item(
    self: DynamoDBBackend, table_name: str, keys: dict[str, Any], *arguments: Any, **more: Any
) -> Any:
    item = _get_any(self, table_name, keys, *arguments, **more)
    if _meter is not None:
        table = self.get_table(table_name)
        _meter.read_item(table, item_sizes.of_item(existing(table, keys)))
    return item


def _query(
    self: Table,
    hash_key: Any,
    range_comparison: Any,
    range_objs: Any,
    limit: Any,
    exclusive_start_key: Any,
    scan_index_forward: Any,
    projection_expressions: Any,
    index_name: str | None = None,
    consistent_read: bool = False,
    filter_expression: Any = None,
    **more: Any,
) -> Any:
    arguments = (
        hash_key,
        range_comparison,
        range_objs,
        limit,
        exclusive_start_key,
        scan_index_forward,
    )
    if _meter is None and not (limit and has_current()):
        return _query_any(
            self,
            *arguments,
            projection_expressions,
            index_name,
            consistent_read,
            filter_expression,
            **more,
        )
    page = _query_any(self, *arguments, None, index_name, consistent_read, None, **more)
    page = _with_last_key(self, index_name, page, limit)
    return _measured_page(
        _meter, self, index_name, page, filter_expression, projection_expressions
    )


def _scan(
    self: Table,
    filters: Any,
    limit: Any,
    exclusive_start_key: Any,
    filter_expression: Any = None,
    index_name: str | None = None,
    consistent_read: bool = False,
    projection_expression: Any = None,
    segments: Any = (None, None),
) -> Any:
    start = (filters, limit, exclusive_start_key)
    if _meter is None and not (limit and has_current()):
        return _scan_any(
            self,
            *start,
            filter_expression,
            index_name,
            consistent_read,
            projection_expression,
            segments,
        )
    page = _scan_any(self, *start, None, index_name, consistent_read, None, segments)
    page = _with_last_key(self, index_name, page, limit)
    return _measured_page(_meter, self, index_name, page, filter_expression, projection_expression)


def _with_last_key(
    table: Table, index_name: str | None, page: tuple[list[Any], int, Any], limit: int | None
) -> tuple[list[Any], int, Any]:
    """A page that is as long as it may be has a last key, even if nothing comes after it."""
    items, scanned, last = page
    if last is None and limit and len(items) >= limit:
        last = table._get_last_evaluated_key(items[-1], index_name)
    return items, scanned, last


def _measured_page(
    meter: Meter | None,
    table: Table,
    index_name: str | None,
    page: tuple[list[Any], int, Any],
    filter_expression: Any,
    projection: Any,
) -> tuple[list[Any], int, Any]:
    """What is read costs, also what the filter leaves out."""
    items, scanned, last = page
    if meter is None:
        size = 0
    elif index_name:
        index = table.get_index(index_name)
        size = sum(entry_size(index, item) for item in items)
    else:
        size = sum(map(item_sizes.of_item, items))
    if meter is not None:
        meter.read(table, size, index_name)
    if filter_expression is not None:
        items = [item for item in items if filter_expression.expr(item)]
    if projection:
        items = [item.project(projection) for item in items]
    return items, scanned, last
