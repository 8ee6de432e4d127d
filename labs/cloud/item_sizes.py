"""The size of items and of their attributes, as DynamoDB counts it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from collections.abc import Mapping
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item

COLLECTION_BYTES = 3  # a list or map, whatever it holds
ELEMENT_BYTES = 1  # each element of it


def of_item(item: Item | None) -> int:
    """Bytes of all names and values; 0 of no item."""
    return 0 if item is None else of_attributes(item.attrs)


def of_attributes(attributes: Mapping[str, DynamoType]) -> int:
    return sum(_of_text(name) + of_value(value) for name, value in attributes.items())


def of_value(value: DynamoType) -> int:
    """Bytes of one value, without its name."""
    kind, found = value.type, value.value
    if kind == "S":
        return _of_text(found)
    if kind == "N":
        return _of_number(found)
    if kind == "B":
        return _of_binary(found)
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "M":
        return COLLECTION_BYTES + ELEMENT_BYTES * len(found) + of_attributes(found)
    if kind == "L":
        return COLLECTION_BYTES + sum(ELEMENT_BYTES + of_value(one) for one in found)
    measure = {"SS": _of_text, "NS": _of_number, "BS": _of_binary}[kind]
    return sum(measure(one) for one in found)


def _of_text(text: Any) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _of_number(text: Any) -> int:
    """About one byte for two significant digits, one more, and one for a minus sign."""
    number = str(text).lower()
    digits = number.partition("e")[0].replace(".", "").lstrip("-+0").rstrip("0")
    return min((len(digits) + 1) // 2 + 1 + number.startswith("-"), 21)


def _of_binary(value: Any) -> int:
    """Bytes, or base64 of them."""
    if isinstance(value, str):
        return len(value) * 3 // 4 - value.count("=", -2)
    return len(value)
