"""The functions that end a path: `$.prices.sum()`."""

import json
import math
import statistics
from collections.abc import Callable
from typing import Any

Reader = Callable[[Any], Any]


class FunctionError(ValueError):
    """A function cannot work on what it is given, or there is none of that name."""


def argument_reader(text: str) -> Reader:
    """How an argument is read from the root of the document: a path, or JSON."""
    if text.startswith(("$", "@")):
        return lambda root: _read_path(text, root)
    try:
        value = json.loads(text if not text.startswith("'") else json.dumps(text[1:-1]))
    except json.JSONDecodeError:
        value = text
    return lambda _root: value


def call(name: str, target: Any, arguments: list[Any]) -> Any:
    """The function's result on what the path before it names."""
    if name in _OF_NUMBERS:
        numbers = _numbers([*(target if isinstance(target, list) else []), *arguments])
        if not numbers:
            raise FunctionError(
                "Aggregation function attempted to calculate value using empty array"
            )
        return _OF_NUMBERS[name](numbers)
    if name not in _OTHERS:
        raise FunctionError(f"Function with name: {name} does not exist.")
    return _OTHERS[name](target, arguments)


def _read_path(text: str, root: Any) -> Any:
    # The parser names this module, for a path may stand in a path.
    from labs.cloud.services.stepfunctions.language.jsonpath import evaluation, parser

    return evaluation.read(parser.parse("$" + text[1:]), root)


def _numbers(values: list[Any]) -> list[float]:
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [float(one) for one in flat if isinstance(one, int | float) and one is not True]


def _length(target: Any, arguments: list[Any]) -> int | None:
    value = arguments[0] if arguments else target
    return len(value) if isinstance(value, list | dict | str) else None


def _keys(target: Any, _arguments: list[Any]) -> list[str] | None:
    return list(target) if isinstance(target, dict) else None


def _concat(target: Any, arguments: list[Any]) -> str:
    parts = [*(target if isinstance(target, list) else []), *arguments]
    return "".join(str(part) for part in parts)


def _append(target: Any, arguments: list[Any]) -> Any:
    return [*target, *arguments] if isinstance(target, list) else target


def _first(target: Any, _arguments: list[Any]) -> Any:
    return target[0] if isinstance(target, list) and target else None


def _last(target: Any, _arguments: list[Any]) -> Any:
    return target[-1] if isinstance(target, list) and target else None


def _index(target: Any, arguments: list[Any]) -> Any:
    return target[int(arguments[0])] if isinstance(target, list) and arguments else None


_OF_NUMBERS: dict[str, Callable[[list[float]], float]] = {
    "min": min,
    "max": max,
    "avg": statistics.fmean,
    "sum": math.fsum,
    "stddev": statistics.pstdev,
}
_OTHERS: dict[str, Callable[[Any, list[Any]], Any]] = {
    "length": _length,
    "size": _length,
    "keys": _keys,
    "concat": _concat,
    "append": _append,
    "first": _first,
    "last": _last,
    "index": _index,
}
