"""Texts with `{{ expression }}` or `{{ expression:,.2f }}` in them."""

import re
from functools import lru_cache

from learn.questions.parameters.evaluation import evaluate
from learn.questions.parameters.language import ExpressionError, names_in
from learn.questions.parameters.values import NoValueError, Values, shown

_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_FORMAT = re.compile(r":([^:'\"]*)$")


def fill(template: str, values: Values) -> str:
    """The text with every expression replaced by what it is worth.

    Raises:
        ExpressionError: one of them has no value, or none that can be shown.
    """
    if "{{" not in template:
        return template
    parts = _parts(template)
    filled = [_filled(part, values) if index % 2 else part for index, part in enumerate(parts)]
    return "".join(filled)


def names_in_template(template: str) -> frozenset[str]:
    """The parameters that a text asks for.

    Raises:
        ExpressionError: what stands between the braces is no expression.
    """
    return frozenset().union(*map(_names, _parts(template)[1::2]))


def _names(hole: str) -> frozenset[str]:
    try:
        return names_in(_split(hole)[0])
    except ExpressionError as error:
        raise error.at(_place(hole)) from None


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[str, ...]:
    """Plain text and what stands between braces, in turns."""
    parts = tuple(_HOLE.split(template))
    for plain in parts[::2]:
        if "{{" in plain:
            raise _unclosed(plain.partition("{{")[2])
    for hole in parts[1::2]:
        if "{{" in _QUOTED.sub("", hole):
            raise _unclosed(hole)
    return parts


def _unclosed(rest: str) -> ExpressionError:
    begin = "{{" + rest.partition("\n")[0][:30]
    reason = "is not closed: write }}, or {{ '{{' }} for the braces themselves"
    return ExpressionError(begin, reason, re.escape(begin))


def _split(hole: str) -> tuple[str, str]:
    """The expression and its format, "" if it has none."""
    found = _FORMAT.search(hole)
    return (hole[: found.start()], found[1].strip()) if found else (hole, "")


def _filled(hole: str, values: Values) -> str:
    expression, spec = _split(hole)
    try:
        return shown(evaluate(expression, values), spec)
    except NoValueError as fault:
        raise ExpressionError(expression, str(fault), _place(hole)) from None
    except ExpressionError as error:
        raise error.at(_place(hole)) from None


def _place(hole: str) -> str:
    """Finds the line of a hole in its author's file."""
    return re.escape("{{" + hole.partition("\n")[0])
