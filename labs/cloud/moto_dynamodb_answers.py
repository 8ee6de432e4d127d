"""The places in which moto's DynamoDB answers in another way than AWS.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html (ReturnValues),
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

import copy
import functools
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb import comparisons, responses
from moto.dynamodb.exceptions import (
    IncorrectDataType,
    IncorrectOperandType,
    MockValidationException,
    ProvidedKeyDoesNotExist,
    ResourceNotFoundException,
)
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import (
    ExpressionAttribute,
    ExpressionAttributeName,
    ExpressionSelector,
    UpdateExpressionAddAction,
    UpdateExpressionDeleteAction,
    UpdateExpressionRemoveAction,
    UpdateExpressionSetAction,
)
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.responses import DynamoHandler

from labs.cloud.moto_dynamodb_meter import existing
from labs.cloud.moto_dynamodb_streams import plain
from labs.cloud.simulation import has_current

ACTIONS = [
    UpdateExpressionSetAction,
    UpdateExpressionRemoveAction,
    UpdateExpressionAddAction,
    UpdateExpressionDeleteAction,
]
EMPTY_KEY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
    "contain an empty string value. Key: {}"
)
CONDITION, FILTER = "Invalid ConditionExpression", "Invalid FilterExpression"

# What is of another type, or has no size, compares as false.
COMPARISONS = (
    comparisons.OpLessThan,
    comparisons.OpLessThanOrEqual,
    comparisons.OpGreaterThan,
    comparisons.OpGreaterThanOrEqual,
    comparisons.OpEqual,
    comparisons.OpNotEqual,
    comparisons.FuncBetween,
)

type Answer = Callable[[DynamoHandler], ActionResult]
type Path = list[str | int]

_keys_of_any = DynamoDBBackend.get_keys_value
_check_any_keys = responses.validate_put_has_empty_keys
_delete_any_table = DynamoHandler.delete_table


def patch() -> None:
    """Put the seams in, before moto starts and before anything is put over these operations."""
    DynamoDBBackend.get_keys_value = _get_keys_value
    responses.validate_put_has_empty_keys = _check_keys
    for kind in COMPARISONS:
        kind.expr = _comparing(kind.expr)
    DynamoDBBackend.update_item = _with_operand_errors(DynamoDBBackend.update_item)
    DynamoHandler.update_item = _with_account(DynamoHandler.update_item, _update)
    DynamoHandler.query = _with_account(DynamoHandler.query, _read)
    DynamoHandler.scan = _with_account(DynamoHandler.scan, _read)
    DynamoHandler.delete_table = _with_account(DynamoHandler.delete_table, _delete_table)


def _with_account(original: Answer, replacement: Callable[..., ActionResult]) -> Answer:
    @functools.wraps(original)
    def answer(self: DynamoHandler) -> ActionResult:
        return replacement(self, original) if has_current() else original(self)

    return answer


def _comparing(original: Callable[..., bool]) -> Callable[..., bool]:
    @functools.wraps(original)
    def expr(self: Any, item: Any) -> bool:
        try:
            return original(self, item)
        except (TypeError, ValueError):
            if has_current():
                return False
            raise

    return expr


def _get_keys_value(self: DynamoDBBackend, table: Table, keys: dict[str, Any]) -> Any:
    """A key that lacks something, or is of another type, is none of the table."""
    if not has_current():
        return _keys_of_any(self, table, keys)
    try:
        hash_key, range_key = _keys_of_any(self, table, keys)
    except MockValidationException:
        raise ProvidedKeyDoesNotExist from None
    is_right = hash_key.type == table.hash_key_type and (
        range_key is None or range_key.type == table.range_key_type
    )
    # An item that is put says more about what is wrong with it.
    if not is_right and len(keys) == len(table.table_key_attrs):
        raise ProvidedKeyDoesNotExist
    return hash_key, range_key


def _check_keys(fields: Any, table: Table, custom_error_msg: str | None = None) -> None:
    default = EMPTY_KEY if has_current() else None
    _check_any_keys(fields, table, custom_error_msg or default)
    if table and has_current():
        _check_index_keys(fields, table)


def _check_index_keys(fields: dict[str, Any], table: Table) -> None:
    """An item may lack a key of an index, and then it is not in it; another type is refused."""
    types = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
    for index in table.all_indexes():
        for name in set(index.schema_key_attrs) - set(table.table_key_attrs):
            if name in fields and types[name] not in fields[name]:
                raise MockValidationException(
                    "One or more parameter values were invalid: Type mismatch for Index Key "
                    f"{name} Expected: {types[name]} Actual: {next(iter(fields[name]))} "
                    f"IndexName: {index.name}"
                )


def _delete_table(self: DynamoHandler, original: Answer) -> ActionResult:
    name = self.body["TableName"]
    try:
        return original(self)
    except ResourceNotFoundException:
        raise ResourceNotFoundException(table_name=name) from None


def _read(self: DynamoHandler, original: Answer) -> ActionResult:
    """Query and Scan say which of their expressions is wrong."""
    try:
        return original(self)
    except ResourceNotFoundException as error:
        name = self.body.get("IndexName")
        if "Invalid index" not in str(error.message):
            raise
        raise MockValidationException(
            f"The table does not have the specified index: {name}"
        ) from None
    except MockValidationException as error:
        if not str(error.message).startswith(CONDITION):
            raise
        raise MockValidationException(str(error.message).replace(CONDITION, FILTER)) from None


def _update(self: DynamoHandler, original: Answer) -> ActionResult:
    """UPDATED_OLD and UPDATED_NEW tell of all that the expression names, changed or not."""
    wanted, expression = self.body.get("ReturnValues"), self.body.get("UpdateExpression")
    is_told = wanted in ("UPDATED_OLD", "UPDATED_NEW") and bool(expression)
    old = None
    if is_told:
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        old = copy.deepcopy(existing(table, self.body["Key"]))
    result = original(self)
    if not is_told:
        return result
    item = existing(table, self.body["Key"]) if wanted == "UPDATED_NEW" else old
    attributes = {} if item is None else {name: plain(one) for name, one in item.attrs.items()}
    told: dict[str, Any] = {}
    for path in _paths(expression, self.body.get("ExpressionAttributeNames") or {}):
        _merge(told, _part(attributes, path))
    result.result.pop("Attributes", None)
    if told:
        result.result["Attributes"] = told
    return result


def _with_operand_errors(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS words it in another way where not the request but the item holds the wrong type."""

    @functools.wraps(original)
    def update_item(self: DynamoDBBackend, *arguments: Any, **more: Any) -> Any:
        try:
            return original(self, *arguments, **more)
        except IncorrectOperandType as error:
            values = more.get("expression_attribute_values") or {}
            kinds = {next(iter(value)) for value in values.values()}
            if not has_current() or error.operator_or_function not in "+-" or kinds - {"N"}:
                raise
            raise IncorrectDataType from None

    return update_item


def _paths(expression: str, names: dict[str, str]) -> list[Path]:
    """The attributes that an update expression names as its targets: ["info", "tags", 0]."""
    actions = UpdateExpressionParser.make(expression.strip()).find_clauses(ACTIONS)
    return [_path(action.children[0], names) for action in actions]


def _path(node: Any, names: dict[str, str]) -> Path:
    found: Path = []
    for child in node.children:
        if isinstance(child, ExpressionAttribute):
            found.append(child.get_attribute_name())
        elif isinstance(child, ExpressionAttributeName):
            placeholder = child.get_attribute_name_placeholder()
            found.append(names.get(placeholder, placeholder))
        elif isinstance(child, ExpressionSelector):
            found.append(int(child.get_index()))
    return found


def _part(attributes: dict[str, Any], path: Path) -> dict[str, Any]:
    """What is found at a path, in the maps and lists around it; empty if nothing is."""
    name, rest = str(path[0]), path[1:]
    if name not in attributes:
        return {}
    found = _inside(attributes[name], rest)
    return {} if found is None else {name: found}


def _inside(value: dict[str, Any], path: Path) -> dict[str, Any] | None:
    if not path:
        return value
    [(kind, content)] = value.items()
    step = path[0]
    if isinstance(step, int) and kind == "L":
        element = _inside(content[step], path[1:]) if step < len(content) else None
        return None if element is None else {"L": [element]}
    if isinstance(step, str) and kind == "M":
        part = _part(content, path)
        return {"M": part} if part else None
    return None


def _merge(told: dict[str, Any], part: dict[str, Any]) -> None:
    for name, value in part.items():
        if name not in told:
            told[name] = value
        elif "M" in value and "M" in told[name]:
            _merge(told[name]["M"], value["M"])
        elif "L" in value and "L" in told[name]:
            told[name]["L"] += value["L"]
