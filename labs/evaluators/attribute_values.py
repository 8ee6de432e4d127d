"""Items between plain JSON and DynamoDB's own form ({"S": "a"})."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

# What stands under each type's name.
_SHAPES: dict[str, type] = {
    **dict.fromkeys(("S", "N", "B"), str),
    **dict.fromkeys(("BOOL", "NULL"), bool),
    **dict.fromkeys(("SS", "NS", "BS", "L"), list),
    "M": dict,
}

type Typed = dict[str, Any]


def typed_item(item: Mapping[str, Any]) -> dict[str, Typed]:
    """Each attribute of an item as DynamoDB has it; one that is in its form already stays so.

    Raises:
        ValueError: a binary value is not in base64.
    """
    return {name: typed(value) for name, value in item.items()}


def typed(value: Any) -> Typed:
    """One value. Raises ValueError as `typed_item`."""
    if is_typed(value):
        return _with_bytes(value)
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case list():
            return {"L": [typed(one) for one in value]}
        case dict():
            return {"M": typed_item(value)}
    return {"S": str(value)}


def is_typed(value: Any) -> bool:
    """Whether it is {"S": "a"} or the like."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    ((name, inner),) = value.items()
    return isinstance(inner, _SHAPES.get(name, type(None)))


def plain_item(item: Mapping[str, Typed]) -> dict[str, Any]:
    """An item as JSON: sets are sorted lists, binary values are in base64."""
    return {name: plain(value) for name, value in item.items()}


def plain(value: Typed) -> Any:
    ((name, inner),) = value.items()
    match name:
        case "N":
            return _number(inner)
        case "B":
            return base64.b64encode(inner).decode()
        case "NULL":
            return None
        case "L":
            return [plain(one) for one in inner]
        case "M":
            return plain_item(inner)
        case "SS":
            return sorted(inner)
        case "NS":
            return sorted(map(_number, inner))
        case "BS":
            return sorted(base64.b64encode(one).decode() for one in inner)
    return inner


def _with_bytes(value: Typed) -> Typed:
    ((name, inner),) = value.items()
    try:
        match name:
            case "B":
                return {name: base64.b64decode(inner, validate=True)}
            case "BS":
                return {name: [base64.b64decode(one, validate=True) for one in inner]}
            case "L":
                return {name: [typed(one) for one in inner]}
            case "M":
                return {name: typed_item(inner)}
    except (binascii.Error, TypeError):
        raise ValueError("a binary value (B, BS) is written in base64") from None
    return value


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
