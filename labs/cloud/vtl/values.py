"""What a template works with: JSON's values, and how Java prints and compares them."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, override

from labs.errors import LabsError


class TemplateError(LabsError):
    """A template cannot be read, or fails. The learner's mistake, for the service to word."""


class JsonList(list[Any]):
    """A list out of a document. It prints as JSON, where a template's own prints as Java's."""


@dataclass(frozen=True, repr=False)
class Tool:
    """An object of the service: `$util`, `$input`. A template sees these methods and fields."""

    methods: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)

    @override
    def __repr__(self) -> str:
        """Nothing of Python, wherever a service prints what a template gives it."""
        return "Tool"


@dataclass(frozen=True)
class Dialect:
    """How services differ.

    `missing_is_blank` is whether a reference to nothing prints as nothing, and not as it is
    written; `null_is_blank` whether nothing equals "".
    """

    missing_is_blank: bool = False
    null_is_blank: bool = False


API_GATEWAY = Dialect(missing_is_blank=True, null_is_blank=True)


def from_json(value: Any) -> Any:
    """A document's value with lists that print as JSON."""
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return JsonList(from_json(item) for item in value)
    return value


def as_text(value: Any) -> str:
    """As Java's toString() has it: `{a=1, b=[x, y]}`."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _double(value)
        case JsonList():
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        case list():
            return "[" + ", ".join(as_text(item) for item in value) + "]"
        case dict():
            pairs = (f"{as_text(key)}={as_text(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        case Tool():
            return ""
        case _:
            return str(value)


def _double(value: float) -> str:
    """A Double as Java prints it."""
    if not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    digits, _, exponent = f"{value:e}".partition("e")
    shortest = repr(value).lower().partition("e")[0] if "e" in repr(value) else digits
    mantissa = float(shortest if "e" in repr(value) else digits)
    return f"{mantissa!r}E{int(exponent)}"


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(left: Any, right: Any, dialect: Dialect) -> bool:
    """`==`: numbers by value, of two kinds by their text."""
    if left is None or right is None:
        other = right if left is None else left
        return other is None or (dialect.null_is_blank and other == "")
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, dict | list) and isinstance(right, dict | list):
        return bool(left == right)
    return as_text(left) == as_text(right)
