"""The values that a seed gives to the parameters of a question."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

from learn.questions.parameters.documents import ChoiceDocument, ParameterDocument, RangeDocument
from learn.questions.parameters.evaluation import evaluate
from learn.questions.parameters.language import ExpressionError, names_in
from learn.questions.parameters.values import Value, Values, exact

MAX_TRIES = 1_000


@dataclass(frozen=True)
class Drawn:
    """The parameters of one variant, and how often the dice were thrown for them."""

    values: Values
    tries: int


def draw_values(
    parameters: Mapping[str, ParameterDocument], require: Sequence[str], seed: int
) -> Drawn:
    """Values that fulfil what is required. They follow from the seed and the names alone.

    The order of the mapping does not count, as a database may not keep it.

    Raises:
        ExpressionError: an expression is wrong, or MAX_TRIES throws fulfil nothing.
    """
    order = in_order(parameters)
    dice = {name: random.Random(f"{seed} parameter {name}") for name in order}  # noqa: S311
    for tries in range(1, MAX_TRIES + 1):
        values: dict[str, Value] = {}
        for name in order:
            values[name] = _value(name, parameters[name], dice[name], values)
        failed = next((rule for rule in require if not _holds(rule, values)), None)
        if failed is None:
            return Drawn({name: values[name] for name in parameters}, tries)
    reason = f"was false for {MAX_TRIES:,} draws: ask for less"
    raise ExpressionError(failed or "", reason, place_of_rule(failed or ""))


def in_order(parameters: Mapping[str, ParameterDocument]) -> tuple[str, ...]:
    """The names, each after those that it is computed from.

    Raises:
        ExpressionError: two are computed from each other, or one from what is not there.
    """
    needs = {
        name: names_in(document) if isinstance(document, str) else frozenset()
        for name, document in parameters.items()
    }
    for name, needed in needs.items():
        for missing in sorted(needed - parameters.keys()):
            reason = f"names '{missing}', which is no parameter; there are: {', '.join(needs)}"
            raise ExpressionError(str(parameters[name]), reason, place_of(name))
    try:
        return tuple(TopologicalSorter(dict(sorted(needs.items()))).static_order())
    except CycleError as error:
        name = error.args[1][0]
        reason = "is computed from itself: " + " from ".join(error.args[1][::-1])
        raise ExpressionError(name, reason, place_of(name)) from None


def place_of(name: str) -> str:
    """Finds the line of a parameter in its author's file."""
    return rf"^\s+[\"']?{re.escape(name)}[\"']?\s*:"


def place_of_rule(rule: str) -> str:
    """Finds the line of what is required in its author's file."""
    return rf"^(require:|\s*-).*{re.escape(rule)}"


def _value(name: str, document: ParameterDocument, dice: random.Random, values: Values) -> Value:
    match document:
        case RangeDocument():
            first, last, step = (
                Fraction(str(number)) for number in (document.from_, document.to, document.step)
            )
            return first + step * dice.randrange((last - first) // step + 1)
        case ChoiceDocument():
            return exact(dice.choice(document.choice))
        case int() | float():
            return exact(document)
        case _:
            try:
                return evaluate(document, values)
            except ExpressionError as error:
                raise error.at(place_of(name)) from None


def _holds(rule: str, values: Values) -> bool:
    place = place_of_rule(rule)
    try:
        value = evaluate(rule, values)
    except ExpressionError as error:
        raise error.at(place) from None
    if isinstance(value, bool):
        return value
    raise ExpressionError(rule, "is neither true nor false: compare something", place)
