"""Every place in which moto's DynamoDB is bent: capacity, throttling, and what it answers wrong.

What belongs to streams, batches, transactions, expiry and measuring is in modules beside it.
"""

import functools
import re
from collections.abc import Callable

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import ConditionalCheckFailed, MockValidationException
from moto.dynamodb.responses import DynamoHandler

from labs.cloud import (
    moto_dynamodb_answers,
    moto_dynamodb_batches,
    moto_dynamodb_expiry,
    moto_dynamodb_expressions,
    moto_dynamodb_meter,
    moto_dynamodb_partiql,
    moto_dynamodb_streams,
    moto_dynamodb_transactions,
)
from labs.cloud.moto_dynamodb_meter import NO_CAPACITY, check, limited, metering, spend, tables_of
from labs.cloud.services.dynamodb.capacity import TABLE, Meter, WriteMeter
from labs.cloud.simulation import has_current

NAME = re.compile(r"[a-zA-Z0-9_.-]+")
READS = ("get_item", "query", "scan")
WRITES = ("put_item", "update_item", "delete_item")


def patch() -> None:
    """Put the seams in, before moto starts; once, as others are put over some of them."""
    if hasattr(DynamoHandler.get_item, "coldstart"):
        return
    moto_dynamodb_streams.patch()
    moto_dynamodb_expressions.patch()
    moto_dynamodb_answers.patch()
    for name in READS:
        setattr(DynamoHandler, name, _metered(getattr(DynamoHandler, name), "Read"))
    for name in WRITES:
        setattr(DynamoHandler, name, _metered(getattr(DynamoHandler, name), "Write"))
    moto_dynamodb_meter.patch()
    moto_dynamodb_partiql.patch()
    moto_dynamodb_transactions.patch()
    moto_dynamodb_expiry.patch()
    moto_dynamodb_batches.patch()


def _metered(original: Callable[..., ActionResult], kind: str) -> Callable[..., ActionResult]:
    """An operation on one table, that counts what it consumes where anybody wants to know."""

    make_meter = Meter if kind == "Read" else WriteMeter

    @functools.wraps(original)
    def answer(self: DynamoHandler) -> ActionResult:
        if not has_current():
            return original(self)
        _check_name(str(self.body["TableName"]))
        level = self.body.get("ReturnConsumedCapacity") or NO_CAPACITY
        tables = tables_of(self, [self.body["TableName"]])
        held_back = limited(tables)
        if not held_back and level == NO_CAPACITY:
            result = original(self)
            result.result.pop("ConsumedCapacity", None)
            return result
        for table in held_back:
            check(table, self.body, kind)
        meter = make_meter(is_consistent=bool(self.body.get("ConsistentRead")))
        try:
            with metering(meter):
                result = original(self)
        except ConditionalCheckFailed:
            for table in held_back:
                meter.of(table).writes[TABLE] += 1
            spend(meter, held_back)
            raise
        spend(meter, held_back)
        result.result.pop("ConsumedCapacity", None)
        if level != NO_CAPACITY and tables:
            usage = meter.of(tables[0])
            described = usage.described(tables[0].name, level, is_transaction=False)
            result.result["ConsumedCapacity"] = described
        return result

    answer.coldstart = True  # type: ignore[attr-defined]
    return answer


def _check_name(table: str) -> None:
    """A name, or an ARN, which boto3's model allows too."""
    if not NAME.fullmatch(table) and not table.startswith("arn:"):
        raise MockValidationException(
            f"1 validation error detected: Value '{table}' at 'tableName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        )
