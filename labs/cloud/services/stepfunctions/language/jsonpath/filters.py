"""The conditions in `[?( )]`: comparisons, what exists, and, or, not."""

import json
import re
from collections.abc import Callable
from typing import Any

from labs.cloud.services.stepfunctions.language.jsonpath.tokens import PathSyntaxError, Predicate

# An operand: (item, root) to its values: none if a path leads nowhere, else one.
Operand = Callable[[Any, Any], list[Any]]

_OPERATOR = re.compile(
    r"===|!==|==|!=|<=|>=|=~|<|>|(?:in|nin|contains|size|empty|subsetof|anyof|noneof|type)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"(true|false|null)\b")
_REGEX = re.compile(r"/((?:\\.|[^/\\])*)/([a-z]*)")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
MAX_NESTING = 50


def predicate(text: str) -> Predicate:
    """The condition that a text says.

    Raises:
        PathSyntaxError: it says none.
    """
    reader = _Reader(text)
    made = reader.alternatives()
    reader.skip()
    if reader.position != len(text):
        raise PathSyntaxError(text)
    return made


class _Reader:
    """Goes through a condition from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.nesting = 0

    def alternatives(self) -> Predicate:
        parts = [self._conjunction()]
        while self._take("||"):
            parts.append(self._conjunction())
        return lambda item, root: any(part(item, root) for part in parts)

    def skip(self) -> None:
        while self.text[self.position : self.position + 1].isspace():
            self.position += 1

    def _conjunction(self) -> Predicate:
        parts = [self._one()]
        while self._take("&&"):
            parts.append(self._one())
        return lambda item, root: all(part(item, root) for part in parts)

    def _one(self) -> Predicate:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise PathSyntaxError(self.text)
        try:
            return self._negated_or_grouped() or self._comparison()
        finally:
            self.nesting -= 1

    def _negated_or_grouped(self) -> Predicate | None:
        if self._take("!"):
            inner = self._one()
            return lambda item, root: not inner(item, root)
        if self._take("("):
            grouped = self.alternatives()
            if not self._take(")"):
                raise PathSyntaxError(self.text)
            return grouped
        return None

    def _comparison(self) -> Predicate:
        left = self._operand()
        self.skip()
        if not (found := _OPERATOR.match(self.text, self.position)):
            return lambda item, root: bool(left(item, root))
        self.position = found.end()
        right = self._operand()
        compare = _COMPARISONS[found[0].lower()]
        return lambda item, root: compare(left(item, root), right(item, root))

    def _take(self, sign: str) -> bool:
        self.skip()
        taken = self.text.startswith(sign, self.position)
        if taken:
            self.position += len(sign)
        return taken

    def _operand(self) -> Operand:
        from labs.cloud.services.stepfunctions.language.jsonpath import evaluation, parser

        self.skip()
        sign = self.text[self.position : self.position + 1]
        if sign in ("@", "$") and sign:
            tokens, self.position = parser.parse_prefix(self.text, self.position)
            if sign == "$":
                return lambda _item, root: evaluation.find(tokens, root, root)
            return lambda item, root: evaluation.find(tokens, item, root)
        value = self._literal(sign)
        return lambda _item, _root: [value]

    def _literal(self, sign: str) -> Any:
        from labs.cloud.services.stepfunctions.language.jsonpath import parser

        text, start = self.text, self.position
        if sign in ("'", '"') and sign:
            end = parser.end_of_quoted(text, start)
            self.position = end + 1
            return re.sub(r"\\(.)", r"\1", text[start + 1 : end])
        if sign in ("[", "{") and sign:
            self.position = parser.closing(text, start) + 1
            return _json(text[start : self.position])
        if found := _REGEX.match(text, start):
            self.position = found.end()
            return _pattern(found[1], found[2])
        if found := _NUMBER.match(text, start):
            self.position = found.end()
            return float(found[0])
        if found := _WORD.match(text, start):
            self.position = found.end()
            return json.loads(found[0])
        raise PathSyntaxError(text)


def _json(text: str) -> Any:
    quoted = re.sub(r"'((?:\\.|[^'\\])*)'", lambda found: json.dumps(found[1]), text)
    try:
        return json.loads(quoted)
    except json.JSONDecodeError:
        raise PathSyntaxError(text) from None


def _pattern(text: str, flags: str) -> re.Pattern[str]:
    combined = 0
    for flag in flags:
        combined |= _FLAGS.get(flag, 0)
    try:
        return re.compile(text, combined)
    except re.error:
        raise PathSyntaxError(text) from None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(left: Any, right: Any) -> bool:
    """Equal as Jayway has it: a number equals its own text."""
    if _is_number(left) and isinstance(right, str):
        try:
            return bool(left == float(right))
        except ValueError:
            return False
    if isinstance(left, str) and _is_number(right):
        return left == json.dumps(right)
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def _equal(left: list[Any], right: list[Any]) -> bool:
    return bool(left) == bool(right) and (not left or _same(left[0], right[0]))


def _strictly_equal(left: list[Any], right: list[Any]) -> bool:
    alike = bool(left and right) and _is_number(left[0]) == _is_number(right[0])
    return alike and _equal(left, right)


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[list[Any], list[Any]], bool]:
    def compare(left: list[Any], right: list[Any]) -> bool:
        if not left or not right:
            return False
        one, other = left[0], right[0]
        alike = (_is_number(one) and _is_number(other)) or (
            isinstance(one, str) and isinstance(other, str)
        )
        return alike and holds(one, other)

    return compare


def _list(value: list[Any]) -> list[Any]:
    return value[0] if value and isinstance(value[0], list) else []


def _within(left: list[Any], right: list[Any]) -> bool:
    return bool(left) and any(_same(left[0], one) for one in _list(right))


def _contains(left: list[Any], right: list[Any]) -> bool:
    if not left or not right:
        return False
    if isinstance(left[0], str):
        return isinstance(right[0], str) and right[0] in left[0]
    return _within(right, left)


def _matches(left: list[Any], right: list[Any]) -> bool:
    if not left or not right:
        return False
    text, pattern = left[0], right[0]
    if isinstance(text, re.Pattern):
        text, pattern = pattern, text
    return isinstance(pattern, re.Pattern) and bool(pattern.fullmatch(_text(text)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _has_size(left: list[Any], right: list[Any]) -> bool:
    sized = bool(left) and isinstance(left[0], list | str)
    return sized and bool(right) and len(left[0]) == right[0]


def _is_empty(left: list[Any], right: list[Any]) -> bool:
    sized = bool(left) and isinstance(left[0], list | str)
    return sized and bool(right) and (not left[0]) == right[0]


_COMPARISONS: dict[str, Callable[[list[Any], list[Any]], bool]] = {
    "==": _equal,
    "===": _strictly_equal,
    "!=": lambda left, right: not _equal(left, right),
    "!==": lambda left, right: not _strictly_equal(left, right),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
    "=~": _matches,
    "in": _within,
    "nin": lambda left, right: not _within(left, right),
    "contains": _contains,
    "size": _has_size,
    "empty": _is_empty,
    "subsetof": lambda left, right: (
        bool(left) and all(_within([one], right) for one in _list(left))
    ),
    "anyof": lambda left, right: any(_within([one], right) for one in _list(left)),
    "noneof": lambda left, right: not any(_within([one], right) for one in _list(left)),
    "type": lambda left, right: bool(left) and bool(right) and _type(left[0]) == right[0],
}


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null")
