"""An event as a pattern sees it: its leaves, each with its path and the arrays that it lies in."""

import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

# Numbers are compared within these limits, and as text beyond them.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
LIMIT = Decimal("5E9")
DECIMALS = 6

# Array of the event -> the index in it, for each array that a field lies in.
type Membership = Mapping[int, int]


class NumberText(str):
    """A number as it stands in JSON."""

    __slots__ = ()


@dataclass(frozen=True)
class Value:
    """A leaf. `text` is the string, or what stands in JSON for a number, true, false or null."""

    text: str
    is_string: bool = False
    is_number: bool = False

    @cached_property
    def number(self) -> Decimal | None:
        """The number, if it is one and can be compared."""
        return comparable(self.text) if self.is_number else None


@dataclass(frozen=True)
class Field:
    value: Value
    membership: Membership


class Fields:
    """Those of one event, by path ("detail.state")."""

    def __init__(self, event: Mapping[str, Any] | str) -> None:
        """Of an event, parsed or as JSON; ValueError if it is no JSON object."""
        parsed = parse(event) if isinstance(event, str) else event
        if not isinstance(parsed, Mapping):
            raise ValueError("an event is a JSON object")
        self._arrays = 0
        self._by_path: dict[str, list[Field]] = {}
        for path, field in self._leaves(parsed, "", {}):
            self._by_path.setdefault(path, []).append(field)

    def at(self, path: str) -> list[Field]:
        return self._by_path.get(path, [])

    def _leaves(
        self, value: Any, path: str, membership: Membership
    ) -> Iterator[tuple[str, Field]]:
        if isinstance(value, Mapping):
            for name, inner in value.items():
                yield from self._leaves(inner, f"{path}.{name}" if path else name, membership)
        elif isinstance(value, list | tuple):
            number = self._arrays
            self._arrays += 1
            for index, inner in enumerate(value):
                is_deeper = isinstance(inner, Mapping | list | tuple)
                inside = {**membership, number: index} if is_deeper else membership
                yield from self._leaves(inner, path, inside)
        else:
            yield path, Field(_value(value), membership)


def parse(event: str) -> Any:
    """JSON whose numbers keep the form in which they were written."""
    return json.loads(event, parse_int=NumberText, parse_float=NumberText)


def comparable(text: str) -> Decimal | None:
    """A number that patterns compare, or None if it is too large or has too many decimals."""
    try:
        number = Decimal(text)
        is_too_long = not number.is_finite() or abs(number) > LIMIT or decimals(number) > DECIMALS
    except ArithmeticError:  # also of an exponent that Python does not compute with
        return None
    return None if is_too_long else number


def decimals(number: Decimal) -> int:
    """How many digits stand after the point, without zeros at the end."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@lru_cache(maxsize=1024)
def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a string is, or None."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _value(value: Any) -> Value:
    if isinstance(value, NumberText):
        return Value(str(value), is_number=True)
    if isinstance(value, str):
        return Value(value, is_string=True)
    if value is None or isinstance(value, bool):
        return Value(json.dumps(value))
    return Value(str(value), is_number=True)
