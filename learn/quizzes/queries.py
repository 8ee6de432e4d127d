"""Reads attempts, for one learner and for a whole cohort at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from learn.accounts.models import User
from learn.cohorts.queries import learners_taught_by
from learn.quizzes.models import Attempt


@dataclass(frozen=True)
class QuizScore:
    """A learner's best attempt at one quiz."""

    score: float
    max_score: int
    attempts: int


def visible_to(user: User) -> QuerySet[Attempt]:
    """The user's own attempts, and those of learners whom the user teaches."""
    return Attempt.objects.filter(Q(user=user) | Q(user__in=learners_taught_by(user)))


def attempts_of(user: User, quiz: str) -> QuerySet[Attempt]:
    """The user's attempts at the quiz with this slug, newest first."""
    return Attempt.objects.filter(user=user, quiz=quiz)


def best_score(user: User, quiz: str) -> QuizScore | None:
    """The user's best attempt, or None without any."""
    return best_scores([user.pk], [quiz]).get((user.pk, quiz))


def best_scores(
    user_ids: Collection[int], quizzes: Collection[str]
) -> dict[tuple[int, str], QuizScore]:
    """`{(user id, quiz slug): best attempt}` in one query; who has none is left out."""
    rows = (
        Attempt.objects.filter(user__in=user_ids, quiz__in=quizzes, score__isnull=False)
        .order_by()
        .values_list("user_id", "quiz", "score", "max_score")
    )
    found: dict[tuple[int, str], list[tuple[float, int]]] = defaultdict(list)
    for user, quiz, score, max_score in rows:
        found[user, quiz].append((score or 0, max_score))
    return {key: QuizScore(*max(scores, key=_share), len(scores)) for key, scores in found.items()}


def _share(score: tuple[float, int]) -> float:
    # A quiz may have grown since the attempt: 4 of 5 is better than 4 of 6.
    return score[0] / max(score[1], 1)


def last_activity(user_ids: Collection[int]) -> dict[int, dt.datetime]:
    """When each user last answered a quiz, in one query."""
    rows = Attempt.objects.filter(user__in=user_ids).order_by().values_list("user_id")
    return dict(rows.annotate(last=Max("started_at")))
