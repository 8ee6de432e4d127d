"""What the pages of one attempt show: the questions to answer, or what became of the answers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from django.http import QueryDict

from learn.catalog.rules import Rules
from learn.questions.fields import AnswerError, Fields, fields_of
from learn.questions.presentation import Asked, Given
from learn.quizzes.answering import variant_for
from learn.quizzes.forms import name_of
from learn.quizzes.models import Answer, Attempt
from learn.quizzes.presentation import given
from learn.quizzes.scoring import shown_points
from learn.quizzes.standing import Released


@dataclass(frozen=True)
class Item:
    """One question of an open attempt."""

    asked: Asked
    points: int
    offers_hints: bool

    @property
    def is_answered(self) -> bool:
        try:
            self.asked.variant.read(self.asked.fields)
        except AnswerError:
            return False
        return True

    @property
    def has_more_hints(self) -> bool:
        return self.offers_hints and self.asked.has_more_hints


@dataclass(frozen=True)
class OpenPage:
    """`blanks` are the positions that the learner was told of when he or she submitted.

    `is_unsaved`: what the fields hold was refused, and stands in the page alone.
    """

    attempt: Attempt
    items: tuple[Item, ...]
    now: dt.datetime
    message: str = ""
    blanks: Sequence[int] = ()
    is_unsaved: bool = False

    @property
    def seconds_left(self) -> int | None:
        """None without an end. Rounded up: the page never ends before the attempt does."""
        due = self.attempt.due_at
        return max(ceil((due - self.now).total_seconds()), 0) if due else None

    @property
    def answered(self) -> int:
        return sum(item.is_answered for item in self.items)


@dataclass(frozen=True)
class Sent:
    """A form that was refused, and why: what it holds is shown again as it was."""

    message: str = ""
    blanks: Sequence[int] = ()
    faults: Mapping[int, str] = field(default_factory=dict)
    data: QueryDict | None = None

    def fields(self, answer: Answer) -> Fields:
        """What was sent, or else what is saved."""
        if self.data is None:
            return dict(answer.fields)
        try:
            return fields_of(self.data.lists(), name_of(answer.position))
        except AnswerError:
            return dict(answer.fields)


def open_page(
    attempt: Attempt, answers: Sequence[Answer], *, now: dt.datetime, sent: Sent
) -> OpenPage:
    """The form, with what is saved, or else with what was sent and refused."""
    hints = Rules.from_json(attempt.rules).hints
    items = tuple(_item(answer, len(answers), sent, hints=hints) for answer in answers)
    return OpenPage(attempt, items, now, sent.message, sent.blanks, sent.data is not None)


def _item(answer: Answer, count: int, sent: Sent, *, hints: bool) -> Item:
    asked = Asked(
        variant=variant_for(answer),
        name=name_of(answer.position),
        fields=sent.fields(answer),
        number=answer.position,
        count=count,
        hints_shown=answer.hints_shown,
        error=sent.faults.get(answer.position, ""),
    )
    return Item(asked, answer.points, hints)


@dataclass(frozen=True)
class Result:
    """One answer of an attempt that is no longer open, with its points."""

    given: Given
    points: int
    score: float | None

    @property
    def worth(self) -> str:
        """What "right" and "wrong" do not tell: "1.5 of 2 points"."""
        if self.score is None or (self.points == 1 and self.score in (0, 1)):
            return ""
        earned = shown_points(self.score * self.points)
        return f"{earned} of {self.points} point{'s' if self.points > 1 else ''}"


def results(answers: Sequence[Answer], released: Released, *, is_own: bool) -> tuple[Result, ...]:
    """Only what is released. `is_own`: the answer's page, which a wait asks, is its learner's."""
    return tuple(_result(answer, released, is_own=is_own) for answer in answers)


def _result(answer: Answer, released: Released, *, is_own: bool) -> Result:
    shown = given(
        answer,
        number=answer.position,
        shows_score=released.marks,
        shows_feedback=released.feedback,
        shows_solution=released.solutions,
    )
    score = answer.score if released.marks else None
    return Result(shown if is_own else replace(shown, poll_url=""), answer.points, score)
