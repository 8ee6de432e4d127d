"""Reads the text of an intrinsic function: "States.Format('Hello {}', $.name)".

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

import functools
import re
from dataclasses import dataclass
from typing import Any

from labs.cloud.services.stepfunctions.language import paths
from labs.cloud.services.stepfunctions.language.jsonpath import parser
from labs.cloud.services.stepfunctions.language.jsonpath.tokens import PathSyntaxError

_CALL = re.compile(r"\s*States\.(\w+)\s*\(")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None}
_ESCAPES = "'{}\\"
MAX_NESTING = 10  # AWS's limit

ARGUMENTS: dict[str, tuple[int, int | None]] = {
    "Format": (1, None),
    "StringToJson": (1, 1),
    "JsonToString": (1, 1),
    "Array": (0, None),
    "ArrayPartition": (2, 2),
    "ArrayContains": (2, 2),
    "ArrayRange": (3, 3),
    "ArrayGetItem": (2, 2),
    "ArrayLength": (1, 1),
    "ArrayUnique": (1, 1),
    "Base64Encode": (1, 1),
    "Base64Decode": (1, 1),
    "Hash": (2, 2),
    "JsonMerge": (3, 3),
    "MathRandom": (2, 3),
    "MathAdd": (2, 2),
    "StringSplit": (2, 2),
    "UUID": (0, 0),
}


class CallSyntaxError(ValueError):
    """A text is no call of an intrinsic function."""


@dataclass(frozen=True)
class Literal:
    """`raw` is a text before its escapes are taken out, as a format needs it."""

    value: Any
    raw: str = ""


@dataclass(frozen=True)
class Path:
    text: str


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple["Literal | Path | Call", ...]
    text: str


def is_call(text: str) -> bool:
    """Whether a text would call a function, rightly or not, rather than be a path."""
    return text.lstrip().startswith("States.")


@functools.lru_cache(maxsize=2000)
def parse(text: str) -> Call:
    """The call that a text is.

    Raises:
        CallSyntaxError: it is none, of no function, or with the wrong number of arguments.
    """
    return _call(text.strip(), 1)


def paths_of(call: Call) -> list[str]:
    """All paths among the arguments, nested ones too."""
    found = []
    for argument in call.arguments:
        if isinstance(argument, Path):
            found.append(argument.text)
        elif isinstance(argument, Call):
            found += paths_of(argument)
    return found


def _call(text: str, nesting: int) -> Call:
    begin = _CALL.match(text)
    if not begin or nesting > MAX_NESTING or begin[1] not in ARGUMENTS:
        raise CallSyntaxError(text)
    parts = _arguments(text, begin.end() - 1)
    least, most = ARGUMENTS[begin[1]]
    if len(parts) < least or (most is not None and len(parts) > most):
        raise CallSyntaxError(text)
    return Call(begin[1], tuple(_argument(part, nesting) for part in parts), text)


def _arguments(text: str, opening: int) -> list[str]:
    try:
        end = parser.closing(text, opening)
        parts = parser.split(text[opening + 1 : end])
    except PathSyntaxError:
        raise CallSyntaxError(text) from None
    if end != len(text) - 1 or "" in parts:
        raise CallSyntaxError(text)
    return parts


def _argument(text: str, nesting: int) -> Literal | Path | Call:
    if text.startswith("$"):
        if not paths.is_path(text):
            raise CallSyntaxError(text)
        return Path(text)
    if text.startswith("'"):
        return _text(text)
    if text in _WORDS:
        return Literal(_WORDS[text])
    if _NUMBER.fullmatch(text):
        return Literal(float(text) if set(text) & set(".eE") else int(text))
    return _call(text, nesting + 1)


def _text(quoted: str) -> Literal:
    if len(quoted) < 2 or parser.end_of_quoted(quoted, 0) != len(quoted) - 1:
        raise CallSyntaxError(quoted)
    raw = quoted[1:-1]
    escaped = re.findall(r"\\(.)", raw, re.DOTALL)
    if any(sign not in _ESCAPES for sign in escaped):
        raise CallSyntaxError(quoted)
    return Literal(re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL), raw)
