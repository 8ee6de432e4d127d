"""Reads a path: "$.orders[?(@.price > 10)].items[0]"."""

import functools
import re

from labs.cloud.services.stepfunctions.language.jsonpath import filters
from labs.cloud.services.stepfunctions.language.jsonpath.functions import argument_reader
from labs.cloud.services.stepfunctions.language.jsonpath.tokens import (
    DeepScan,
    Filter,
    Function,
    Indexes,
    Names,
    PathSyntaxError,
    Slice,
    Token,
    Wildcard,
)

_NAME = re.compile(r"[^\s.\[\]()'\",?*=<>|&!]+")
_QUOTED = re.compile(r"""\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")\s*(,|$)""", re.DOTALL)
_INDEXES = re.compile(r"\s*-?\d+\s*(,\s*-?\d+\s*)*$")
_SLICE = re.compile(r"\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$")
_CLOSING = {"[": "]", "(": ")", "{": "}"}
MAX_LENGTH = 100_000


@functools.lru_cache(maxsize=2000)
def parse(path: str) -> tuple[Token, ...]:
    """The steps after the root sign, "$" or "@".

    Raises:
        PathSyntaxError: it is no path.
    """
    if not path or path[0] not in "$@" or len(path) > MAX_LENGTH:
        raise PathSyntaxError(path)
    try:
        tokens, end = _steps(path, 1)
    except RecursionError:
        raise PathSyntaxError(path) from None
    if end != len(path) or (tokens and isinstance(tokens[-1], DeepScan)):
        raise PathSyntaxError(path)
    return tuple(tokens)


def parse_prefix(text: str, start: int) -> tuple[tuple[Token, ...], int]:
    """The path that begins in `text` at `start`, and where it ends."""
    tokens, end = _steps(text, start + 1)
    return tuple(tokens), end


def closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes, quotes aside.

    Raises:
        PathSyntaxError: nowhere.
    """
    waiting: list[str] = []
    position = start
    while position < len(text):
        sign = text[position]
        if sign in "'\"":
            position = end_of_quoted(text, position)
        elif sign in _CLOSING:
            waiting.append(_CLOSING[sign])
        elif waiting and sign == waiting[-1]:
            waiting.pop()
            if not waiting:
                return position
        position += 1
    raise PathSyntaxError(text)


def end_of_quoted(text: str, start: int) -> int:
    """Where the quote that opens at `start` closes."""
    position = start + 1
    while position < len(text) and text[position] != text[start]:
        position += 2 if text[position] == "\\" else 1
    if position >= len(text):
        raise PathSyntaxError(text)
    return position


def _steps(path: str, position: int) -> tuple[list[Token], int]:
    tokens: list[Token] = []
    while position < len(path) and path[position] in ".[":
        if path.startswith("..", position):
            tokens.append(DeepScan())
            position += 2
            if path.startswith("[", position):
                continue
            step, position = _after_dot(path, position)
        elif path[position] == ".":
            step, position = _after_dot(path, position + 1)
        else:
            end = closing(path, position)
            step, position = _bracket(path[position + 1 : end]), end + 1
        tokens.append(step)
    return tokens, position


def _after_dot(path: str, position: int) -> tuple[Token, int]:
    if path.startswith("*", position):
        return Wildcard(), position + 1
    if path.startswith("[", position):
        end = closing(path, position)
        return _bracket(path[position + 1 : end]), end + 1
    if not (found := _NAME.match(path, position)):
        raise PathSyntaxError(path)
    end = found.end()
    if path.startswith("(", end):
        close = closing(path, end)
        arguments = split(path[end + 1 : close])
        return Function(found[0], tuple(map(argument_reader, arguments))), close + 1
    return Names((found[0],)), end


def split(text: str) -> list[str]:
    """Text at its commas, but for those in brackets and quotes."""
    parts, start, position = [], 0, 0
    while position < len(text):
        sign = text[position]
        if sign in "'\"":
            position = end_of_quoted(text, position)
        elif sign in _CLOSING:
            position = closing(text, position)
        elif sign == ",":
            parts.append(text[start:position].strip())
            start = position + 1
        position += 1
    last = text[start:].strip()
    return [*parts, last] if parts or last else []


def _bracket(inside: str) -> Token:
    stripped = inside.strip()
    if stripped == "*":
        return Wildcard()
    if stripped[:1] in ("'", '"'):
        return Names(_names(stripped))
    if _INDEXES.match(stripped):
        return Indexes(tuple(int(part) for part in stripped.split(",")))
    if found := _SLICE.match(stripped):
        start, stop, step = (int(part) if part else None for part in found.groups())
        return Slice(start, stop, step)
    if stripped.startswith("?"):
        condition = stripped[1:].strip()
        if condition.startswith("(") and closing(condition, 0) == len(condition) - 1:
            return Filter(filters.predicate(condition[1:-1]))
    raise PathSyntaxError(inside)


def _names(text: str) -> tuple[str, ...]:
    names, position = [], 0
    while position < len(text):
        if not (found := _QUOTED.match(text, position)):
            raise PathSyntaxError(text)
        # No other escape is one: a backslash before anything else stands for itself.
        single, double = found[1], found[2]
        names.append(double.replace('\\"', '"') if single is None else single.replace("\\'", "'"))
        position = found.end()
    return tuple(names)
