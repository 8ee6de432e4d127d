"""Whether a rule of a Choice state holds.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from labs.cloud import wildcards
from labs.cloud.services.stepfunctions.language import jsonata, paths
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import JSONATA
from labs.cloud.services.stepfunctions.language.timestamps import timestamp

if TYPE_CHECKING:
    from datetime import datetime

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": lambda one, other: bool(one == other),
    "LessThan": lambda one, other: bool(one < other),
    "GreaterThan": lambda one, other: bool(one > other),
    "LessThanEquals": lambda one, other: bool(one <= other),
    "GreaterThanEquals": lambda one, other: bool(one >= other),
}


def holds(
    rule: dict[str, Any],
    data: Any,
    context: Any,
    variables: Mapping[str, Any],
    query_language: str,
    *,
    field: str = "Condition",
) -> bool:
    """Whether a rule of Choices holds; in JSONata, `data` is what $states is.

    `field` ("Choices[0]/Condition") is for messages.

    Raises:
        StatesError: a variable leads nowhere, or the condition cannot be evaluated.
    """
    if query_language == JSONATA or "Condition" in rule:
        return _condition(rule["Condition"], data, variables, field)
    return _holds(rule, functools.partial(_read, data, context, variables))


Read = Callable[[str], Any]


def _condition(condition: Any, states: Any, variables: Mapping[str, Any], field: str) -> bool:
    if isinstance(condition, bool):
        return condition
    found = jsonata.fill(condition, states, variables, field=field)
    if not isinstance(found, bool):
        raise jsonata.unexpected(condition, field, "boolean", found)
    return found


def _read(data: Any, context: Any, variables: Mapping[str, Any], path: str) -> Any:
    try:
        return paths.read(path, data, context, variables)
    except paths.NothingThereError:
        raise paths.NothingThereError(
            "States.Runtime",
            f"Invalid path '{path}': The choice state's condition path references an invalid "
            "value.",
        ) from None


def _holds(rule: dict[str, Any], read: Read) -> bool:
    if "And" in rule:
        return all(_holds(one, read) for one in rule["And"])
    if "Or" in rule:
        return any(_holds(one, read) for one in rule["Or"])
    if "Not" in rule:
        return not _holds(rule["Not"], read)
    for operator, operand in rule.items():
        if operator == "IsPresent":
            return _is_present(rule["Variable"], read) is bool(operand)
        if compare := OPERATORS.get(operator):
            value = read(rule["Variable"])
            if operator.endswith("Path"):
                operand = read(operand)
            return compare(value, operand)
    raise StatesError("States.Runtime", "The choice rule has no comparison operator")


def _is_present(path: str, read: Read) -> bool:
    try:
        read(path)
    except StatesError:
        return False
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_timestamp(value: Any) -> bool:
    return timestamp(value) is not None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return value if _is_number(value) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _ordered(
    read: Callable[[Any], Any], order: Callable[[Any, Any], bool]
) -> Callable[[Any, Any], bool]:
    """Compares two values of one kind; a value of another kind equals nothing."""

    def compare(value: Any, operand: Any) -> bool:
        one, other = read(value), read(operand)
        return one is not None and other is not None and order(one, other)

    return compare


def _typed(is_kind: Callable[[Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, wanted: is_kind(value) == wanted


@functools.lru_cache(maxsize=500)
def _pattern(text: str) -> re.Pattern[str]:
    """A wildcard pattern: `*` is anything, `\\*` a star, `\\\\` a backslash."""
    parts = re.findall(r"\\[*\\]|\*|[^*\\]+|\\", text)
    pieces = [""]
    for part in parts:
        if part == "*":
            pieces.append("")
        else:
            pieces[-1] += re.escape(re.sub(r"\\([*\\])", r"\1", part))
    return wildcards.compiled(pieces)


def _matches(value: Any, pattern: Any) -> bool:
    if not isinstance(value, str) or not isinstance(pattern, str):
        return False
    return bool(_pattern(re.sub(r"\*+", "*", pattern)).fullmatch(value))


def _comparisons() -> dict[str, Callable[[Any, Any], bool]]:
    kinds: dict[str, Callable[[Any], str | float | datetime | None]] = {
        "String": _text,
        "Numeric": _number,
        "Timestamp": timestamp,
    }
    made = {
        f"{kind}{name}{suffix}": _ordered(read, order)
        for kind, read in kinds.items()
        for name, order in _ORDERS.items()
        for suffix in ("", "Path")
    }
    equal = _ordered(_boolean, _ORDERS["Equals"])
    return {**made, "BooleanEquals": equal, "BooleanEqualsPath": equal}


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    **_comparisons(),
    "StringMatches": _matches,
    "IsNull": _typed(lambda value: value is None),
    "IsNumeric": _typed(_is_number),
    "IsString": _typed(lambda value: isinstance(value, str)),
    "IsBoolean": _typed(lambda value: isinstance(value, bool)),
    "IsTimestamp": _typed(_is_timestamp),
}
