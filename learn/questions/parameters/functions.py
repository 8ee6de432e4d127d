"""The functions of expressions. Each takes values and may raise NoValueError."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from learn.questions.parameters.values import MAX_ITEMS, NoValueError, Value, rounded, shown

type Function = Callable[..., Value]

MAX_PLACES = 20


def number(value: Value) -> Fraction:
    """The number that the value is.

    Raises:
        NoValueError: it is none.
    """
    if isinstance(value, Fraction):
        return value
    raise NoValueError(f"calculates with {called(value)}, which is no number")


def whole(value: Value) -> int:
    """The whole number that the value is.

    Raises:
        NoValueError: it is none.
    """
    found = number(value)
    if found.denominator != 1:
        raise NoValueError(f"needs a whole number, not {found}")
    return int(found)


def called(value: Value) -> str:
    """What kind of value it is, in words."""
    match value:
        case bool():
            return "true or false"
        case Fraction():
            return f"the number {value}"
        case str():
            return f'the text "{value[:20]}"'
        case _:
            return "a list"


def same_kind(values: Sequence[Value]) -> None:
    """Values that can be compared with each other.

    Raises:
        NoValueError: they cannot.
    """
    for other in values[1:]:
        if type(other) is not type(values[0]):
            raise NoValueError(f"compares {called(values[0])} with {called(other)}")
    for value in values:
        if isinstance(value, tuple):
            same_kind(value)


def _items(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """What min(a, b) and min([a, b]) are given."""
    items = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
    if not items:
        raise NoValueError("needs at least one value")
    orderable(items)
    return items


def orderable(values: Sequence[Value]) -> None:
    """Numbers alone, or texts alone.

    Raises:
        NoValueError: they have no order.
    """
    same_kind(values)
    if isinstance(values[0], bool | tuple):
        raise NoValueError(f"asks for the order of {called(values[0])}; there is none")


def _round(value: Value, places: Value = Fraction(0)) -> Value:
    count = whole(places)
    if not 0 <= count <= MAX_PLACES:
        raise NoValueError(f"rounds to {count} places; 0 to {MAX_PLACES} are possible")
    return rounded(number(value), count)


def _list(value: Value) -> tuple[Value, ...]:
    if isinstance(value, tuple):
        return value
    raise NoValueError(f"needs a list, not {called(value)}")


def _len(value: Value) -> Value:
    if isinstance(value, str):
        return Fraction(len(value))
    return Fraction(len(_list(value)))


def _sum(values: Value) -> Value:
    return sum(map(number, _list(values)), Fraction(0))


def _join(values: Value, separator: Value = ", ") -> Value:
    if not isinstance(separator, str):
        raise NoValueError(f"joins by {called(separator)}, which is no text")
    return separator.join(shown(item) for item in _list(values))


def _range(*bounds: Value) -> Value:
    whole_bounds = list(map(whole, bounds))
    if len(bounds) == 3 and not whole_bounds[2]:
        raise NoValueError("counts by steps of 0")
    numbers = range(*whole_bounds)
    # Not len(), which a range of more than the machine's numbers does not have.
    if len(numbers[: MAX_ITEMS + 1]) > MAX_ITEMS:
        raise NoValueError(f"counts more than {MAX_ITEMS:,} numbers")
    return tuple(map(Fraction, numbers))


def _extreme(choose: Callable[..., Value]) -> Function:
    return lambda *values: choose(_items(values))


FUNCTIONS: dict[str, tuple[Function, int, int]] = {
    "abs": (lambda value: abs(number(value)), 1, 1),
    "ceil": (lambda value: Fraction(math.ceil(number(value))), 1, 1),
    "floor": (lambda value: Fraction(math.floor(number(value))), 1, 1),
    "round": (_round, 1, 2),
    "min": (_extreme(min), 1, 50),
    "max": (_extreme(max), 1, 50),
    "sum": (_sum, 1, 1),
    "len": (_len, 1, 1),
    "sorted": (lambda value: tuple(sorted(_items((_list(value),)))), 1, 1),
    "join": (_join, 1, 2),
    "range": (_range, 1, 3),
    "text": (shown, 1, 1),
}
"""`{name: (function, fewest arguments, most arguments)}`"""
