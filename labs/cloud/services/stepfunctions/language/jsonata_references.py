"""What a JSONata expression refers to from outside."""

import functools
from collections.abc import Iterator
from typing import Any

from labs.cloud.services.stepfunctions.language.jsonata import syntax_tree

_CHILDREN = {
    "binary": ("lhs", "rhs"),
    "bind": ("rhs",),
    "apply": ("lhs", "rhs"),
    "condition": ("condition", "then", "_else"),
    "block": ("expressions",),
    "function": ("arguments",),
    "partial": ("arguments",),
    "unary": ("expression", "expressions", "lhs", "lhs_object"),
}


@functools.lru_cache(maxsize=2000)
def top_level_names(expression: str) -> tuple[str, ...]:
    """Names that an expression looks up in its context, of which Step Functions gives none.

    Raises:
        ExpressionSyntaxError: it is no JSONata.
    """
    return tuple(dict.fromkeys(_names(syntax_tree(expression))))


def _names(node: Any) -> Iterator[str]:
    """Of what is evaluated outside every path: inside one there is a context."""
    if isinstance(node, list | tuple):
        for one in node:
            yield from _names(one)
        return
    kind = getattr(node, "type", None)
    if kind == "name":
        yield str(node.value)
    elif kind == "path":
        yield from _names(node.steps[0])
    for child in _CHILDREN.get(kind or "", ()):
        yield from _names(getattr(node, child, None))
