"""The places in which moto's batches and transactions of DynamoDB are bent.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

import functools
import json
from collections.abc import Callable
from typing import Any, override

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.dynamodb import responses
from moto.dynamodb.exceptions import MockValidationException, TransactionCanceledException
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.utilities import dynamo_json_dump
from moto.dynamodb.responses import DynamoHandler

from labs.cloud import item_sizes, moto_dynamodb_meter
from labs.cloud.clock import clock
from labs.cloud.services.dynamodb.capacity import (
    TABLE,
    Meter,
    WriteMeter,
    read_units,
    write_units,
)
from labs.cloud.services.dynamodb.throughput import OF_TABLE, ExceededError, Throughput
from labs.cloud.simulation import current, has_current

MAX_BATCH, MAX_TRANSACTION = 25, 100
TOKEN_MS = 600_000
EXCEEDED = "ProvisionedThroughputExceeded"

type Answer = Callable[[DynamoHandler], ActionResult]


class Tokens:
    """Client request tokens of transactions: {token: (request, until when)}."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, float]] = {}


def patch() -> None:
    """Put the seams in, before moto starts."""
    for name, batch in (
        ("batch_write_item", _batch_write),
        ("batch_get_item", _batch_get),
        ("transact_write_items", _transact_write),
        ("transact_get_items", _transact_get),
    ):
        setattr(DynamoHandler, name, _with_account(getattr(DynamoHandler, name), batch))


def _with_account(original: Answer, replacement: Callable[..., ActionResult]) -> Answer:
    @functools.wraps(original)
    def answer(self: DynamoHandler) -> ActionResult:
        if not has_current():
            return original(self)
        return replacement(self, original)

    return answer


def _batch_write(self: DynamoHandler, original: Answer) -> ActionResult:
    batches = self.body["RequestItems"]
    if sum(map(len, batches.values())) > MAX_BATCH:
        raise MockValidationException("Too many items requested for the BatchWriteItem call")
    tables = moto_dynamodb_meter.tables_of(self, list(batches))
    for table in tables:
        _refuse_duplicates(table, batches.get(table.name, []))
    held_back = moto_dynamodb_meter.limited(tables)
    allowed, rest = _share(batches, {table.name: table for table in held_back})
    meter = WriteMeter()
    self.body = {**self.body, "RequestItems": allowed}
    with moto_dynamodb_meter.metering(meter if _counts(self, held_back) else None):
        result = original(self)
    moto_dynamodb_meter.spend(meter, held_back)
    result.result["UnprocessedItems"] = rest
    return _told(self, result, meter, tables)


def _refuse_duplicates(table: Any, requests: list[Any]) -> None:
    """An item is written once in a batch, whether it is put or deleted."""
    keys = []
    for request in requests:
        attributes = next(iter(request.values()))
        attributes = attributes.get("Item") or attributes.get("Key") or {}
        keys.append(dynamo_json_dump([attributes.get(name) for name in table.table_key_attrs]))
    if len(set(keys)) < len(keys):
        raise MockValidationException("Provided list of item keys contains duplicates")


def _share(batches: dict[str, Any], limited: dict[str, Any]) -> tuple[Any, Any]:
    """The requests that there are units for, and the others.

    Raises:
        ExceededError: there are units for none.
    """
    allowed: dict[str, list[Any]] = {}
    rest: dict[str, list[Any]] = {}
    for name, requests in batches.items():
        table = limited.get(name)
        left = current().state(Throughput).left(table, TABLE, "Write") if table else None
        for request in requests:
            if left is None:
                allowed.setdefault(name, []).append(request)
                continue
            goes = left >= 1 and _passes(table, next(iter(request.values())))
            (allowed if goes else rest).setdefault(name, []).append(request)
            left -= _write_cost(table, next(iter(request.values()))) if goes else 0
    if not allowed:
        raise ExceededError
    return allowed, rest


def _passes(table: Any, request: dict[str, Any]) -> bool:
    try:
        moto_dynamodb_meter.check(table, request, "Write")
    except ExceededError:
        return False
    return True


def _write_cost(table: Any, request: dict[str, Any]) -> int:
    attributes = request.get("Item") or {}
    new = item_sizes.of_attributes({name: DynamoType(one) for name, one in attributes.items()})
    old = moto_dynamodb_meter.existing(table, attributes or request.get("Key") or {})
    return write_units(max(new, item_sizes.of_item(old)))


def _batch_get(self: DynamoHandler, original: Answer) -> ActionResult:
    batches = self.body["RequestItems"]
    tables = moto_dynamodb_meter.tables_of(self, list(batches))
    held_back = moto_dynamodb_meter.limited(tables)
    allowed, rest = _share_reads(batches, {table.name: table for table in held_back})
    meter = BatchMeter({name for name, one in batches.items() if one.get("ConsistentRead")})
    self.body = {**self.body, "RequestItems": allowed}
    with moto_dynamodb_meter.metering(meter if _counts(self, held_back) else None):
        result = original(self)
    moto_dynamodb_meter.spend(meter, held_back)
    for name, request in rest.items():
        left = result.result["UnprocessedKeys"].setdefault(name, {**request, "Keys": []})
        left["Keys"] += request["Keys"]
    return _told(self, result, meter, tables)


def _share_reads(batches: dict[str, Any], limited: dict[str, Any]) -> tuple[Any, Any]:
    """As `_share`."""
    allowed: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, request in batches.items():
        table = limited.get(name)
        left = current().state(Throughput).left(table, TABLE, "Read") if table else None
        if left is None:
            allowed[name] = request
            continue
        is_consistent = bool(request.get("ConsistentRead"))
        for key in request["Keys"]:
            side = allowed if left >= 0.5 else rest
            side.setdefault(name, {**request, "Keys": []})["Keys"].append(key)
            if side is allowed:
                size = item_sizes.of_item(moto_dynamodb_meter.existing(table, key))
                left -= read_units(size, is_consistent=is_consistent)
    if not allowed:
        raise ExceededError
    return allowed, rest


class BatchMeter(Meter):
    """Some of its tables are read consistently."""

    def __init__(self, consistent: set[str]) -> None:
        super().__init__()
        self._consistent = consistent

    @override
    def read(self, table: Any, size: int, index_name: str | None = None) -> None:
        self.is_consistent = table.name in self._consistent
        super().read(table, size, index_name)


def _transact_write(self: DynamoHandler, original: Answer) -> ActionResult:
    operations = [
        (kind, operation)
        for item in self.body["TransactItems"]
        for kind, operation in item.items()
    ]
    names = [str(operation["TableName"]) for _kind, operation in operations]
    if (done := _done_before(self)) is not None:
        return done
    tables = moto_dynamodb_meter.tables_of(self, names)
    held_back = moto_dynamodb_meter.limited(tables)
    _refuse_exceeded(held_back, names, "Write")
    meter = WriteMeter(is_transaction=True)
    checks = [operation for kind, operation in operations if kind == "ConditionCheck"]
    if counts := _counts(self, held_back):
        by_name = {table.name: table for table in tables}
        for operation in checks:
            if table := by_name.get(operation["TableName"]):
                meter.write(table, moto_dynamodb_meter.existing(table, operation["Key"]), None)
                meter.of(table).writes = _table_only(meter.of(table).writes)
    with moto_dynamodb_meter.metering(meter if counts else None):
        result = original(self)
    moto_dynamodb_meter.spend(meter, held_back)
    _remember(self)
    return _told(self, result, meter, tables)


def _table_only(writes: Any) -> Any:
    """A condition that is checked changes no index."""
    for place in [place for place in writes if place != TABLE]:
        del writes[place]
    return writes


def _transact_get(self: DynamoHandler, original: Answer) -> ActionResult:
    names = [str(item["Get"]["TableName"]) for item in self.body["TransactItems"]]
    tables = moto_dynamodb_meter.tables_of(self, names)
    held_back = moto_dynamodb_meter.limited(tables)
    _refuse_exceeded(held_back, names, "Read")
    meter = Meter(is_transaction=True)
    most, responses.TRANSACTION_MAX_ITEMS = responses.TRANSACTION_MAX_ITEMS, MAX_TRANSACTION
    try:
        with moto_dynamodb_meter.metering(meter if _counts(self, held_back) else None):
            result = original(self)
    finally:
        responses.TRANSACTION_MAX_ITEMS = most
    moto_dynamodb_meter.spend(meter, held_back)
    return _told(self, result, meter, tables)


def _refuse_exceeded(tables: list[Any], names: list[str], kind: str) -> None:
    """A transaction is cancelled as a whole where one of its tables has nothing left."""
    throughput = current().state(Throughput)
    empty = {table.name for table in tables if (throughput.left(table, TABLE, kind) or 0) < 1}
    if empty:
        nothing = (None, None, None)
        raise TransactionCanceledException(
            [(EXCEEDED, OF_TABLE, None) if name in empty else nothing for name in names]
        )


def _done_before(self: DynamoHandler) -> ActionResult | None:
    """The answer to a transaction that was made with the same token in the last ten minutes."""
    token = self.body.get("ClientRequestToken")
    known = current().state(Tokens).known.get(token) if token else None
    if known is None or known[1] < clock.millis():
        return None
    if known[0] != _request(self):
        raise JsonRESTError(
            "IdempotentParameterMismatchException",
            "The provided client token was used with different parameters.",
        )
    return ActionResult({})


def _remember(self: DynamoHandler) -> None:
    if token := self.body.get("ClientRequestToken"):
        until = clock.millis() + TOKEN_MS
        current().state(Tokens).known[token] = (_request(self), until)


def _request(self: DynamoHandler) -> str:
    text: str = dynamo_json_dump(self.body["TransactItems"])
    return json.dumps(json.loads(text), sort_keys=True)


def _counts(self: DynamoHandler, held_back: list[Any]) -> bool:
    """Whether anybody wants to know what is consumed."""
    return bool(held_back) or _level(self) != moto_dynamodb_meter.NO_CAPACITY


def _level(self: DynamoHandler) -> str:
    return self.body.get("ReturnConsumedCapacity") or moto_dynamodb_meter.NO_CAPACITY


def _told(
    self: DynamoHandler, result: ActionResult, meter: Meter, tables: list[Any]
) -> ActionResult:
    """The result, with what it has consumed if that was asked for."""
    result.result.pop("ConsumedCapacity", None)
    if not result.result.get("ItemCollectionMetrics"):
        result.result.pop("ItemCollectionMetrics", None)
    if _level(self) != moto_dynamodb_meter.NO_CAPACITY:
        result.result["ConsumedCapacity"] = [
            meter.of(table).described(
                table.name, _level(self), is_transaction=meter.is_transaction
            )
            for table in tables
        ]
    return result
