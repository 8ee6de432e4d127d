"""AppSync's requests to DynamoDB, and its answers: plain JSON on the resolver's side.

https://docs.aws.amazon.com/appsync/latest/devguide/js-resolver-reference-dynamodb.html
"""

import base64
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from labs.cloud.services.appsync.evaluation import ResolverError

type Json = dict[str, Any]

_deserialize = TypeDeserializer().deserialize


def translate(request: Json, table: str) -> tuple[str, Json]:
    """boto3's operation and its parameters.

    Raises:
        ResolverError: there is no such operation, or a part of the request is missing.
    """
    name = str(request.get("operation"))
    if name not in _OPERATIONS:
        raise ResolverError(f"Unsupported operation '{name}'.", "MappingTemplate")
    try:
        return _OPERATIONS[name](request, table)
    except (KeyError, TypeError, AttributeError) as error:
        message = f"The request for {name} is not complete: {error}"
        raise ResolverError(message, "MappingTemplate") from None


def result(name: str, request: Json, answer: Json) -> Any:
    """`ctx.result`."""
    match name:
        case "GetItem":
            return plain(answer.get("Item"))
        case "PutItem":
            return plain({**request.get("attributeValues", {}), **request["key"]})
        case "UpdateItem" | "DeleteItem":
            return plain(answer.get("Attributes"))
        case "Query" | "Scan":
            return {
                "items": [plain(item) for item in answer["Items"]],
                "nextToken": _token(answer.get("LastEvaluatedKey")),
                "scannedCount": answer["ScannedCount"],
            }
        case "BatchGetItem":
            found = answer["Responses"]
            return {
                "data": {name: [plain(item) for item in items] for name, items in found.items()},
                "unprocessedKeys": {},
            }
        case "TransactGetItems":
            items = [plain(found.get("Item")) for found in answer["Responses"]]
            return {"items": items, "cancellationReasons": None}
        case "TransactWriteItems":
            keys = [plain(item["key"]) for item in request["transactItems"]]
            return {"keys": keys, "cancellationReasons": None}
    return {"data": _batch_data(name, request), "unprocessedItems": {}}


def _batch_data(_name: str, request: Json) -> Json:
    return {table: [plain(item) for item in items] for table, items in request["tables"].items()}


def plain(item: Json | None) -> Any:
    """A DynamoDB item as JSON."""
    if not item:
        return None
    return {name: _json(_deserialize(_typed(value))) for name, value in item.items()}


def _json(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {name: _json(item) for name, item in value.items()}
        case list():
            return [_json(item) for item in value]
        case set():
            return sorted(_json(item) for item in value)
    return base64.b64encode(bytes(value)).decode() if hasattr(value, "value") else value


def _typed(value: Json) -> Json:
    """An attribute as the API wants it: its numbers are texts there."""
    kind, content = next(iter(value.items()))
    match kind:
        case "N":
            return {"N": str(content)}
        case "NS":
            return {"NS": [str(number) for number in content]}
        case "B":
            return {"B": base64.b64decode(content) if isinstance(content, str) else content}
        case "L":
            return {"L": [_typed(item) for item in content]}
        case "M":
            return {"M": _typed_map(content)}
    return value


def _typed_map(values: Mapping[str, Json]) -> Json:
    return {name: _typed(value) for name, value in values.items()}


def _get(request: Json, table: str) -> tuple[str, Json]:
    return "GetItem", {
        "TableName": table,
        "Key": _typed_map(request["key"]),
        "ConsistentRead": bool(request.get("consistentRead")),
        **_projection(request),
    }


def _put(request: Json, table: str) -> tuple[str, Json]:
    item = _typed_map({**(request.get("attributeValues") or {}), **request["key"]})
    return "PutItem", {"TableName": table, "Item": item, **_condition(request)}


def _update(request: Json, table: str) -> tuple[str, Json]:
    update = request["update"]
    condition = _condition(request)
    names = {
        **(condition.pop("ExpressionAttributeNames", None) or {}),
        **(update.get("expressionNames") or {}),
    }
    values = {
        **(condition.pop("ExpressionAttributeValues", None) or {}),
        **_typed_map(update.get("expressionValues") or {}),
    }
    return "UpdateItem", {
        "TableName": table,
        "Key": _typed_map(request["key"]),
        "UpdateExpression": update["expression"],
        "ReturnValues": "ALL_NEW",
        **condition,
        **_names(names),
        **({"ExpressionAttributeValues": values} if values else {}),
    }


def _delete(request: Json, table: str) -> tuple[str, Json]:
    return "DeleteItem", {
        "TableName": table,
        "Key": _typed_map(request["key"]),
        "ReturnValues": "ALL_OLD",
        **_condition(request),
    }


def _query(request: Json, table: str) -> tuple[str, Json]:
    query = request["query"]
    return "Query", {
        **_paged(request, table, query),
        "KeyConditionExpression": query["expression"],
        "ScanIndexForward": request.get("scanIndexForward", True),
    }


def _scan(request: Json, table: str) -> tuple[str, Json]:
    segments = {
        "TotalSegments": request.get("totalSegments"),
        "Segment": request.get("segment"),
    }
    asked = {name: value for name, value in segments.items() if value is not None}
    return "Scan", {**_paged(request, table, {}), **asked}


def _paged(request: Json, table: str, query: Json) -> Json:
    condition = request.get("filter") or {}
    names = {
        **(query.get("expressionNames") or {}),
        **(condition.get("expressionNames") or {}),
        **((request.get("projection") or {}).get("expressionNames") or {}),
    }
    values = _typed_map(
        {**(query.get("expressionValues") or {}), **(condition.get("expressionValues") or {})}
    )
    parameters: Json = {"TableName": table, **_names(names)}
    optional = {
        "IndexName": request.get("index"),
        "Limit": request.get("limit"),
        "ConsistentRead": request.get("consistentRead"),
        "Select": request.get("select"),
        "FilterExpression": condition.get("expression"),
        "ProjectionExpression": (request.get("projection") or {}).get("expression"),
        "ExpressionAttributeValues": values or None,
        "ExclusiveStartKey": _start(request.get("nextToken")),
    }
    return parameters | {name: value for name, value in optional.items() if value is not None}


def _batch_get(request: Json, _table: str) -> tuple[str, Json]:
    items = {
        table: {
            "Keys": [_typed_map(key) for key in asked["keys"]],
            "ConsistentRead": bool(asked.get("consistentRead")),
        }
        for table, asked in request["tables"].items()
    }
    return "BatchGetItem", {"RequestItems": items}


def _batch_put(request: Json, _table: str) -> tuple[str, Json]:
    items = {
        table: [{"PutRequest": {"Item": _typed_map(item)}} for item in items]
        for table, items in request["tables"].items()
    }
    return "BatchWriteItem", {"RequestItems": items}


def _batch_delete(request: Json, _table: str) -> tuple[str, Json]:
    items = {
        table: [{"DeleteRequest": {"Key": _typed_map(key)}} for key in keys]
        for table, keys in request["tables"].items()
    }
    return "BatchWriteItem", {"RequestItems": items}


def _transact_get(request: Json, _table: str) -> tuple[str, Json]:
    items = [
        {"Get": {"TableName": item["table"], "Key": _typed_map(item["key"])}}
        for item in request["transactItems"]
    ]
    return "TransactGetItems", {"TransactItems": items}


def _transact_write(request: Json, _table: str) -> tuple[str, Json]:
    return "TransactWriteItems", {
        "TransactItems": [_transacted(item) for item in request["transactItems"]]
    }


def _transacted(item: Json) -> Json:
    table, kind = item["table"], item["operation"]
    if kind == "ConditionCheck":
        check = {"TableName": table, "Key": _typed_map(item["key"]), **_condition(item)}
        return {"ConditionCheck": check}
    translated = {"PutItem": _put, "UpdateItem": _update, "DeleteItem": _delete}[kind](item, table)
    translated[1].pop("ReturnValues", None)
    return {kind.removesuffix("Item"): translated[1]}


def _condition(request: Json) -> Json:
    condition = request.get("condition")
    if not condition:
        return {}
    values = _typed_map(condition.get("expressionValues") or {})
    return {
        "ConditionExpression": condition["expression"],
        **_names(condition.get("expressionNames") or {}),
        **({"ExpressionAttributeValues": values} if values else {}),
    }


def _projection(request: Json) -> Json:
    projection = request.get("projection")
    if not projection:
        return {}
    names = projection.get("expressionNames") or {}
    return {"ProjectionExpression": projection["expression"], **_names(names)}


def _names(names: Json) -> Json:
    return {"ExpressionAttributeNames": names} if names else {}


def _token(key: Json | None) -> str | None:
    return base64.b64encode(json.dumps(key).encode()).decode() if key else None


def _start(token: str | None) -> Json | None:
    if not token:
        return None
    try:
        key: Json = json.loads(base64.b64decode(token))
    except ValueError:
        raise ResolverError("Invalid pagination token given.", "DynamoDB:BadToken") from None
    return key


_OPERATIONS: Mapping[str, Callable[[Json, str], tuple[str, Json]]] = {
    "GetItem": _get,
    "PutItem": _put,
    "UpdateItem": _update,
    "DeleteItem": _delete,
    "Query": _query,
    "Scan": _scan,
    "BatchGetItem": _batch_get,
    "BatchPutItem": _batch_put,
    "BatchDeleteItem": _batch_delete,
    "TransactGetItems": _transact_get,
    "TransactWriteItems": _transact_write,
}
