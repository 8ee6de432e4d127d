"""Questions with their figures and what to do with them, for instructors."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy

from learn.catalog.catalogue import Course, Module, Question
from learn.dashboard.scopes import Scope
from learn.questions.question import Variant
from learn.questions.summaries import Words, label_of
from learn.questions.variants import variant_of
from learn.quizzes.advice import Advice, Attention, Evidence, SeenChoice, advise
from learn.quizzes.statistics import ChoiceFigures, Figures, Statistics, of_module

SHOWN_SEED = 0
MOST_URGENT = 10
ANONYMOUS_FROM = 2
"""What one learner alone wrote is not shown: it may tell who it was."""


@dataclass(frozen=True)
class QuestionRow:
    """One question as it is now. `older` answers are to versions of it that are gone."""

    question: Question
    figures: Figures
    older: int
    url: str

    @cached_property
    def variant(self) -> Variant[Any]:
        return variant_of(self.question, SHOWN_SEED)

    @property
    def title(self) -> str:
        return label_of(self.variant.head.prompt, 110)

    @cached_property
    def advice(self) -> Advice:
        """What is most urgent."""
        return advise(evidence(self.variant, self.figures))[0]

    @property
    def needs_attention(self) -> bool:
        return self.advice.attention > Attention.NONE


@dataclass(frozen=True)
class ShownChoice:
    """An answer in words, as lines, with its figures."""

    lines: tuple[str, ...]
    figures: ChoiceFigures
    is_right: bool


def rows_of(
    scope: Scope, questions: Iterable[Question], statistics: Statistics
) -> list[QuestionRow]:
    """The questions in the order of the course."""
    return [
        QuestionRow(
            question=question,
            figures=statistics.of(question.content_hash),
            older=_older(question, statistics),
            url=scope.url("question", question.module, question.slug),
        )
        for question in questions
    ]


def _older(question: Question, statistics: Statistics) -> int:
    versions = statistics.versions_of(question.path)
    total = sum(statistics.of(version.content_hash).count for version in versions)
    return total - statistics.of(question.content_hash).count


def evidence(variant: Variant[Any], figures: Figures) -> Evidence:
    """The figures with the words of their answers.

    What is right in one variant and wrong in another, or partly right, says nothing for itself.
    """
    words = Words.of(variant)
    choices = [
        SeenChoice(
            label="; ".join(choice.lines),
            is_right=choice.is_right,
            count=choice.figures.count,
            share=choice.figures.share,
            discrimination=choice.figures.discrimination,
        )
        for choice in shown_choices(words, figures)
        if choice.is_right or not choice.figures.score
    ]
    return Evidence(figures, choices, offered=bool(words.offered))


def shown_choices(words: Words, figures: Figures) -> list[ShownChoice]:
    """All options of a choice in their order, or else the frequent answers."""
    if words.offered:
        given = {choice.summary: choice for choice in figures.choices}
        found = [
            (given.get(id_, ChoiceFigures(id_)), right) for id_, right in words.offered.items()
        ]
        blanks = given.get("")
        found += [(blanks, False)] if blanks else []
    else:
        found = [
            (choice, choice.is_right)
            for choice in figures.choices
            if choice.count >= ANONYMOUS_FROM
        ]
    return [
        ShownChoice(tuple(words.lines(choice.summary)), choice, right) for choice, right in found
    ]


@dataclass(frozen=True)
class ModuleSummary:
    """A module's line in the overview."""

    module: Module
    rows: Sequence[QuestionRow]
    url: str

    @property
    def answers(self) -> int:
        return sum(row.figures.count for row in self.rows)

    @property
    def urgent(self) -> int:
        """How many questions need attention."""
        return sum(row.needs_attention for row in self.rows)


def overview(scope: Scope, course: Course) -> list[ModuleSummary]:
    """All modules that have questions. Two queries."""
    statistics = of_module(scope.learners)
    return [
        ModuleSummary(
            module=module,
            rows=rows_of(scope, module.questions, statistics),
            url=scope.url("module", module.slug),
        )
        for module in course.modules
        if module.questions
    ]


def most_urgent(modules: Iterable[ModuleSummary]) -> list[QuestionRow]:
    """What to look at first, in the whole course."""
    rows = (row for summary in modules for row in summary.rows if row.needs_attention)
    return in_order(rows, "attention")[:MOST_URGENT]


type Key = Callable[[QuestionRow], Any]

ORDERS: dict[str, Key] = {
    "attention": lambda row: (-row.advice.attention, -row.figures.count),
    "question": lambda row: row.question.slug,
    "answers": lambda row: -row.figures.count,
    "score": lambda row: _last_if_none(row.figures.facility),
    "discrimination": lambda row: _last_if_none(row.figures.discrimination),
    "time": lambda row: _last_if_none(-row.figures.seconds if row.figures.seconds else None),
}
"""How a table may be sorted; what comes first needs attention first."""
ORDER_LABELS = {
    "attention": gettext_lazy("attention"),
    "question": gettext_lazy("question"),
    "answers": gettext_lazy("answers"),
    "score": gettext_lazy("score"),
    "discrimination": gettext_lazy("discrimination"),
    "time": gettext_lazy("time"),
}
"""What people read of each."""


def _last_if_none(value: float | None) -> tuple[bool, float]:
    return (value is None, value or 0.0)


def in_order(rows: Iterable[QuestionRow], order: str) -> list[QuestionRow]:
    """Sorted; by attention if there is no such order. Ties stay in the order of the course."""
    return sorted(rows, key=ORDERS.get(order, ORDERS["attention"]))
