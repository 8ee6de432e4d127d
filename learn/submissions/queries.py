"""Reads submissions, for one learner and for a whole cohort at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from labs import Verdict
from learn.accounts.models import User
from learn.cohorts.queries import learners_taught_by
from learn.submissions.models import Status, Submission

MAX_SENDS = 6


@dataclass(frozen=True)
class LabState:
    """Where a learner stands with one lab.

    `status` is "passed", "queued", or the verdict of the newest graded submission. `attempts`
    counts those that cost one; `newest` is the id of the newest submission.
    """

    status: str
    score: int
    max_score: int
    attempts: int
    newest: str

    @property
    def passed(self) -> bool:
        return self.status == Verdict.PASSED


def visible_to(user: User) -> QuerySet[Submission]:
    """The user's own submissions, and those of learners whom the user teaches."""
    return Submission.objects.filter(Q(user=user) | Q(user__in=learners_taught_by(user)))


def submissions_of(user: User, lab: str) -> QuerySet[Submission]:
    """The user's submissions to the lab with this slug, newest first."""
    return Submission.objects.filter(user=user, lab=lab)


def newest(user: User, lab: str) -> Submission | None:
    """The user's newest submission to the lab, or None."""
    return submissions_of(user, lab).first()


def lab_states(
    user_ids: Collection[int], labs: Collection[str]
) -> dict[tuple[int, str], LabState]:
    """`{(user id, lab slug): state}` in one query; who has submitted nothing is left out."""
    rows = (
        Submission.objects.filter(user__in=user_ids, lab__in=labs)
        .order_by("created_at", "pk")
        .only("user_id", "lab", "status", "verdict", "score", "max_score")
    )
    found: dict[tuple[int, str], list[Submission]] = defaultdict(list)
    for row in rows:
        found[row.user_id, row.lab].append(row)
    return {key: _state(submissions) for key, submissions in found.items()}


def lab_state(user: User, lab: str) -> LabState | None:
    """Where the user stands with the lab, or None before the first submission."""
    return lab_states([user.pk], [lab]).get((user.pk, lab))


def _state(submissions: list[Submission]) -> LabState:
    """The state that submissions to one lab, oldest first, add up to."""
    graded = [one for one in submissions if one.status == Status.GRADED]
    passed = [one for one in graded if one.passed]
    shown = (passed or graded or submissions)[-1]
    return LabState(
        status=shown.verdict or Status.QUEUED,
        score=shown.score,
        max_score=shown.max_score,
        attempts=sum(Verdict(one.verdict).costs_attempt for one in graded),
        newest=str(submissions[-1].pk),
    )


def last_activity(user_ids: Collection[int]) -> dict[int, dt.datetime]:
    """When each user last submitted anything, in one query."""
    rows = Submission.objects.filter(user__in=user_ids).order_by().values_list("user_id")
    return dict(rows.annotate(last=Max("created_at")))


def overdue(now: dt.datetime) -> QuerySet[Submission]:
    """Queued submissions whose message was never sent, or sent so long ago that it may be lost.

    Each message is waited for twice as long as the one before: a long queue is no loss.
    """
    first_wait = dt.timedelta(seconds=settings.SUBMISSION_RESEND_SECONDS)
    late = Q(sent_at=None)
    for sends in range(1, MAX_SENDS + 1):
        late |= Q(send_count=sends, sent_at__lt=now - first_wait * 2 ** (sends - 1))
    return Submission.objects.filter(late, status=Status.QUEUED).order_by("created_at")
