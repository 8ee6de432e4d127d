"""One question's page: as learners see it, what they answered, and its versions."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from pydantic import ValidationError

from learn.catalog.catalogue import Question
from learn.dashboard.questions import SHOWN_SEED, ShownChoice, evidence, shown_choices
from learn.dashboard.scopes import Scope
from learn.questions.presentation import Asked
from learn.questions.question import Variant
from learn.questions.summaries import Words
from learn.questions.variants import question_from_json, variant_of
from learn.quizzes.advice import Advice, advise
from learn.quizzes.models import Answer, QuestionVersion
from learn.quizzes.statistics import Figures, Statistics, of_module

MISCONCEPTIONS_SHOWN = 10


@dataclass(frozen=True)
class VersionRow:
    """One version: `since` is None for one that nobody was ever asked."""

    content_hash: str
    since: dt.datetime | None
    figures: Figures
    is_current: bool
    is_shown: bool

    @property
    def short(self) -> str:
        """Enough of the hash to name it among the versions of a question."""
        return self.content_hash[:8]


@dataclass(frozen=True)
class QuestionPage:
    """`variant` is None where the version is of a kind that this site can no longer read."""

    variant: Variant[Any] | None
    figures: Figures
    advice: tuple[Advice, ...]
    choices: Sequence[ShownChoice]
    misconceptions: Sequence[tuple[str, int]]
    versions: Sequence[VersionRow]

    @property
    def asked(self) -> Asked | None:
        """To be looked at."""
        if self.variant is None:
            return None
        return Asked(self.variant, name="shown", is_disabled=True)


def question_page(scope: Scope, question: Question, version: str) -> QuestionPage:
    """A version of the question by the first letters of its hash; "" is the one of today.

    Four queries. Answers to other versions are not among its figures.

    Raises:
        Http404: there is no such version.
    """
    statistics = of_module(scope.learners, question.module)
    kept = QuestionVersion.objects.filter(module=question.module, slug=question.slug)
    known = {row.content_hash: row for row in kept}
    shown = _chosen(version, question.content_hash, list(known))
    figures = statistics.of(shown)
    variant = _variant(question, shown, known)
    return QuestionPage(
        variant=variant,
        figures=figures,
        advice=advise(evidence(variant, figures)) if variant else (),
        choices=shown_choices(Words.of(variant), figures) if variant else (),
        misconceptions=_misconceptions(scope, shown),
        versions=_versions(question, shown, known, statistics),
    )


def _chosen(prefix: str, current: str, known: list[str]) -> str:
    if not prefix:
        return current
    for content_hash in (current, *known):
        if content_hash[:8] == prefix:
            return content_hash
    raise Http404("This question has no such version.")


def _variant(
    question: Question, shown: str, known: dict[str, QuestionVersion]
) -> Variant[Any] | None:
    if shown == question.content_hash:
        return variant_of(question, SHOWN_SEED)
    try:
        return variant_of(question_from_json(known[shown].source), SHOWN_SEED)
    except (ValidationError, KeyError):
        return None


def _versions(
    question: Question, shown: str, known: dict[str, QuestionVersion], statistics: Statistics
) -> list[VersionRow]:
    """Newest first, and today's before all."""
    hashes = {question.content_hash: None, **dict.fromkeys(known)}
    rows = [
        VersionRow(
            content_hash=content_hash,
            since=known[content_hash].created_at if content_hash in known else None,
            figures=statistics.of(content_hash),
            is_current=content_hash == question.content_hash,
            is_shown=content_hash == shown,
        )
        for content_hash in hashes
    ]
    newest = sorted(rows, key=lambda row: row.since.timestamp() if row.since else 0, reverse=True)
    return sorted(newest, key=lambda row: not row.is_current)


def _misconceptions(scope: Scope, version: str) -> list[tuple[str, int]]:
    """The wrong ideas behind first answers, by the author's names, and how many had each."""
    rows = Answer.objects.filter(is_first=True, version=version, score__lt=1)
    if scope.learners is not None:
        rows = rows.filter(user__in=scope.learners.order_by().values("pk"))
    found = Counter(
        name for names in rows.values_list("misconceptions", flat=True) for name in names
    )
    return found.most_common(MISCONCEPTIONS_SHOWN)
