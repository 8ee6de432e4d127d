"""The place in which moto's TransactWriteItems is bent: it copied whole tables, records and all.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html. One
call follows the other here, so that no transaction ever meets another (TransactionConflict).
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    AttributeDoesNotExist,
    ConditionalCheckFailed,
    IncorrectDataType,
    InvalidUpdateExpressionInvalidDocumentPath,
    ItemSizeTooLarge,
    ItemSizeToUpdateTooLarge,
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
    TransactWriteSingleOpException,
)
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from labs.cloud import moto_dynamodb_streams

MAX_ITEMS = 100
# What is wrong with an item is a reason of the cancellation; anything else refuses the request.
OF_ITEMS = (
    AttributeDoesNotExist,
    IncorrectDataType,
    InvalidUpdateExpressionInvalidDocumentPath,
    ItemSizeTooLarge,
    ItemSizeToUpdateTooLarge,
)

type Reason = tuple[str | None, str | None, Any]


@dataclass(frozen=True)
class Step:
    """One operation of a transaction, with the item as it was before."""

    kind: str
    operation: Mapping[str, Any]
    table: Table
    hash_key: Any
    range_key: Any
    before: Item | None

    def undo(self) -> None:
        items = self.table.items
        if self.range_key is None:
            if self.before is None:
                items.pop(self.hash_key, None)
            else:
                items[self.hash_key] = self.before
        elif self.before is None:
            items.get(self.hash_key, {}).pop(self.range_key, None)
        else:
            items[self.hash_key][self.range_key] = self.before


def patch() -> None:
    """Put the seam in, before moto starts."""
    DynamoDBBackend.transact_write_items = _transact_write_items


def _transact_write_items(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    if len(transact_items) > MAX_ITEMS:
        raise TooManyTransactionsException
    steps: list[Step] = []
    known: set[tuple[str, Any, Any]] = set()
    for item in transact_items:
        step = _step(self, item)
        place = (step.table.name, step.hash_key, step.range_key)
        if place in known:
            raise MultipleTransactionsException
        known.add(place)
        steps.append(step)
    with moto_dynamodb_streams.held():
        try:
            reasons = [_reason(self, step) for step in steps]
            if any(code for code, _message, _item in reasons):
                raise TransactionCanceledException(reasons)
        except BaseException:
            for step in steps:
                step.undo()
            raise


def _step(self: DynamoDBBackend, item: Mapping[str, Any]) -> Step:
    if len(item) != 1:
        raise TransactWriteSingleOpException
    [(kind, operation)] = item.items()
    table = self.get_table(operation["TableName"])
    key = operation["Item" if kind == "Put" else "Key"]
    hash_key, range_key = self.get_keys_value(table, key)
    before = copy.deepcopy(table.get_item(hash_key, range_key))
    return Step(kind, operation, table, hash_key, range_key, before)


def _reason(self: DynamoDBBackend, step: Step) -> Reason:
    """Why the transaction is to be cancelled, or that it is not because of this step."""
    operation = step.operation
    try:
        if step.kind == "ConditionCheck":
            _check(step)
        else:
            _apply(self, step)
    except ConditionalCheckFailed as error:
        wants_item = operation.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        old = step.before.to_json()["Attributes"] if step.before and wants_item else None
        return "ConditionalCheckFailed", str(error.message), old
    except OF_ITEMS as error:
        return "ValidationError", str(error.message), None
    return None, None, None


def _condition(operation: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return (
        operation.get("ConditionExpression"),
        operation.get("ExpressionAttributeNames"),
        operation.get("ExpressionAttributeValues"),
    )


def _check(step: Step) -> None:
    if not get_filter_expression(*_condition(step.operation)).expr(step.before):
        raise ConditionalCheckFailed


def _apply(self: DynamoDBBackend, step: Step) -> None:
    operation = step.operation
    expression, names, values = _condition(operation)
    conditions = {
        "condition_expression": expression,
        "expression_attribute_names": names,
        "expression_attribute_values": values,
    }
    table_name = operation["TableName"]
    if step.kind == "Put":
        self.put_item(table_name, operation["Item"], **conditions)
    elif step.kind == "Delete":
        self.delete_item(table_name, operation["Key"], **conditions)
    else:
        update = operation["UpdateExpression"]
        self.update_item(table_name, operation["Key"], update_expression=update, **conditions)
