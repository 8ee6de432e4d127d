"""Proves that questions with parameters are right in many variants, not in the first alone."""

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from labs import Problem, line_of
from learn.prose.findings import Findings
from learn.questions.documents import QuestionDocument
from learn.questions.parameters import ExpressionError, Value, Values, draw_values, names_in
from learn.questions.quantities import written
from learn.questions.question import Question, Variant
from learn.questions.reading import Rendered, checking_draw, faults_of, problem_of
from learn.questions.variants import vary

VARIANTS = 200
FEWEST_DIFFERENT = 5
# Nobody waits for more, and a rule that is met so rarely might one day be met in no try at all.
MOST_TRIES = 100

# What nobody filled: {{ n }} in a text without parameters, and { n }, which was meant for it.
_HOLE = re.compile(r"(\{\{(?:.*?)\}\}|(?<!\{)\{ [a-z0-9_]+ \}(?!\}))", re.DOTALL)


def prove_variants(path: Path, question: Question) -> Iterator[Problem]:
    """What is wrong with the first variant that is not right; nothing without parameters."""
    document = question.document
    if not document.parameters:
        return
    rendered: Rendered = {}
    different = set()
    for seed in range(VARIANTS):
        try:
            values = _values(document, seed)
            different.add(repr(sorted(values.items())))
            problems = list(_variant_problems(path, question, seed, rendered))
        except ExpressionError as error:
            problems = [problem_of(path, error)]
        if problems:
            yield from (_in_variant(problem, seed, document) for problem in problems)
            return
    if len(different) < FEWEST_DIFFERENT:
        message = f"{VARIANTS} draws give {len(different)} different variants: widen the ranges"
        yield Problem(path, line_of(path, "^parameters:"), message)


def _values(document: QuestionDocument, seed: int) -> Values:
    drawn = draw_values(document.parameters, document.require, document.values_seed(seed))
    if drawn.tries > MOST_TRIES:
        reason = f"was false for {drawn.tries - 1:,} draws: ask for less"
        raise ExpressionError(" and ".join(document.require), reason, "^require:")
    return drawn.values


def _variant_problems(
    path: Path, question: Question, seed: int, rendered: Rendered
) -> Iterator[Problem]:
    findings = Findings()
    draw = checking_draw(path, seed, findings, rendered)
    variant = vary(question, draw)
    yield from findings
    yield from faults_of(path, variant)
    yield from _leftovers(path, variant, question.document.parameters)


def _in_variant(problem: Problem, seed: int, document: QuestionDocument) -> Problem:
    """The problem, with the variant in which it is."""
    try:
        values = _values(document, seed)
    except ExpressionError:
        values = {}
    told = ", ".join(f"{name} = {_told(value)}" for name, value in values.items())
    message = f"{problem.message} (variant {seed}{': ' if told else ''}{told})"
    return Problem(problem.path, problem.line, message)


def _told(value: Value) -> str:
    if isinstance(value, Fraction):
        return written(value)
    return f"[{', '.join(map(_told, value))}]" if isinstance(value, tuple) else str(value)


def _leftovers(path: Path, variant: Variant[Any], names: Collection[str]) -> Iterator[Problem]:
    """Expressions that are shown as they were written, as nothing fills that key."""
    for text in _strings(variant):
        for hole in filter(partial(_asks_for, names=names), _HOLE.findall(text)):
            message = f"'{hole}' is shown as it stands: write {{{{ }}}}, in a text that is filled"
            yield Problem(path, _line(path, text, hole), message)


def _line(path: Path, text: str, hole: str) -> int:
    """The line of a text or, where it was rendered, of what was to be filled."""
    found = line_of(path, re.escape(text.strip().partition("\n")[0]))
    return found if found > 1 else line_of(path, rf"(?<!{{){re.escape(hole)}")


def _asks_for(hole: str, names: Collection[str]) -> bool:
    try:
        return not names_in(hole.strip("{}").partition(":")[0]).isdisjoint(names)
    except ExpressionError:
        return False


def _strings(value: object) -> Iterator[str]:
    """All texts of a variant."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | Mapping):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, Question):
        for field in dataclasses.fields(value):
            yield from _strings(getattr(value, field.name))
