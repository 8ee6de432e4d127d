"""`$util` and `$ctx` of AppSync's mapping templates.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-util-reference.html
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, unquote_plus

from labs.cloud import vtl
from labs.cloud.clock import clock, iso_of
from labs.cloud.moto_lambda import new_id

if TYPE_CHECKING:
    from labs.cloud.services.appsync.evaluation import Context

MODULES = ("@aws-appsync/utils", "@aws-appsync/utils/dynamodb", "@aws-appsync/utils/rds")


class Util:
    """The tools of one template."""

    def __init__(self, context: "Context") -> None:
        self._context = context

    def names(self) -> dict[str, object]:
        """What a template sees."""
        ctx = vtl.from_json(self._context.as_json())
        # The template's changes to the stash last; those to other parts do not.
        ctx["stash"] = self._context.stash
        util = self._util()
        return {"ctx": ctx, "context": ctx, "util": util, "utils": util}

    def _util(self) -> vtl.Tool:
        return vtl.Tool(
            methods={
                "toJson": _json,
                "parseJson": lambda text: vtl.from_json(json.loads(text)),
                "error": self._error,
                "appendError": self._append_error,
                "unauthorized": self._unauthorized,
                "validate": self._validate,
                "autoId": new_id,
                "escapeJavaScript": lambda text: json.dumps(text)[1:-1].replace("'", "\\'"),
                "urlEncode": quote_plus,
                "urlDecode": unquote_plus,
                "base64Encode": lambda text: base64.b64encode(str(text).encode()).decode(),
                "base64Decode": lambda text: base64.b64decode(text).decode(),
                "quiet": lambda _value: "",
                "qr": lambda _value: "",
                "authType": lambda: self._context.auth_type,
                **_TESTS,
            },
            fields={
                "dynamodb": vtl.Tool(methods=_DYNAMODB),
                "time": vtl.Tool(methods=_TIME),
            },
        )

    def _error(
        self, message: Any, kind: str | None = None, data: Any = None, info: Any = None
    ) -> None:
        from labs.cloud.services.appsync.evaluation import ResolverError

        raise ResolverError(str(message), kind, data, info)

    def _append_error(
        self, message: Any, kind: str | None = None, data: Any = None, info: Any = None
    ) -> str:
        self._context.out_errors.append(
            {"message": str(message), "errorType": kind, "data": data, "errorInfo": info}
        )
        return ""

    def _unauthorized(self) -> None:
        from labs.cloud.services.appsync.evaluation import unauthorized

        unauthorized(self._context)

    def _validate(self, holds: Any, message: str, kind: str | None = None, *rest: Any) -> str:
        if not holds:
            self._error(message, kind or "CustomTemplateException", *rest)
        return ""


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _kind(value: Any) -> str:
    kinds = ((bool, "Boolean"), (str, "String"), (int | float, "Number"), (list, "List"))
    found = next((name for kind, name in kinds if isinstance(value, kind)), "Map")
    return "Null" if value is None else found


_TESTS: Mapping[str, Any] = {
    "isNull": lambda value: value is None,
    "isNullOrEmpty": _is_empty,
    "isNullOrBlank": _is_blank,
    "defaultIfNull": lambda value, other: other if value is None else value,
    "defaultIfNullOrEmpty": lambda value, other: other if _is_empty(value) else value,
    "defaultIfNullOrBlank": lambda value, other: other if _is_blank(value) else value,
    "isString": lambda value: isinstance(value, str),
    "isNumber": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "isBoolean": lambda value: isinstance(value, bool),
    "isList": lambda value: isinstance(value, list),
    "isMap": lambda value: isinstance(value, dict),
    "typeOf": _kind,
    "matches": lambda pattern, text: re.search(pattern, text) is not None,
}


def to_dynamodb(value: Any) -> dict[str, Any]:
    """A JSON value as DynamoDB's; numbers stay numbers, as in AppSync's requests."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": value}
        case list():
            return {"L": [to_dynamodb(item) for item in value]}
        case dict():
            return {"M": to_map_values(value)}
    return {"S": str(value)}


def to_map_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_dynamodb(value) for name, value in (values or {}).items()}


def _both(name: str, convert: Any) -> dict[str, Any]:
    """A converter, and its twin that gives JSON."""
    return {name: convert, f"{name}Json": lambda *values: _json(convert(*values))}


_DYNAMODB: Mapping[str, Any] = {
    **_both("toDynamoDB", to_dynamodb),
    **_both("toMapValues", to_map_values),
    **_both("toMap", lambda value: {"M": to_map_values(value)}),
    **_both("toList", lambda value: {"L": [to_dynamodb(item) for item in value]}),
    **_both("toString", lambda value: {"S": str(value)}),
    **_both("toNumber", lambda value: {"N": value}),
    **_both("toBoolean", lambda value: {"BOOL": value}),
    **_both("toNull", lambda: {"NULL": True}),
    **_both("toBinary", lambda value: {"B": value}),
    **_both("toStringSet", lambda values: {"SS": list(values)}),
    **_both("toNumberSet", lambda values: {"NS": list(values)}),
    **_both("toBinarySet", lambda values: {"BS": list(values)}),
}


def _parsed(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


_TIME: Mapping[str, Any] = {
    "nowISO8601": lambda: iso_of(clock.millis()),
    "nowEpochSeconds": lambda: int(clock.millis() // 1000),
    "nowEpochMilliSeconds": lambda: int(clock.millis()),
    "parseISO8601ToEpochMilliSeconds": _parsed,
    "epochMilliSecondsToSeconds": lambda ms: int(ms // 1000),
    "epochMilliSecondsToISO8601": iso_of,
}
