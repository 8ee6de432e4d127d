"""Parameters into the engine, and what it found out of it, in the forms of the Data API.

https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_Field.html; the numbers of types
are those of java.sql.Types, which the Data API passes on.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from labs.cloud.services.rds_data.errors import bad_request

HINTS = {
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP": "TIMESTAMP",
    "DECIMAL": "DECIMAL(38, 10)",
    "UUID": "UUID",
    "JSON": "JSON",
}
FIELDS = {
    "booleanValue": "BOOLEAN",
    "longValue": "BIGINT",
    "doubleValue": "DOUBLE",
    "stringValue": "VARCHAR",
    "blobValue": "BLOB",
}
# The engine's type: (PostgreSQL's name, number, precision).
_COLUMNS = {
    "BOOLEAN": ("bool", -7, 1),
    "SMALLINT": ("int2", 5, 5),
    "INTEGER": ("int4", 4, 10),
    "BIGINT": ("int8", -5, 19),
    "HUGEINT": ("numeric", 2, 38),
    "FLOAT": ("float4", 7, 8),
    "DOUBLE": ("float8", 8, 17),
    "VARCHAR": ("text", 12, 2147483647),
    "BLOB": ("bytea", -2, 2147483647),
    "DATE": ("date", 91, 13),
    "TIME": ("time", 92, 15),
    "TIMESTAMP": ("timestamp", 93, 29),
    "UUID": ("uuid", 1111, 2147483647),
    "JSON": ("jsonb", 1111, 2147483647),
}


@dataclass(frozen=True)
class Parameter:
    """`type` is the engine's, "" of a NULL without one; `has_hint` is whether the caller said."""

    name: str
    value: Any
    type: str
    has_hint: bool = False


def parameters(given: Sequence[Mapping[str, Any]]) -> dict[str, Parameter]:
    """`parameters` of a request, by name.

    Raises:
        DataApiError: one is none.
    """
    found = [_parameter(each) for each in given]
    return {parameter.name: parameter for parameter in found}


def _parameter(given: Mapping[str, Any]) -> Parameter:
    name, value = str(given.get("name", "")), given.get("value") or {}
    if not name:
        raise bad_request("Parameter name must not be empty.")
    hint = given.get("typeHint")
    if hint is not None and hint not in HINTS:
        raise bad_request(f"Invalid type hint {hint!r} for the parameter {name}.")
    if value.get("isNull"):
        return Parameter(name, None, HINTS[hint] if hint else "", has_hint=bool(hint))
    if "arrayValue" in value:
        raise bad_request("Array parameters are not supported.")
    kinds = [kind for kind in FIELDS if kind in value]
    if len(kinds) != 1:
        raise bad_request(f"The parameter {name} needs exactly one value.")
    kind = kinds[0]
    if hint and kind != "stringValue":
        raise bad_request(f"The type hint {hint} of the parameter {name} needs a stringValue.")
    content = _blob(name, value[kind]) if kind == "blobValue" else value[kind]
    return Parameter(name, content, HINTS[hint] if hint else FIELDS[kind], has_hint=bool(hint))


def _blob(name: str, text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise bad_request(f"The blobValue of the parameter {name} is not base64.") from None


@dataclass(frozen=True)
class Options:
    """`resultSetOptions`."""

    decimal_as_text: bool = True
    long_as_text: bool = False


def field(value: Any, options: Options) -> dict[str, Any]:
    """One value of a record."""
    match value:
        case None:
            return {"isNull": True}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"stringValue": str(value)} if options.long_as_text else {"longValue": value}
        case float():
            return {"doubleValue": value}
        case Decimal() if not options.decimal_as_text:
            whole = value == value.to_integral_value()
            return {"longValue": int(value)} if whole else {"doubleValue": float(value)}
        case bytes():
            return {"blobValue": base64.b64encode(value).decode()}
        case list():
            return {"arrayValue": _array(value)}
    return {"stringValue": _text(value)}


def _array(values: list[Any]) -> dict[str, Any]:
    first = next((value for value in values if value is not None), "")
    match first:
        case bool():
            return {"booleanValues": values}
        case int():
            return {"longValues": values}
        case float():
            return {"doubleValues": values}
        case list():
            return {"arrayValues": [_array(value) for value in values]}
    return {"stringValues": [_text(value) for value in values]}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def formatted(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """`formattedRecords`: a JSON list of objects.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api-json.html
    """
    return json.dumps(
        [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in rows],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case bytes():
            return base64.b64encode(value).decode()
        case list():
            return [_plain(item) for item in value]
    return _text(value)


def column(name: str, type_name: str) -> dict[str, Any]:
    """`columnMetadata` of a column that has this type in the engine."""
    plain, _, bounds = type_name.partition("(")
    precision, scale = 0, 0
    if plain == "DECIMAL":
        kind, number = "numeric", 2
        precision, scale = (int(bound) for bound in bounds.rstrip(")").split(","))
    elif plain.endswith("[]"):
        kind, number = f"_{_COLUMNS.get(plain[:-2], ('text', 12, 0))[0]}", 2003
    else:
        kind, number, precision = _COLUMNS.get(plain, ("text", 12, 2147483647))
    return {
        "arrayBaseColumnType": 0,
        "isAutoIncrement": False,
        "isCaseSensitive": kind in ("text", "jsonb"),
        "isCurrency": False,
        "isSigned": number in (2, 4, 5, -5, 7, 8),
        "label": name,
        "name": name,
        "nullable": 1,
        "precision": precision,
        "scale": scale,
        "schemaName": "",
        "tableName": "",
        "type": number,
        "typeName": kind,
    }
