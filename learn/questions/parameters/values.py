"""What an expression can be worth: exact numbers, texts, truth, and lists of them."""

import math
import re
from collections.abc import Mapping
from fractions import Fraction

type Value = Fraction | bool | str | tuple["Value", ...]
type Values = Mapping[str, Value]
"""The parameters of one variant by name."""

LARGEST = 10**60
MAX_TEXT = 2_000
MAX_ITEMS = 1_000

FORMAT = re.compile(r"(?P<comma>,?)(?:\.(?P<places>\d{1,2})(?P<kind>[f%])|d)?")


class NoValueError(Exception):
    """What is wrong with a value; whoever knows the expression makes an ExpressionError of it."""


def exact(value: float | str | bool | tuple[object, ...] | list[object]) -> Value:
    """A value of JSON or YAML. A float is the decimal that its author wrote: 0.1 is 1/10."""
    match value:
        case bool() | str():
            return value
        case int() | float():
            return checked(Fraction(str(value)))
        case _:
            return tuple(exact(item) for item in value)  # type: ignore[arg-type]


def checked[V: Value](value: V) -> V:
    """The value, if it is not too large.

    Raises:
        NoValueError: with what is too large.
    """
    match value:
        case bool():
            pass
        case Fraction() if abs(value.numerator) > LARGEST or value.denominator > LARGEST:
            raise NoValueError("gives a number of more than 60 digits")
        case str() if len(value) > MAX_TEXT:
            raise NoValueError(f"gives a text of more than {MAX_TEXT:,} characters")
        case tuple() if len(value) > MAX_ITEMS:
            raise NoValueError(f"gives a list of more than {MAX_ITEMS:,} items")
    return value


def rounded(number: Fraction, places: int = 0) -> Fraction:
    """To so many decimal places, halves away from zero, as people round by hand."""
    scaled = abs(number) * 10**places
    return Fraction(math.floor(scaled + Fraction(1, 2)), 10**places) * (1 if number >= 0 else -1)


def shown(value: Value, spec: str = "") -> str:
    """The value as a text; `spec` is like ",.2f", ".1%", ",d" or ",".

    Raises:
        NoValueError: it cannot be shown so.
    """
    if isinstance(value, Fraction):
        return _number_shown(value, spec)
    if isinstance(value, str) and not spec:
        return value
    if isinstance(value, str):
        raise NoValueError(f"is a text, and ':{spec}' is for numbers: leave it out")
    if isinstance(value, bool):
        raise NoValueError("is true or false: choose the words, such as 'yes' if a > b else 'no'")
    raise NoValueError("is a list: choose from it, such as x[0], or join(x, ', ')")


def _number_shown(number: Fraction, spec: str) -> str:
    form = FORMAT.fullmatch(spec)
    if not form:
        raise NoValueError(f"has the format ':{spec}': use one like :,.2f or :.1% or :,")
    if form["places"] is None:
        return _as_it_is(number, form["comma"], spec)
    places, percent = int(form["places"]), form["kind"] == "%"
    near = rounded(number * 100 if percent else number, places)
    return f"{near:{form['comma']}.{places}f}" + ("%" if percent else "")


def _as_it_is(number: Fraction, comma: str, spec: str) -> str:
    places = decimal_places(number)
    if places is None:
        reason = f"is {number}, which has no end as a decimal"
        raise NoValueError(f"{reason}: add a format such as :.2f, or round it")
    if places and spec.endswith("d"):
        raise NoValueError("is no whole number: use a format such as :.2f")
    return f"{number:{comma}.{places}f}"


def decimal_places(number: Fraction) -> int | None:
    """How many places the decimal has; None if it never ends."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
