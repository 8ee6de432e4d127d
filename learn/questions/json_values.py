"""JSON that people write: read, with the place of a mistake; filled with parameters; compared."""

import json
import re
from collections.abc import Collection
from fractions import Fraction
from typing import Any, Never

from learn.questions.parameters import evaluate
from learn.questions.question import Draw

MAX_DEPTH = 100
_HOLE = re.compile(r"\s*\{\{([^{}:]*)\}\}\s*")


class JsonTextError(ValueError):
    """The text is no JSON. The message names the place and what is wrong there."""


def parse(text: str) -> Any:
    """The value that the JSON text writes.

    Raises:
        JsonTextError: it is no JSON, or nested too deep.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = f"{error.msg[0].lower()}{error.msg[1:]}"
        raise JsonTextError(f"line {error.lineno}, column {error.colno}: {message}") from None
    except RecursionError:
        raise JsonTextError(f"it is nested more than {MAX_DEPTH} deep") from None
    except ValueError as error:  # A constant, or a number with thousands of digits.
        raise JsonTextError(str(error).partition(";")[0]) from None
    if _is_deeper(value, MAX_DEPTH):
        raise JsonTextError(f"it is nested more than {MAX_DEPTH} deep")
    return value


def _no_constant(name: str) -> Never:
    raise ValueError(f"JSON has no {name}")


def _is_deeper(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: Any) -> Collection[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def filled(value: Any, draw: Draw) -> Any:
    """The value with every text in it filled.

    A text that is nothing but `{{ expression }}` becomes a number where the expression is one.

    Raises:
        ExpressionError: an expression has no value.
    """
    match value:
        case str():
            return _filled_text(value, draw)
        case list() | tuple():
            return [filled(item, draw) for item in value]
        case dict():
            return {draw.text(key): filled(item, draw) for key, item in value.items()}
        case _:
            return value


def _filled_text(template: str, draw: Draw) -> str | int | float:
    text = draw.text(template)
    hole = _HOLE.fullmatch(template) if draw.values else None
    worth = evaluate(hole[1], draw.values) if hole else None
    if not isinstance(worth, Fraction):
        return text
    return int(worth) if worth.denominator == 1 else float(worth)


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, and true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and all(map(is_same, one, other))
        case _:
            return (type(one) is type(other) and one == other) or _are_equal_numbers(one, other)


def _are_equal_numbers(one: Any, other: Any) -> bool:
    return isinstance(one, int | float) and isinstance(other, int | float) and one == other
