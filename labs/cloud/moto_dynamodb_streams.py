"""Every place in which moto's DynamoDB Streams are bent: what is recorded, and read again.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import unix_time, utcnow
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodbstreams.models import DynamoDBStreamsBackend
from moto.moto_api._internal import mock_random

from labs.cloud import item_sizes

KEPT_SECONDS = 24 * 3600
TTL_IDENTITY = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}

type Hook = Callable[[str], None]

_update_any_item = DynamoDBBackend.update_item
_get_any_iterator = DynamoDBStreamsBackend.get_shard_iterator
_get_any_records = DynamoDBStreamsBackend.get_records
_describe_any = DynamoDBStreamsBackend.describe_stream
_on_record: list[Hook] = []
# While an item is updated, what moto would record; None at other times.
_held: list[tuple[StreamShard, Item | None, Item | None]] | None = None
_identity: dict[str, str] | None = None


class Record:
    """One record of a stream; `to_json` is what GetRecords returns."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.created = unix_time()

    @property
    def sequence_number(self) -> str:
        return str(self.record["dynamodb"]["SequenceNumber"])

    def to_json(self) -> dict[str, Any]:
        return self.record

    def for_function(self, stream_arn: str) -> dict[str, Any]:
        """As it stands in a function's event."""
        moment = {"ApproximateCreationDateTime": int(self.created)}
        found = {**self.record, "dynamodb": _as_text({**self.record["dynamodb"], **moment})}
        if identity := found.pop("userIdentity", None):
            names = {name[0].lower() + name[1:]: value for name, value in identity.items()}
            found["userIdentity"] = names
        return {**found, "eventSourceARN": stream_arn}


def patch() -> None:
    """Put the seams in, before moto starts."""
    StreamShard.add = _add
    DynamoDBBackend.update_item = _update_item
    DynamoDBStreamsBackend.get_shard_iterator = _get_shard_iterator
    DynamoDBStreamsBackend.get_records = _get_records
    DynamoDBStreamsBackend.describe_stream = _describe_stream


def on_record(hook: Hook) -> None:
    """Call `hook` with a stream's ARN after each record; for the wiring, once in a process."""
    if hook not in _on_record:
        _on_record.append(hook)


@contextmanager
def as_service() -> Iterator[None]:
    """What is deleted now was deleted by DynamoDB itself, as its time to live was over."""
    global _identity
    _identity = TTL_IDENTITY
    try:
        yield
    finally:
        _identity = None


@contextmanager
def held() -> Iterator[None]:
    """Record what is written meanwhile at the end, and nothing at all after an exception."""
    global _held
    _held, before = [], _held
    records = _held
    try:
        yield
    except BaseException:
        _held = before
        raise
    _held = before
    for one in records:
        _add(*one)


def shard(stream_arn: str) -> StreamShard | None:
    """The shard of a stream that is there and enabled; also after a transaction was undone."""
    region, account, resource = stream_arn.split(":", 5)[3:6]
    parts = resource.split("/")
    table = dynamodb_backends[account][region].tables.get(parts[1])
    if table is None or table.stream_shard is None or stream_arn != arn_of(table):
        return None
    found: StreamShard = table.stream_shard
    return found


def arn_of(table: Table) -> str:
    return f"{table.table_arn}/stream/{table.latest_stream_label}"


def _add(self: StreamShard, old: Item | None, new: Item | None) -> None:
    """moto would send all that the shard holds to mapped functions, and then empty it."""
    specification = self.table.stream_specification or {}
    if not specification.get("StreamEnabled"):
        return
    if _held is not None:
        _held.append((self, old, new))
        return
    if old is not None and new is not None and old.attrs == new.attrs:
        return
    number = self.starting_sequence_number + len(self.items)
    view = specification["StreamViewType"]
    self.items.append(Record(_record(self.table, view, str(number), old, new)))
    for hook in _on_record:
        hook(arn_of(self.table))


def _record(
    table: Table, view: str, number: str, old: Item | None, new: Item | None
) -> dict[str, Any]:
    item = new if old is None else old
    keys = {name: plain(item.attrs[name]) for name in table.table_key_attrs}  # type: ignore[union-attr]
    images = {}
    if new is not None and view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
        images["NewImage"] = {name: plain(value) for name, value in new.attrs.items()}
    if old is not None and view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        images["OldImage"] = {name: plain(value) for name, value in old.attrs.items()}
    size = item_sizes.of_attributes({name: item.attrs[name] for name in keys})  # type: ignore[union-attr]
    size += item_sizes.of_item(new) if "NewImage" in images else 0
    size += item_sizes.of_item(old) if "OldImage" in images else 0
    return {
        "eventID": mock_random.uuid4().hex,
        "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": table.region_name,
        "dynamodb": {
            "ApproximateCreationDateTime": utcnow().replace(microsecond=0),
            "Keys": keys,
            **images,
            "SequenceNumber": number,
            "SizeBytes": size,
            "StreamViewType": view,
        },
        **({"userIdentity": _identity} if _identity else {}),
    }


def plain(value: DynamoType) -> dict[str, Any]:
    """A copy of a value, {"S": "text"}, that later changes do not reach; binary ones are bytes."""
    found = value.value
    if value.is_map():
        found = {name: plain(one) for name, one in found.items()}
    elif value.is_list():
        found = [plain(one) for one in found]
    elif value.is_set():
        found = [_bytes(one) if value.type == "BS" else one for one in found]
    elif value.type == "B":
        found = _bytes(found)
    return {value.type: found}


def _bytes(value: Any) -> bytes:
    return base64.b64decode(value) if isinstance(value, str) else bytes(value)


def _as_text(found: Any) -> Any:
    """Binary values in base64, as JSON has them."""
    if isinstance(found, dict):
        return {name: _as_text(value) for name, value in found.items()}
    if isinstance(found, list):
        return [_as_text(value) for value in found]
    return base64.b64encode(found).decode() if isinstance(found, bytes) else found


def _update_item(self: DynamoDBBackend, table_name: str, key: Any, *rest: Any, **more: Any) -> Any:
    """One record for an update: moto writes a new item first with its keys alone."""
    global _held
    table = self.tables.get(table_name)
    is_new = table is not None and not _is_there(self, table, key)
    _held, before = [], _held
    try:
        item = _update_any_item(self, table_name, key, *rest, **more)
        last = _held[-1] if _held else None
    except BaseException:
        if is_new and table is not None and _is_there(self, table, key):
            table.delete_item(*self.get_keys_value(table, key))
        raise
    finally:
        _held = before
    if last:
        _add(*last)
    return item


def _is_there(backend: DynamoDBBackend, table: Table, key: Any) -> bool:
    try:
        hash_key, range_key = backend.get_keys_value(table, key)
        return bool(
            range_key in table.items.get(hash_key, {}) if range_key else hash_key in table.items
        )
    except (JsonRESTError, KeyError, TypeError, AttributeError):
        return True  # moto says what is wrong with the key


def _get_shard_iterator(
    self: DynamoDBStreamsBackend,
    arn: str,
    shard_id: str,
    shard_iterator_type: str,
    sequence_number: Any = None,
) -> Any:
    found = shard(arn)
    if found is None or found.id != shard_id:
        raise _not_found(f"Requested resource not found: Shard: {shard_id} in stream: {arn}")
    if shard_iterator_type.endswith("SEQUENCE_NUMBER") and sequence_number is None:
        raise JsonRESTError(
            "ValidationException",
            f"Sequence number is required for shard iterator type {shard_iterator_type}",
        )
    iterator = _get_any_iterator(self, arn, shard_id, shard_iterator_type, sequence_number)
    # Records are trimmed after a day.
    first = found.starting_sequence_number + first_kept(found)
    iterator.sequence_number = max(int(iterator.sequence_number), first)
    return iterator


def first_kept(found: StreamShard) -> int:
    """The index of the shard's oldest record that is not older than a day."""
    oldest = unix_time() - KEPT_SECONDS
    return next(
        (index for index, record in enumerate(found.items) if record.created > oldest),
        len(found.items),
    )


def _get_records(self: DynamoDBStreamsBackend, iterator_arn: str, limit: int) -> Any:
    if iterator_arn not in self.shard_iterators:
        raise JsonRESTError("ValidationException", "Invalid ShardIterator")
    return _get_any_records(self, iterator_arn, limit)


def _describe_stream(self: DynamoDBStreamsBackend, arn: str) -> Any:
    region, account = arn.split(":")[3:5] if arn.count(":") > 4 else ("", "")
    parts = arn.split("/")
    table = dynamodb_backends[account][region].tables.get(parts[1]) if len(parts) > 3 else None
    if table is None or arn != arn_of(table):
        raise _not_found(f"Requested resource not found: Stream: {arn} not found")
    found = _describe_any(self, arn)
    is_enabled = (table.stream_specification or {}).get("StreamEnabled")
    return {**found, "StreamStatus": "ENABLED" if is_enabled else "DISABLED"}


def _not_found(message: str) -> JsonRESTError:
    return JsonRESTError("ResourceNotFoundException", message)
