"""The place in which moto's PartiQL is bent: its parser loses items, and wants blanks.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html. What a
statement reads or writes is neither counted nor throttled.
"""

import copy
import re
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    MockValidationException,
    ResourceNotFoundException,
    TransactionCanceledException,
)
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import ProjectionExpressionParser

from labs.cloud import moto_dynamodb_streams
from labs.cloud.moto_dynamodb_meter import existing
from labs.cloud.services.dynamodb.partiql import Statement, StatementError, parse
from labs.cloud.simulation import has_current

DUPLICATE = "Duplicate primary key exists in table"
REASONS = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "DuplicateItemException": "DuplicateItem",
}

STEP = re.compile(r"[^\[\]]+")

type Items = list[dict[str, Any]]

_execute_any = DynamoDBBackend.execute_statement
_execute_any_batch = DynamoDBBackend.batch_execute_statement
_execute_any_transaction = DynamoDBBackend.execute_transaction


def patch() -> None:
    """Put the seams in, before moto starts."""
    DynamoDBBackend.execute_statement = _execute
    DynamoDBBackend.batch_execute_statement = _execute_batch
    DynamoDBBackend.execute_transaction = _execute_transaction


def _execute(self: DynamoDBBackend, statement: str, parameters: Any) -> Items:
    if not has_current():
        found: Items = _execute_any(self, statement, parameters)
        return found
    try:
        parsed = parse(statement, list(parameters or []))
    except StatementError as error:
        message = f"Statement wasn't well formed, can't be processed: {error}"
        raise MockValidationException(message) from None
    table = self.get_table(parsed.table)
    run = {"SELECT": _select, "INSERT": _insert, "UPDATE": _update, "DELETE": _delete}
    return run[parsed.kind](self, table, parsed)


def _select(_backend: DynamoDBBackend, table: Table, statement: Statement) -> Items:
    items = table.all_items()
    if statement.index:
        index = next((one for one in table.all_indexes() if one.name == statement.index), None)
        if index is None:
            raise MockValidationException("The table does not have the specified index")
        items = table.has_idx_items(index.name)
        keys = [*index.schema_key_attrs, *table.table_key_attrs]
        items.sort(key=lambda item: [item.attrs[name] for name in keys])
        items = [index.project(item) for item in items]
    condition = get_filter_expression(statement.where or None, statement.names, statement.values)
    items = [item for item in items if condition.expr(item)]
    if statement.is_descending:
        items.reverse()
    if statement.paths:
        parser = ProjectionExpressionParser(",".join(statement.paths), statement.names)
        paths = parser.parse()
        return [_projected(_plain(item), paths) for item in items]
    return [_plain(item) for item in items]


def _projected(item: dict[str, Any], paths: list[list[str]]) -> dict[str, Any]:
    """What the paths lead to, each by the name of its last step: info.rating is "rating".

    The stubbed answers of AWS's own samples in Go name it so; no page or recording says it.
    """
    found = {path[-1]: _at({"M": item}, path) for path in paths}
    return {name: value for name, value in found.items() if value is not None}


def _at(value: dict[str, Any] | None, path: list[str]) -> dict[str, Any] | None:
    """The value at a path of names, each with its indexes ("actors[0]"); None if there is none."""
    for step in path:
        name, *indexes = STEP.findall(step)
        value = value.get("M", {}).get(name) if value else None
        for index in map(int, indexes):
            members = value.get("L", []) if value else []
            value = members[index] if index < len(members) else None
    return value


def _insert(self: DynamoDBBackend, table: Table, statement: Statement) -> Items:
    if existing(table, statement.item) is not None:
        raise JsonRESTError("DuplicateItemException", DUPLICATE)
    self.put_item(table.name, statement.item)
    return []


def _update(self: DynamoDBBackend, table: Table, statement: Statement) -> Items:
    key = _key(table, statement)
    old = copy.deepcopy(existing(table, key))
    if old is None:
        raise ConditionalCheckFailed
    sections = [("SET", statement.updates), ("REMOVE", statement.removes)]
    expression = " ".join(f"{name} {', '.join(parts)}" for name, parts in sections if parts)
    new = self.update_item(
        table.name,
        key,
        update_expression=expression,
        condition_expression=statement.where,
        expression_attribute_names=statement.names,
        expression_attribute_values=statement.values,
    )
    return _returned(statement, old, new)


def _delete(self: DynamoDBBackend, table: Table, statement: Statement) -> Items:
    key = _key(table, statement)
    old = copy.deepcopy(existing(table, key))
    if old is None:
        return []
    self.delete_item(table.name, key, statement.names, statement.values, statement.where)
    return _returned(statement, old, None)


def _key(table: Table, statement: Statement) -> dict[str, Any]:
    """One item is written at a time, so its whole key must be named."""
    if not all(name in statement.equal for name in table.table_key_attrs):
        raise MockValidationException(
            "Where clause does not contain a mandatory equality on all key attributes"
        )
    return {name: statement.equal[name] for name in table.table_key_attrs}


def _returned(statement: Statement, old: Any, new: Any) -> Items:
    """What RETURNING asks for; of MODIFIED only the attributes that have changed."""
    which, _, version = statement.returning.partition(" ")
    item = {"OLD": old, "NEW": new}.get(version)
    if item is None:
        return []
    other = new if version == "OLD" else old
    attributes = _plain(item)
    if which == "MODIFIED" and other is not None:
        known = _plain(other)
        attributes = {
            name: value for name, value in attributes.items() if known.get(name) != value
        }
    return [attributes]


def _plain(item: Any) -> dict[str, Any]:
    return {name: moto_dynamodb_streams.plain(value) for name, value in item.attrs.items()}


def _execute_batch(self: DynamoDBBackend, statements: Items) -> Items:
    """Each statement by itself, with its item or its error."""
    if not has_current():
        found: Items = _execute_any_batch(self, statements)
        return found
    return [_answered(self, one) for one in statements]


def _answered(self: DynamoDBBackend, asked: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    try:
        answer["TableName"] = parse(asked["Statement"], asked.get("Parameters") or []).table
        items = _execute(self, asked["Statement"], asked.get("Parameters"))
    except StatementError as error:
        return {"Error": {"Code": "ValidationError", "Message": str(error)}}
    except ResourceNotFoundException as error:
        return {"Error": {"Code": "ResourceNotFound", "Message": str(error.message)}}
    except JsonRESTError as error:
        code = _code(error)
        answer["Error"] = {"Code": REASONS.get(code, "ValidationError"), "Message": error.message}
        return answer
    return {**answer, "Item": items[0]} if items else answer


def _execute_transaction(self: DynamoDBBackend, statements: Items) -> Items:
    """All statements or none."""
    if not has_current():
        found: Items = _execute_any_transaction(self, statements)
        return found
    before = {name: copy.deepcopy(table.items) for name, table in self.tables.items()}
    answers: Items = []
    reasons: list[Any] = []
    with moto_dynamodb_streams.held():
        for asked in statements:
            try:
                items = _execute(self, asked["Statement"], asked.get("Parameters"))
                answers += [{"Item": item} for item in items] or [{}]
                reasons.append((None, None, None))
            except JsonRESTError as error:
                reasons.append((REASONS.get(_code(error), "ValidationError"), error.message, None))
        if any(code for code, _message, _item in reasons):
            for name, items_before in before.items():
                self.tables[name].items = items_before
            raise TransactionCanceledException(reasons)
    return answers


def _code(error: JsonRESTError) -> str:
    return str(error.error_type).rpartition("#")[2]
