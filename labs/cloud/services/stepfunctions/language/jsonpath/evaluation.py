"""Walks a document by the steps of a path, with the complaints of Jayway's library."""

import json
from collections.abc import Iterator
from typing import Any

from labs.cloud.services.stepfunctions.language.jsonpath import functions
from labs.cloud.services.stepfunctions.language.jsonpath.tokens import (
    DeepScan,
    Filter,
    Function,
    Indexes,
    Names,
    Slice,
    Token,
    Wildcard,
    is_definite,
    text,
)

MAX_DEPTH = 500


class NoResultError(LookupError):
    """A definite path leads nowhere; the text says where it broke off."""


def read(tokens: tuple[Token, ...], root: Any) -> Any:
    """What a definite path names, or the list of all that an indefinite one does.

    Raises:
        NoResultError: a definite path leads nowhere.
    """
    if tokens and isinstance(tokens[-1], Function):
        return _call(tokens[:-1], tokens[-1], root)
    try:
        found = list(_walk(tokens, 0, root, root))
    except NoResultError:
        if is_definite(tokens):
            raise
        return []
    if not is_definite(tokens):
        return found
    if not found:
        raise NoResultError(f"No results for path: {text(tokens)}")
    return found[0]


def find(tokens: tuple[Token, ...], item: Any, root: Any) -> list[Any]:
    """All that a path names from `item`, in a document `root`; nothing if it breaks off."""
    try:
        if tokens and isinstance(tokens[-1], Function):
            return [_call(tokens[:-1], tokens[-1], item)]
        found = list(_walk(tokens, 0, item, root))
    except NoResultError:
        return []
    return found if is_definite(tokens) else [found]


def _call(before: tuple[Token, ...], function: Function, root: Any) -> Any:
    arguments = [read_one(root) for read_one in function.arguments]
    return functions.call(function.name, read(before, root), arguments)


def _walk(tokens: tuple[Token, ...], at: int, value: Any, root: Any) -> Iterator[Any]:
    if at == len(tokens):
        yield value
        return
    token = tokens[at]
    if isinstance(token, DeepScan):
        for one in _descendants(value):
            yield from _step_below(tokens, at + 1, one, root)
        return
    for one in _step(tokens, at, value, root):
        yield from _walk(tokens, at + 1, one, root)


def _step_below(tokens: tuple[Token, ...], at: int, value: Any, root: Any) -> Iterator[Any]:
    """A step after "..", which only some of what it meets can take."""
    token = tokens[at]
    fits = dict if isinstance(token, Names) else list
    if isinstance(value, fits) or isinstance(token, Wildcard | Filter):
        yield from _walk(tokens, at, value, root)


def _descendants(value: Any, depth: int = 0) -> Iterator[Any]:
    """A value and all below it, parents first."""
    if depth > MAX_DEPTH:
        raise NoResultError("the document is too deep")
    if isinstance(value, dict | list):
        yield value
        for one in value.values() if isinstance(value, dict) else value:
            yield from _descendants(one, depth + 1)


def _step(tokens: tuple[Token, ...], at: int, value: Any, root: Any) -> Iterator[Any]:
    token = tokens[at]
    match token:
        case Names():
            return _named(tokens, at, token, value)
        case Wildcard():
            return _children(value)
        case Filter():
            return (one for one in _candidates(value) if token.holds(one, root))
        case Indexes() | Slice():
            return _picked(tokens, at, token, value)
    raise NoResultError(f"Function {token} may only end a path")


def _candidates(value: Any) -> Iterator[Any]:
    """What a filter looks at: the items of an array, or an object itself."""
    return iter(value) if isinstance(value, list) else iter([value] * isinstance(value, dict))


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        return iter(value.values())
    return iter(value) if isinstance(value, list) else iter(())


def _named(tokens: tuple[Token, ...], at: int, token: Names, value: Any) -> Iterator[Any]:
    if not isinstance(value, dict):
        if is_definite(tokens[:at]):
            raise NoResultError(
                f"Expected to find an object with property {token} in path {text(tokens[:at])} "
                f"but found '{_java_name(value)}'. This is not a json object according to the "
                f"JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'."
            )
        return
    if len(token.names) > 1 and at == len(tokens) - 1:
        yield {name: value[name] for name in token.names if name in value}
        return
    for name in token.names:
        if name in value:
            yield value[name]
        elif at < len(tokens) - 1 and is_definite(tokens[: at + 1]):
            raise NoResultError(f"Missing property in path {text(tokens[: at + 1])}")


def _picked(
    tokens: tuple[Token, ...], at: int, token: Indexes | Slice, value: Any
) -> Iterator[Any]:
    if not isinstance(value, list):
        if not is_definite(tokens[:at]):
            return
        if value is None:
            raise NoResultError(f"The path {text(tokens[:at])} is null")
        shown = json.dumps(value, separators=(",", ":"))
        raise NoResultError(
            f"Filter: {token} can only be applied to arrays. Current context is: {shown}"
        )
    if isinstance(token, Slice):
        yield from value[token.start : token.stop : token.step or None]
        return
    for index in token.indexes:
        if -len(value) <= index < len(value):
            yield value[index]


def _java_name(value: Any) -> str:
    names = {str: "TextNode", bool: "BooleanNode", int: "IntNode", float: "DoubleNode"}
    kinds = {**names, list: "ArrayNode", type(None): "NullNode"}
    return f"com.fasterxml.jackson.databind.node.{kinds[type(value)]}"
