"""Tables with their items, buckets with their objects and versions."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import FakeDeleteMarker, s3_backends

from labs.cloud.parameters import size
from labs.cloud.snapshot.backends import existing
from labs.cloud.snapshot.texts import MAX_COLUMNS, MAX_ROWS, cell, facts, table, visible
from labs.resources import Resource, Table

_OBJECTS = ("Key", "Size", "Version", "Content type")
_UPLOADS = ("Key", "Upload id", "Parts")
_deserialize = TypeDeserializer().deserialize


def tables() -> Iterator[Resource]:
    for backend in existing(dynamodb_backends):
        for one in backend.tables.values():
            yield _table(one)


def _table(one: Any) -> Resource:
    keys = tuple(one.table_key_attrs)
    items = list(one.all_items())
    return Resource(
        "dynamodb",
        "table",
        one.name,
        facts(
            {
                "Key": " + ".join(keys),
                "Items": len(items),
                "Global indexes": ", ".join(index.name for index in one.global_indexes),
                "Local indexes": ", ".join(index.name for index in one.indexes),
                "Stream": (one.stream_specification or {}).get("StreamViewType"),
                "Time to live": one.ttl.get("AttributeName"),
            }
        ),
        (_items(keys, items),),
    )


def _items(keys: tuple[str, ...], items: list[Any]) -> Table:
    shown = [_plain(item.attrs) for item in islice(items, MAX_ROWS)]
    names = dict.fromkeys(keys) | dict.fromkeys(name for item in shown for name in item)
    columns = tuple(names)[:MAX_COLUMNS]
    rows = tuple(
        tuple(cell(item[name]) if name in item else "" for name in columns) for item in shown
    )
    return Table("Items", columns, rows, left_out=len(items) - len(rows))


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: _deserialize(value.to_regular_json()) for name, value in attributes.items()}
    return visible({name: _readable(value) for name, value in values.items()})


def _readable(value: Any) -> Any:
    """Numbers as numbers, sets in order, bytes as their count."""
    match value:
        case Binary():
            return size(len(value.value))
        case set():
            return sorted((_readable(one) for one in value), key=str)
        case list():
            return [_readable(one) for one in value]
        case dict():
            return {name: _readable(one) for name, one in value.items()}
        case str() | bool() | None:
            return value
    return int(value) if value == value.to_integral_value() else float(value)


def buckets() -> Iterator[Resource]:
    for backend in existing(s3_backends):
        for bucket in backend.buckets.values():
            yield _bucket(bucket)


def _bucket(bucket: Any) -> Resource:
    # The newest first.
    versions = [one for key in bucket.keys for one in reversed(bucket.keys.getlist(key))]
    uploads = list(bucket.multiparts.values())
    rows = [table("Objects", _OBJECTS, versions, _object, count=len(versions))]
    if uploads:
        rows.append(table("Uploads in progress", _UPLOADS, uploads, _upload, count=len(uploads)))
    return Resource(
        "s3",
        "bucket",
        bucket.name,
        facts(
            {
                "Objects": len(bucket.keys),
                "Versioning": bucket.versioning_status,
                "Lifecycle rules": len(bucket.rules) or None,
            }
        ),
        tuple(rows),
    )


def _object(one: Any) -> tuple[Any, ...]:
    version = one.version_id if one.version_id not in (None, "null") else ""
    if isinstance(one, FakeDeleteMarker):
        return one.name, "delete marker", version, ""
    return one.name, size(one.size), version, one.metadata.get("content-type", "")


def _upload(upload: Any) -> tuple[Any, ...]:
    return upload.key_name, upload.id, len(upload.parts)
