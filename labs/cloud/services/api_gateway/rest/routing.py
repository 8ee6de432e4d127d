"""Which method of a REST API answers a request."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from labs.cloud.services.api_gateway.rest.definition import Resource

PARAMETER = re.compile(r"\{([^}+]+)(\+?)\}")


def find(
    resources: Sequence[Resource], method: str, path: str
) -> tuple[Resource, dict[str, Any], dict[str, str]] | None:
    """The resource, its method as JSON, and the path's parameters; None if nothing answers.

    A literal part of a path goes before a parameter, and both before `{proxy+}`; of one resource
    its own method before ANY.
    """
    parts = [part for part in path.split("/") if part]
    found = []
    for resource in resources:
        pattern = [part for part in resource.path.split("/") if part]
        fit = _fit(pattern, parts)
        declared = resource.methods.get(method) or resource.methods.get("ANY")
        if fit is not None and declared is not None:
            found.append((fit[0], resource, declared, fit[1]))
    if not found:
        return None
    _, resource, declared, parameters = min(found, key=lambda one: one[0])
    return resource, declared, parameters


def _fit(pattern: list[str], parts: list[str]) -> tuple[list[int], dict[str, str]] | None:
    """How well it fits (less is better, part by part), and the parameters."""
    ranks: list[int] = []
    values: dict[str, str] = {}
    for number, expected in enumerate(pattern):
        parameter = PARAMETER.fullmatch(expected)
        if parameter and parameter[2]:
            rest = parts[number:]
            values[parameter[1]] = unquote("/".join(rest))
            return ([*ranks, 2], values) if rest else None
        if number >= len(parts):
            return None
        if parameter:
            values[parameter[1]] = unquote(parts[number])
        elif expected != unquote(parts[number]):
            return None
        ranks.append(1 if parameter else 0)
    return (ranks, values) if len(pattern) == len(parts) else None
