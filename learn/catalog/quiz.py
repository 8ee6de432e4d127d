"""A quiz: the questions that it always asks, and those that it draws from the module's pool."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.urls import reverse
from django.utils.safestring import SafeString

from learn.catalog.rules import Rules
from learn.questions.question import Question


@dataclass(frozen=True)
class Pool:
    """`count` of these questions are drawn for each attempt, at `points` each."""

    count: int
    points: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Quiz:
    """`lesson` is the slug of the lesson that it belongs to; None: it tests the whole module."""

    label: ClassVar = "Quiz"

    module: str
    name: str
    title: str
    intro: SafeString
    lesson: str | None
    fixed: tuple[Question, ...]
    points: Mapping[str, int]
    pools: tuple[Pool, ...]
    rules: Rules
    content_hash: str

    @property
    def slug(self) -> str:
        """Names it in the whole course: "sqs/partial-batches"."""
        return f"{self.module}/{self.name}"

    @property
    def url(self) -> str:
        return reverse("quizzes:quiz", args=[self.module, self.name])

    @property
    def size(self) -> int:
        """How many questions an attempt has."""
        return len(self.fixed) + sum(pool.count for pool in self.pools)

    @property
    def max_score(self) -> int:
        return sum(map(self.points_of, self.fixed)) + sum(p.count * p.points for p in self.pools)

    def points_of(self, question: Question) -> int:
        """What one of the `fixed` questions is worth."""
        return self.points.get(question.slug, 1)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All that it may ask."""
        drawn = (question for pool in self.pools for question in pool.questions)
        return _once((*self.fixed, *drawn))


def _once(questions: Iterable[Question]) -> tuple[Question, ...]:
    return tuple({question.slug: question for question in questions}.values())
