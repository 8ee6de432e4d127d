"""What may stand in a field's list: each matches one value of an event."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from typing import override

from labs.cloud import wildcards
from labs.cloud.event_patterns.errors import InvalidPatternError
from labs.cloud.event_patterns.fields import Value, address, comparable


class Matcher(ABC):
    """One alternative of a field."""

    @abstractmethod
    def matches(self, value: Value) -> bool: ...


class Absent(Matcher):
    """{"exists": false}: holds where the event has no such field, so no value matches."""

    @override
    def matches(self, value: Value) -> bool:
        return False


class Present(Matcher):
    @override
    def matches(self, value: Value) -> bool:
        return True


@dataclass(frozen=True)
class Text(Matcher):
    """A string; two spellings of one IP address are the same."""

    text: str

    @override
    def matches(self, value: Value) -> bool:
        if not value.is_string:
            return False
        if value.text == self.text:
            return True
        own = address(self.text)
        return own is not None and own == address(value.text)


@dataclass(frozen=True)
class Word(Matcher):
    """true, false or null."""

    text: str

    @override
    def matches(self, value: Value) -> bool:
        return not value.is_string and not value.is_number and value.text == self.text


@dataclass(frozen=True)
class Number(Matcher):
    """A number, in whatever form; one that cannot be compared is the same text."""

    text: str

    @override
    def matches(self, value: Value) -> bool:
        if not value.is_number:
            return False
        return value.text == self.text or (
            value.number is not None and value.number == self._number
        )

    @cached_property
    def _number(self) -> Decimal | None:
        return comparable(self.text)


@dataclass(frozen=True)
class Prefix(Matcher):
    text: str
    ignores_case: bool = False

    @override
    def matches(self, value: Value) -> bool:
        if self.ignores_case:
            return value.is_string and value.text.lower().startswith(self.text.lower())
        return value.is_string and value.text.startswith(self.text)


@dataclass(frozen=True)
class Suffix(Matcher):
    text: str
    ignores_case: bool = False

    @override
    def matches(self, value: Value) -> bool:
        if self.ignores_case:
            return value.is_string and value.text.lower().endswith(self.text.lower())
        return value.is_string and value.text.endswith(self.text)


@dataclass(frozen=True)
class IgnoringCase(Matcher):
    text: str

    @override
    def matches(self, value: Value) -> bool:
        return value.is_string and value.text.lower() == self.text.lower()


@dataclass(frozen=True)
class Wildcard(Matcher):
    """`*` is any number of characters; `\\*` and `\\\\` are the characters themselves."""

    text: str

    @override
    def matches(self, value: Value) -> bool:
        return value.is_string and self._regex.fullmatch(value.text) is not None

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        parts = re.findall(r"\\[*\\]|\*|[^*\\]+", self.text)
        pieces: list[str] = [""]
        for part in parts:
            if part == "*":
                pieces.append("")
            else:
                pieces[-1] += re.escape(part[1] if part[0] == "\\" else part)
        return wildcards.compiled(pieces)


@dataclass(frozen=True)
class Range(Matcher):
    """Numbers between two, each None if there is no limit; an open one is not in it."""

    bottom: Decimal | None = None
    is_bottom_open: bool = False
    top: Decimal | None = None
    is_top_open: bool = False

    @override
    def matches(self, value: Value) -> bool:
        number = value.number
        if number is None:
            return False
        if self.bottom is not None and (
            number < self.bottom or (self.is_bottom_open and number == self.bottom)
        ):
            return False
        return self.top is None or (
            number < self.top or (not self.is_top_open and number == self.top)
        )


@dataclass(frozen=True)
class Cidr(Matcher):
    network: IPv4Network | IPv6Network

    @override
    def matches(self, value: Value) -> bool:
        found = address(value.text) if value.is_string else None
        return found is not None and found in self.network


@dataclass(frozen=True)
class AnythingBut(Matcher):
    """A value that none of these match; the field must be there."""

    others: tuple[Matcher, ...]

    @override
    def matches(self, value: Value) -> bool:
        return not any(other.matches(value) for other in self.others)


def check_wildcard(text: str) -> str | None:
    """Why a wildcard pattern is none, or None. Places count bytes, with the opening quote."""
    content = f'"{text}"'.encode()
    place = 0
    while place < len(content):
        pair = content[place : place + 2]
        if pair == b"**":
            return f"Consecutive wildcard characters at pos {place}"
        if pair[:1] == b"\\":
            if pair not in {b"\\*", b"\\\\"}:
                return f"Invalid escape character at pos {place}"
            place += 1
        place += 1
    return None


def cidr(text: str) -> Cidr:
    """Raises InvalidPatternError, without a place as EventBridge does."""
    parts = text.split("/")
    if len(parts) != 2:
        raise InvalidPatternError("Malformed CIDR, one '/' required", has_location=False)
    bits = re.fullmatch(r"[+-]?\d+", parts[1])
    if not bits:
        raise _malformed("mask bits must be an integer")
    if int(parts[1]) < 0:
        raise _malformed("mask bits must not be negative")
    base = address(parts[0])
    if base is None:
        raise InvalidPatternError(f"Nonstandard IP address: {parts[0]}", has_location=False)
    if int(parts[1]) >= base.max_prefixlen:
        reason = f"IPv{base.version} mask bits must be < {base.max_prefixlen}"
        raise InvalidPatternError(reason, has_location=False)
    kind = IPv4Network if base.version == 4 else IPv6Network
    return Cidr(kind((str(base), int(parts[1])), strict=False))


def _malformed(reason: str) -> InvalidPatternError:
    return InvalidPatternError(f"Malformed CIDR, {reason}", has_location=False)
