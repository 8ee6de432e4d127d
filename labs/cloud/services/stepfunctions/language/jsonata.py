"""JSONata in templates: every string "{% ... %}" is an expression.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html. The engine is
jsonata-python, which writes JSON's null as a value of its own, for None is JSONata's "nothing".
"""

import contextlib
import functools
import json
import math
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from jsonata import jsonata as engine
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.jsonata_functions import FUNCTIONS, with_nulls

OPENING, CLOSING = "{%", "%}"
MAX_STEPS = 500_000  # of evaluation, so that no expression holds up a grading
MAX_DEPTH = 100  # AWS's, as measured
MAX_ITEMS, MAX_TEXT = 873_782, 4_194_304  # of a value in between: AWS's memory limit, measured
FRAMES = 20_000  # of Python, which has several for each of JSONata's
_NULL = Utils.NULL_VALUE
# It writes to the standard output, where an account's process has nothing to say.
engine.print = lambda *_words: None
_BUILT_IN = {"", "$", *Jsonata.static_frame.bindings, *FUNCTIONS}


class ExpressionSyntaxError(ValueError):
    """A text is no JSONata."""


def is_expression(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(OPENING) and value.endswith(CLOSING)


def source(text: str) -> str:
    """The expression between the signs, without the space around it."""
    return text.removeprefix(OPENING).removesuffix(CLOSING).strip()


def fill(
    template: Any, states: Mapping[str, Any], variables: Mapping[str, Any], *, field: str = ""
) -> Any:
    """A template's JSON with the values of its expressions. `field` ("Output") is for messages.

    Raises:
        StatesError: States.QueryEvaluationError, also where an expression gives nothing.
    """
    if isinstance(template, dict):
        return {
            key: fill(one, states, variables, field=f"{field}/{key}")
            for key, one in template.items()
        }
    if isinstance(template, list):
        return [
            fill(one, states, variables, field=f"{field}[{number}]")
            for number, one in enumerate(template)
        ]
    if not is_expression(template):
        return template
    return _evaluate(source(template), states, variables, field)


def unexpected(template: str, field: str, expected: str, value: Any) -> StatesError:
    """The error where an expression gives a value of another kind than its field takes."""
    shown = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return _error(
        source(template),
        field,
        f"returned an unexpected result type. Expected '{expected}', but was '{_kind(value)}' "
        f"for value: {shown}",
    )


@functools.lru_cache(maxsize=2000)
def variables_of(expression: str) -> frozenset[str]:
    """The variables that an expression needs from outside, without "$"; not its own functions."""
    found: set[str] = set()
    own: set[str] = set()
    _collect(_compiled(expression).ast, found, own, set())
    return frozenset(found - own - _BUILT_IN)


def syntax_tree(expression: str) -> Any:
    """The engine's tree of an expression.

    Raises:
        ExpressionSyntaxError: it cannot be read; the text says why.
    """
    return _compiled(expression).ast


@functools.lru_cache(maxsize=2000)
def _compiled(expression: str) -> Jsonata:
    try:
        made = Jsonata(expression)
    except JException as error:
        raise ExpressionSyntaxError(_wording(error)) from None
    except (RecursionError, IndexError, TypeError, AttributeError, ValueError):
        raise ExpressionSyntaxError("Syntax error") from None
    made.set_output_convert_nulls(False)
    return made


def _evaluate(
    expression: str, states: Mapping[str, Any], variables: Mapping[str, Any], field: str
) -> Any:
    bindings = {"states": with_nulls(states), **with_nulls(dict(variables))}
    try:
        engine = _compiled(expression)
        # It looks for the expression that is being evaluated in a global of the thread.
        Jsonata.CURRENT.jsonata = engine
        with _deep_recursion():
            found = engine.evaluate(None, {**FUNCTIONS, **bindings, **_bounds()})
            result = _plain(found)
    except ExpressionSyntaxError as error:
        raise _error(expression, field, f"threw an error during evaluation. {error}") from None
    except _UnsupportedError:
        raise _error(expression, field, "returned an unsupported result type.") from None
    except (_LimitError, RecursionError) as error:
        reason = str(error) if isinstance(error, _LimitError) else _STACK
        raise _error(expression, field, f"threw an error during evaluation: {reason}") from None
    except Exception as error:
        reason = _message(error)
        raise _error(expression, field, f"threw an error during evaluation. {reason}") from error
    if found is None:
        raise _error(expression, field, "returned nothing (undefined).")
    return result


def _error(expression: str, field: str, what: str) -> StatesError:
    return StatesError(
        "States.QueryEvaluationError",
        f"The JSONata expression '{expression}' specified for the field '{field}' {what}",
    )


def _message(error: Exception) -> str:
    """The engine's words; those of Python's own errors say nothing to a learner."""
    if isinstance(error, ZeroDivisionError | OverflowError):
        return "D1001: Number out of range"
    if not isinstance(error, JException):
        return "T2010: The expression cannot be evaluated with these values"
    return f"{error.error}: {_wording(error)}"


def _wording(error: JException) -> str:
    """What JSONata itself says: with values as JSON, and functions, which this engine spoils."""
    template = JException.error_codes.get(error.error)
    if template is None:
        return str(error)
    values = iter((error.current, error.expected, error.extra))

    def shown(found: re.Match[str]) -> str:
        value = next(values, None)
        value = _TYPES.get(str(value), value) if found[0] == "{{type}}" else value
        if found[0].startswith("{{{"):
            return str(value)
        return json.dumps(None if value is _NULL else value, default=str, ensure_ascii=False)

    text = template.replace("Object", "function")
    return re.sub(r"\{\{\{\w+\}\}\}|\{\{\w+\}\}", shown, text)


_TYPES = {"n": "numbers", "s": "strings", "o": "objects", "f": "functions", "a": "arrays"}


class _LimitError(Exception):
    """An expression takes too much; the text is AWS's, which has no code of JSONata's."""


_MEMORY = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
_STACK = (
    "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as "
    "tail-recursive"
)
_TIME = "Expression evaluation timeout: Check for infinite loop"


def _bounds() -> dict[str, Any]:
    """What the engine calls at each step: time is virtual here, so that steps are counted."""
    steps = depth = 0

    def enter(_expression: Any, _input: Any, _environment: Any) -> None:
        nonlocal steps, depth
        steps += 1
        depth += 1
        if depth > MAX_DEPTH:
            raise _LimitError(_STACK)
        if steps > MAX_STEPS:
            raise _LimitError(_TIME)

    def leave(_expression: Any, _input: Any, _environment: Any, result: Any) -> None:
        nonlocal depth
        depth -= 1
        too_long = isinstance(result, str) and len(result) > MAX_TEXT
        if too_long or (isinstance(result, list) and len(result) > MAX_ITEMS):
            raise _LimitError(_MEMORY)

    return {"__evaluate_entry": enter, "__evaluate_exit": leave}


@contextlib.contextmanager
def _deep_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _UnsupportedError(Exception):
    """A result is no JSON: a function, for one."""


def _plain(value: Any) -> Any:
    """A result as JSON; numbers without a fraction are integers, as in JavaScript."""
    if value is _NULL or value is None:
        return None
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(one) for one in value]
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if hasattr(value, "__iter__") and hasattr(value, "__len__"):
        return [_plain(one) for one in value]
    raise _UnsupportedError


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return kinds.get(type(value), "object")


def _collect(node: Any, found: set[str], own: set[str], seen: set[int]) -> None:
    """Gather the variables of a syntax tree, and those that it binds itself."""
    if id(node) in seen or node is None or isinstance(node, str | int | float | bool):
        return
    seen.add(id(node))
    if isinstance(node, list | tuple):
        for one in node:
            _collect(one, found, own, seen)
        return
    kind = getattr(node, "type", None)
    if kind is None and not hasattr(node, "__dict__"):
        return
    if kind == "variable":
        found.add(str(node.value))
    if kind == "bind":
        own.add(str(node.lhs.value))
    if kind == "lambda":
        own |= {str(one.value) for one in getattr(node, "arguments", None) or ()}
    own |= {str(name) for name in (_attribute(node, "focus"), _attribute(node, "index")) if name}
    for name, one in vars(node).items():
        if name not in _NOT_WALKED:
            _collect(one, found, own, seen)


_NOT_WALKED = {"_outer_instance", "outer_instance", "signature", "slot", "ancestor", "parent"}


def _attribute(node: Any, name: str) -> str | None:
    value = getattr(node, name, None)
    return value if isinstance(value, str) else None
