"""Paths into the input, the context object and variables, and ResultPath.

https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.jsonpath import evaluation, parser
from labs.cloud.services.stepfunctions.language.jsonpath.functions import FunctionError
from labs.cloud.services.stepfunctions.language.jsonpath.tokens import (
    DeepScan,
    Indexes,
    Names,
    PathSyntaxError,
    Token,
)

_VARIABLE = re.compile(r"\$([^\W\d]\w*)")


class NothingThereError(StatesError):
    """A path leads nowhere: where a choice asks whether something is there, that is an answer."""


def read(path: str, data: Any, context: Any, variables: Mapping[str, Any]) -> Any:
    """What a path names: `$.a` in `data`, `$$.a` in the context object, `$a` among variables.

    Raises:
        NothingThereError: nothing; it is a StatesError, States.Runtime.
        StatesError: it is no path.
    """
    try:
        steps, root = _rooted(path.strip(), data, context, variables)
        return evaluation.read(parser.parse(steps), root)
    except evaluation.NoResultError as error:
        raise NothingThereError("States.Runtime", f"Invalid path '{path}' : {error}") from None
    except (PathSyntaxError, FunctionError) as error:
        raise StatesError("States.Runtime", f"Invalid path '{path}' : {error}") from None


def write(path: str | None, document: Any, value: Any) -> Any:
    """A document with `value` at a reference path; what is missing on the way is made.

    Raises:
        StatesError: States.ResultPathMatchFailure, where the way leads through no object.
    """
    if path is None:
        return document
    tokens = parser.parse(path.strip())
    try:
        return _written(tokens, document, value)
    except _BlockedError:
        shown = json.dumps(document, separators=(",", ":"))
        raise StatesError(
            "States.ResultPathMatchFailure",
            f"Unable to apply ReferencePath {path} to input {shown}",
        ) from None


def is_reference(path: str) -> bool:
    """Whether a path names one place, so that a result could be put there."""
    try:
        tokens = parser.parse(path.strip())
    except PathSyntaxError:
        return False
    return all(isinstance(token, Names | Indexes) and token.is_definite for token in tokens)


def is_path(text: str) -> bool:
    """Whether a text is a path of any of the three kinds. Space around it does not matter."""
    text = text.strip()
    try:
        parser.parse(_VARIABLE.sub("$", text, count=1) if _VARIABLE.match(text) else _root(text))
    except PathSyntaxError:
        return False
    return True


def variable_of(path: str) -> str | None:
    """The name of the variable in which a path begins."""
    found = _VARIABLE.match(path.strip())
    return found[1] if found else None


def _root(path: str) -> str:
    return path[1:] if path.startswith("$$") else path


def _rooted(path: str, data: Any, context: Any, variables: Mapping[str, Any]) -> tuple[str, Any]:
    """A path that begins with "$", and the document in which to follow it."""
    if path.startswith("$$"):
        return path[1:], context
    if found := _VARIABLE.match(path):
        if found[1] not in variables:
            raise StatesError(
                "States.Runtime",
                f"The variable '${found[1]}' specified in the path '{path}' is not defined",
            )
        return "$" + path[found.end() :], variables[found[1]]
    return path, data


class _BlockedError(Exception):
    """Something other than an object or array stands where the path goes on."""


def _written(tokens: tuple[Token, ...], document: Any, value: Any) -> Any:
    if not tokens:
        return value
    token, *rest = tokens
    if isinstance(token, Names):
        return _in_object(token.names[0], tuple(rest), document, value)
    if isinstance(token, Indexes) and isinstance(document, list):
        return _in_array(token.indexes[0], tuple(rest), document, value)
    raise _BlockedError


def _in_object(name: str, rest: tuple[Token, ...], document: Any, value: Any) -> dict[str, Any]:
    if document is not None and not isinstance(document, dict):
        raise _BlockedError
    kept = document or {}
    return {**kept, name: _written(rest, kept.get(name, {} if rest else None), value)}


def _in_array(index: int, rest: tuple[Token, ...], document: list[Any], value: Any) -> list[Any]:
    if not 0 <= index < len(document):
        raise _BlockedError
    changed = _written(rest, document[index], value)
    return [*document[:index], changed, *document[index + 1 :]]


def has_deep_scan(path: str) -> bool:
    """Whether a path looks everywhere below a place."""
    return any(isinstance(token, DeepScan) for token in parser.parse(_root(path)))
