"""What the intrinsic functions do.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

import base64
import binascii
import hashlib
import json
import math
import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from labs.cloud.services.stepfunctions.language import calls, paths, strict_json
from labs.cloud.services.stepfunctions.language.errors import StatesError

MAX_ITEMS = 1000  # of ArrayRange
MAX_TEXT = 10_000  # of what is hashed, encoded or decoded
_HASHES = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


class _ArgumentError(ValueError):
    """A function cannot work on what it is given."""


def evaluate(text: str, data: Any, context: Any, variables: Mapping[str, Any]) -> Any:
    """The value of a path, or of a call of an intrinsic function.

    Raises:
        StatesError: States.IntrinsicFailure; or States.Runtime, where a path leads nowhere.
    """
    if not calls.is_call(text):
        return paths.read(text, data, context, variables)
    try:
        call = calls.parse(text)
    except calls.CallSyntaxError:
        raise StatesError("States.Runtime", f"Invalid intrinsic function: {text}") from None

    def value(argument: calls.Literal | calls.Path | calls.Call) -> Any:
        if isinstance(argument, calls.Literal):
            return argument.value
        if isinstance(argument, calls.Path):
            return _read(call, argument.text, data, context, variables)
        return apply(argument)

    def apply(inner: calls.Call) -> Any:
        first = inner.arguments[:1]
        values = [value(argument) for argument in inner.arguments]
        if inner.name == "Format" and first and isinstance(first[0], calls.Literal):
            values[0] = first[0].raw or first[0].value
        try:
            return _FUNCTIONS[inner.name](*values)
        except _ArgumentError as error:
            raise _failure(inner, str(error)) from None
        except RecursionError:
            raise _failure(inner, "The value is nested too deeply") from None

    return apply(call)


def _failure(call: calls.Call, reason: str) -> StatesError:
    return StatesError(
        "States.IntrinsicFailure", f"The function '{call.text}' had the following error: {reason}"
    )


def _read(
    call: calls.Call, path: str, data: Any, context: Any, variables: Mapping[str, Any]
) -> Any:
    try:
        return paths.read(path, data, context, variables)
    except paths.NothingThereError:
        shown = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        reason = (
            f"The JsonPath argument for the field '{path}' could not be found in the input "
            f"'{shown}'"
        )
        raise StatesError(
            "States.Runtime", f"The function '{call.text}' had the following error: {reason}"
        ) from None


def _format(template: Any, *values: Any) -> str:
    if not isinstance(template, str):
        raise _ArgumentError("The first argument must be a string")
    parts = re.split(r"((?:\\.)|\{\})", template, flags=re.DOTALL)
    if sum(part == "{}" for part in parts) != len(values):
        raise _ArgumentError(
            "The number of arguments does not match the occurrences of {} in the template"
        )
    waiting = iter(values)
    return "".join(
        _java_text(next(waiting)) if part == "{}" else part[part.startswith("\\") :]
        for part in parts
    )


def _java_text(value: Any) -> str:
    """How Java writes a value: objects as {a=1, b=[x]}."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_java_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_java_text, value)) + "]"
    return json.dumps(value)


def _string_to_json(text: Any) -> Any:
    if not isinstance(text, str):
        raise _ArgumentError("The argument must be a string")
    try:
        return strict_json.loads(text) if text.strip() else None
    except ValueError:
        raise _ArgumentError(f"The string cannot be parsed as JSON: {text}") from None


def _json_to_string(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _ArgumentError("The first argument must be an array")
    return value


def _rounded(value: Any) -> int:
    """As Java rounds: halves up."""
    if not _is_number(value) or not math.isfinite(value):
        raise _ArgumentError("The argument must be a number")
    return math.floor(value + 0.5) if isinstance(value, float) else int(value)


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, and 1.0 is not 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


def _partition(array: Any, size: Any) -> list[list[Any]]:
    items, step = _list(array), _rounded(size)
    if step <= 0:
        raise _ArgumentError("The chunk size must be a positive integer")
    return [items[start : start + step] for start in range(0, len(items), step)]


def _contains(array: Any, wanted: Any) -> bool:
    return any(_same(one, wanted) for one in _list(array))


def _range(first: Any, last: Any, step: Any) -> list[int]:
    start, end, by = _rounded(first), _rounded(last), _rounded(step)
    if by == 0:
        raise _ArgumentError("The increment must not be zero")
    found = range(start, end + (1 if by > 0 else -1), by)
    if len(found) > MAX_ITEMS:
        raise _ArgumentError(f"The array may not hold more than {MAX_ITEMS} items")
    return list(found)


def _get_item(array: Any, index: Any) -> Any:
    items, at = _list(array), _rounded(index)
    if not 0 <= at < len(items):
        raise _ArgumentError("The index is out of the bounds of the array")
    return items[at]


def _unique(array: Any) -> list[Any]:
    found: list[Any] = []
    for one in _list(array):
        if not any(_same(one, other) for other in found):
            found.append(one)
    return found


def _short_text(value: Any) -> str:
    if not isinstance(value, str):
        raise _ArgumentError("The argument must be a string")
    if len(value) > MAX_TEXT:
        raise _ArgumentError(f"The string may not be longer than {MAX_TEXT} characters")
    return value


def _encode(text: Any) -> str:
    return base64.b64encode(_short_text(text).encode()).decode()


def _decode(text: Any) -> str:
    try:
        return base64.b64decode(_short_text(text), validate=True).decode(errors="replace")
    except binascii.Error:
        raise _ArgumentError("The string is not Base64") from None


def _hash(value: Any, algorithm: Any) -> str:
    if algorithm not in _HASHES:
        raise _ArgumentError(f"The algorithm must be one of {', '.join(_HASHES)}")
    text = _short_text(value if isinstance(value, str) else _json_to_string(value))
    return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _merge(one: Any, other: Any, is_deep: Any) -> dict[str, Any]:
    if is_deep is not False:
        raise _ArgumentError("Only the shallow merging mode is supported: the third is false")
    if not isinstance(one, dict) or not isinstance(other, dict):
        raise _ArgumentError("The first two arguments must be objects")
    return {**one, **other}


def _random(first: Any, last: Any, seed: Any = None) -> int:
    """From the first to before the last; the same seed gives the same number."""
    start, end = _rounded(first), _rounded(last)
    if end <= start:
        raise _ArgumentError("The end number must be greater than the start number")
    source = mock_random if seed is None else random.Random(_rounded(seed))  # noqa: S311 - as asked
    return source.randrange(start, end)


def _add(one: Any, other: Any) -> int:
    return _rounded(one) + _rounded(other)


def _split(text: Any, splitter: Any) -> list[str]:
    """At each of the splitter's characters; there are no empty parts."""
    if not isinstance(text, str) or not isinstance(splitter, str):
        raise _ArgumentError("Both arguments must be strings")
    if not splitter:
        return [text] if text else []
    return [part for part in re.split(f"[{re.escape(splitter)}]", text) if part]


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Format": _format,
    "StringToJson": _string_to_json,
    "JsonToString": _json_to_string,
    "Array": lambda *values: list(values),
    "ArrayPartition": _partition,
    "ArrayContains": _contains,
    "ArrayRange": _range,
    "ArrayGetItem": _get_item,
    "ArrayLength": lambda array: len(_list(array)),
    "ArrayUnique": _unique,
    "Base64Encode": _encode,
    "Base64Decode": _decode,
    "Hash": _hash,
    "JsonMerge": _merge,
    "MathRandom": _random,
    "MathAdd": _add,
    "StringSplit": _split,
    "UUID": lambda: str(mock_random.uuid4()),
}
