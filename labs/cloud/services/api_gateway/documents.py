"""Values out of a JSON body or a context by a path."""

import json
from collections.abc import Mapping
from typing import Any

from labs.cloud.services.stepfunctions.language.jsonpath.evaluation import NoResultError, read
from labs.cloud.services.stepfunctions.language.jsonpath.parser import parse
from labs.cloud.services.stepfunctions.language.jsonpath.tokens import PathSyntaxError


class PathError(ValueError):
    """It is no JSONPath."""


def loads(body: bytes | str) -> Any:
    """A body as JSON; one that is none is a text, and an empty one an empty object."""
    if not body:
        return {}
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace") if isinstance(body, bytes) else body


def find(document: Any, path: str) -> Any:
    """What a JSONPath (as Jayway's library reads it) finds, None if nothing.

    Raises:
        PathError: it is no path.
    """
    try:
        return read(parse(path if path.startswith("$") else f"$.{path}"), document)
    except NoResultError:
        return None
    except PathSyntaxError as error:
        raise PathError(str(error)) from None


def select(body: bytes | str, path: str) -> Any:
    """The same in a body; a path that is none finds nothing."""
    try:
        return find(loads(body), path)
    except PathError:
        return None


def walk(document: Mapping[str, Any], path: str) -> Any:
    """`identity.sourceIp` in nested objects."""
    found: Any = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
