"""Reads attempts, for one learner and for a whole cohort at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from learn.accounts.models import User
from learn.catalog.quiz import Quiz
from learn.cohorts.queries import learners_taught_by
from learn.quizzes.models import Attempt
from learn.quizzes.rules import rules_for
from learn.quizzes.scoring import Scored, counted
from learn.quizzes.standing import Standing, standing_of


@dataclass(frozen=True)
class QuizScore:
    """The attempt that counts of a learner's `attempts` marked ones at a quiz."""

    score: float
    max_score: int
    attempts: int


def visible_to(user: User) -> QuerySet[Attempt]:
    """The user's own attempts, and those of learners whom the user teaches."""
    return Attempt.objects.filter(Q(user=user) | Q(user__in=learners_taught_by(user)))


def attempts_of(user: User, quiz: str) -> QuerySet[Attempt]:
    """The user's attempts at the quiz with this slug, newest first."""
    return Attempt.objects.filter(user=user, quiz=quiz)


def open_attempts(user: User, quiz: str) -> QuerySet[Attempt]:
    """One at most."""
    return attempts_of(user, quiz).filter(status=Attempt.Status.OPEN)


def overdue(now: dt.datetime) -> QuerySet[Attempt]:
    """Open attempts whose time is over, the oldest first."""
    return Attempt.objects.filter(status=Attempt.Status.OPEN, due_at__lte=now).order_by("due_at")


def standing(user: User, quiz: Quiz) -> Standing:
    """Where the user stands in the quiz now. Two queries."""
    return standing_of(quiz, rules_for(user, quiz), tuple(attempts_of(user, quiz.slug)))


def counted_scores(
    user_ids: Collection[int], quizzes: Collection[Quiz]
) -> dict[tuple[int, str], QuizScore]:
    """`{(user id, quiz slug): result}` in one query; who has none is left out."""
    rows = (
        Attempt.objects.filter(
            user__in=user_ids,
            quiz__in=[quiz.slug for quiz in quizzes],
            status=Attempt.Status.MARKED,
        )
        .order_by()
        .values_list("user_id", "quiz", "number", "score", "max_score")
    )
    found: dict[tuple[int, str], list[Scored]] = defaultdict(list)
    for user, quiz, number, score, max_score in rows:
        found[user, quiz].append(Scored(number, score or 0, max_score))
    counts = {quiz.slug: quiz.rules.counts for quiz in quizzes}
    results = {key: counted(attempts, counts[key[1]]) for key, attempts in found.items()}
    return {
        key: QuizScore(one.score, one.max_score, len(found[key]))
        for key, one in results.items()
        if one
    }


def last_activity(user_ids: Collection[int]) -> dict[int, dt.datetime]:
    """When each user last began an attempt at a quiz, in one query."""
    rows = Attempt.objects.filter(user__in=user_ids).order_by().values_list("user_id")
    return dict(rows.annotate(last=Max("started_at")))
