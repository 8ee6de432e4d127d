"""The place in which moto's DynamoDB gets conditions checked, before it reads them in its own way.

Moto takes many that AWS refuses, and breaks over others; what is right is written for it anew.
"""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import MockValidationException, ResourceNotFoundException
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords
from moto.dynamodb.responses import DynamoHandler

from labs.cloud.services.dynamodb import expressions
from labs.cloud.services.dynamodb.expressions import ExpressionError, Placeholders
from labs.cloud.simulation import has_current

NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
CONDITIONS = ("ConditionExpression", "FilterExpression")
KEY_CONDITION = "KeyConditionExpression"
OPERATIONS = ("query", "scan", "put_item", "delete_item", "update_item")
# What moto reads by itself: of these the placeholders count that they use.
OTHERS = ("UpdateExpression", "ProjectionExpression")
_PLACEHOLDER = re.compile(r"[#:][\w-]+")

type Answer = Callable[[DynamoHandler], ActionResult]


def patch() -> None:
    """Put the seams in, before moto starts and before others are put over these operations."""
    for name in OPERATIONS:
        setattr(DynamoHandler, name, _checking(getattr(DynamoHandler, name)))


def _checking(original: Answer) -> Answer:
    @functools.wraps(original)
    def answer(self: DynamoHandler) -> ActionResult:
        if has_current() and any(name in self.body for name in (*CONDITIONS, KEY_CONDITION)):
            self.body = {**self.body, **_checked(self)}
        return original(self)

    return answer


def _checked(handler: DynamoHandler) -> dict[str, str]:
    """The request's conditions as moto reads them.

    Raises:
        MockValidationException: one of them is none, in AWS's words.
    """
    body = handler.body
    placeholders = Placeholders(body.get(NAMES) or {}, body.get(VALUES) or {}, _is_reserved)
    found = {name: _condition(name, body, placeholders) for name in CONDITIONS if name in body}
    if KEY_CONDITION in body:
        types = _key_types(handler, body)
        if not types:
            return found
        found |= _key_condition(body, placeholders, types)
    _check_used(body, placeholders)
    return found


def _condition(name: str, body: Mapping[str, Any], placeholders: Placeholders) -> str:
    try:
        node = expressions.parse(body[name])
        expressions.check_condition(node, placeholders)
        return expressions.written(node)
    except ExpressionError as error:
        raise MockValidationException(f"Invalid {name}: {error}") from None


def _key_condition(
    body: Mapping[str, Any], placeholders: Placeholders, types: Mapping[str, str]
) -> dict[str, str]:
    try:
        node = expressions.parse(body[KEY_CONDITION])
        expressions.check_condition(node, placeholders)
        plain = expressions.check_key_condition(node, placeholders, types)
        if "FilterExpression" in body:
            wanted = expressions.parse(body["FilterExpression"])
            expressions.check_filter(wanted, placeholders, list(types))
    except ExpressionError as error:
        told = str(error) if error.is_whole else f"Invalid {KEY_CONDITION}: {error}"
        raise MockValidationException(told) from None
    return {KEY_CONDITION: expressions.written(plain)}


def _key_types(handler: DynamoHandler, body: Mapping[str, Any]) -> dict[str, str]:
    """{"pk": "S", "sk": "N"} of the table or index; {} where moto says what is wrong with it."""
    try:
        backend = handler.dynamodb_backend
        table = backend.get_table(body["TableName"])
        schema = backend.get_schema(body["TableName"], body.get("IndexName"))
    except (MockValidationException, ResourceNotFoundException):
        return {}
    types = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
    ordered = sorted(schema, key=lambda one: one["KeyType"])  # HASH, RANGE
    return {one["AttributeName"]: types[one["AttributeName"]] for one in ordered}


def _is_reserved(word: str) -> bool:
    return word.upper() in ReservedKeywords.get_reserved_keywords()


def _check_used(body: Mapping[str, Any], placeholders: Placeholders) -> None:
    used = set(placeholders.used)
    for name in OTHERS:
        used.update(_PLACEHOLDER.findall(body.get(name) or ""))
    for name in (VALUES, NAMES):
        unused = [one for one in body.get(name) or {} if one not in used]
        if unused:
            raise MockValidationException(
                f"Value provided in {name} unused in expressions: keys: {{{', '.join(unused)}}}"
            )
