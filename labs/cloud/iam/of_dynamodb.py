"""DynamoDB's permissions: indexes, batches, transactions, PartiQL and fine-grained access.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from labs.cloud import moto_iam
from labs.cloud.iam.actions import IN, PARTIQL, TRANSACTED
from labs.cloud.iam.need import Need, Where

type Parameters = Mapping[str, Any]

_TABLE = "arn:aws:dynamodb:" + IN + ":table/{0}"
_EQUALS = re.compile(r"([#\w.-]+)\s*=\s*(:\w+)")
_FROM = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?([\w.-]+)"?', re.IGNORECASE)


def needs(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    """What a call needs; None where the plain rule is right."""
    match operation:
        case "BatchGetItem" | "BatchWriteItem":
            return [
                _need(operation, table, where, {"TableName": table, "items": asked})
                for table, asked in (parameters.get("RequestItems") or {}).items()
            ]
        case "TransactGetItems" | "TransactWriteItems":
            return list(_transacted(parameters, where))
        case "ExecuteStatement":
            return _partiql([parameters], where)
        case "BatchExecuteStatement":
            return _partiql(parameters.get("Statements", ()), where)
        case "ExecuteTransaction":
            return _partiql(parameters.get("TransactStatements", ()), where)
    if not (table := parameters.get("TableName")):
        return None
    return [_need(operation, str(table), where, parameters)]


def _transacted(parameters: Parameters, where: Where) -> Iterator[Need]:
    for item in parameters.get("TransactItems", ()):
        for kind, asked in item.items():
            yield _need(TRANSACTED.get(kind, kind), str(asked.get("TableName")), where, asked)


def _partiql(statements: Any, where: Where) -> list[Need] | None:
    found = []
    for statement in statements:
        text = str(statement.get("Statement", "")).lstrip()
        verb, table = text[:6].upper(), _FROM.search(text)
        if verb not in PARTIQL or not table:
            return None
        found.append(Need(f"dynamodb:{PARTIQL[verb]}", where.arn(_TABLE, table[1])))
    return found


def _need(operation: str, table: str, where: Where, asked: Parameters) -> Need:
    arn = where.arn(_TABLE, table)
    index = asked.get("IndexName")
    resource = f"{arn}/index/{index}" if index else arn
    name = arn.rpartition("/")[2]
    key = moto_iam.hash_key(name, str(index or ""), where.region)
    leading = tuple(dict.fromkeys(_leading(asked, key))) if key else ()
    context: dict[str, str | tuple[str, ...]] = {}
    if leading:
        context["dynamodb:leadingkeys"] = leading
    if attributes := tuple(dict.fromkeys(_attributes(asked))):
        context["dynamodb:attributes"] = attributes
    return Need(f"dynamodb:{operation}", resource, context)


def _leading(asked: Parameters, key: str) -> Iterator[str]:
    """The values of the partition key that a call touches."""
    for item in _items(asked):
        if key in item:
            yield _plain(item[key])
    conditions = asked.get("KeyConditions") or {}
    if key in conditions:
        yield from (_plain(value) for value in conditions[key].get("AttributeValueList", ()))
    names = asked.get("ExpressionAttributeNames") or {}
    values = asked.get("ExpressionAttributeValues") or {}
    for name, value in _EQUALS.findall(str(asked.get("KeyConditionExpression") or "")):
        if names.get(name, name) == key and value in values:
            yield _plain(values[value])


def _items(asked: Parameters) -> Iterator[Mapping[str, Any]]:
    """Keys and items of a call, and of one table's part of a batch."""
    yield asked.get("Key") or {}
    yield asked.get("Item") or {}
    in_batch = asked.get("items")
    if isinstance(in_batch, Mapping):
        yield from in_batch.get("Keys", ())
    for request in in_batch if isinstance(in_batch, list) else ():
        yield request.get("PutRequest", {}).get("Item", {})
        yield request.get("DeleteRequest", {}).get("Key", {})


def _attributes(asked: Parameters) -> Iterator[str]:
    """The attributes that a call names at top level."""
    for item in _items(asked):
        yield from map(str, item)
    names = asked.get("ExpressionAttributeNames") or {}
    projection = str(asked.get("ProjectionExpression") or "")
    for path in filter(None, (part.strip() for part in projection.split(","))):
        name = re.split(r"[.\[]", path)[0]
        yield str(names.get(name, name))
    yield from map(str, names.values())
    yield from map(str, asked.get("AttributesToGet") or ())


def _plain(value: Any) -> str:
    """ "a" of {"S": "a"}."""
    return str(next(iter(value.values()), "")) if isinstance(value, Mapping) else str(value)
