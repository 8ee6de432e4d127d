"""Reads submissions, for one learner and for a whole cohort at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from labs import Verdict
from learn.accounts.models import User
from learn.cohorts.queries import learners_taught_by
from learn.core import resending
from learn.submissions.models import Status, Submission, Worker


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
    """The user's own submissions and runs, and those of learners whom the user teaches."""
    return Submission.with_runs.filter(Q(user=user) | Q(user__in=learners_taught_by(user)))


def submissions_of(user: User, lab: str) -> QuerySet[Submission]:
    """The user's submissions to the lab with this slug and runs of it, newest first."""
    return Submission.with_runs.filter(user=user, lab=lab)


def newest(user: User, lab: str) -> Submission | None:
    """The user's newest submission to the lab or run of it, or None."""
    return submissions_of(user, lab).first()


def workers() -> QuerySet[Worker]:
    """All grading workers that ever introduced themselves, the newest first."""
    return Worker.objects.all()


def lab_states(
    user_ids: Collection[int], labs: Collection[str]
) -> dict[tuple[int, str], LabState]:
    """`{(user id, lab slug): state}` in one query; who has submitted nothing is left out."""
    rows = (
        Submission.objects.filter(user__in=user_ids, lab__in=labs)
        .order_by("created_at", "pk")
        .only("user_id", "lab", "status", "verdict", "score", "max_score")
    )
    return states_of(rows)


def states_of(submissions: Iterable[Submission]) -> dict[tuple[int, str], LabState]:
    """As `lab_states`, of submissions that were read already, oldest first and without runs."""
    found: dict[tuple[int, str], list[Submission]] = defaultdict(list)
    for one in submissions:
        found[one.user_id, one.lab].append(one)
    return {key: _state(of_lab) for key, of_lab in found.items()}


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
    """When each user last submitted or ran anything, in one query."""
    rows = Submission.with_runs.filter(user__in=user_ids).order_by().values_list("user_id")
    return dict(rows.annotate(last=Max("created_at")))


def under_way(user_id: int, now: dt.datetime) -> QuerySet[Submission]:
    """The user's submissions whose message is with the workers, or on its way to them."""
    return _sent().filter(user=user_id).exclude(_lost(now))


def waiting(user_id: int) -> QuerySet[Submission]:
    """The user's submissions of which no message was sent yet, newest first."""
    return Submission.with_runs.filter(user=user_id, status=Status.QUEUED, sent_at=None)


def waits_for_earlier(submission: Submission) -> bool:
    """Whether it is sent as soon as another one of the user is graded."""
    if not submission.is_queued or submission.sent_at:
        return False
    return under_way(submission.user_id, timezone.now()).exists()


def place_in_queue(submission: Submission) -> int:
    """How many messages, its own with them, are to be worked off until it is graded."""
    ahead = _sent().filter(started_at=None, sent_at__lt=submission.sent_at)
    return ahead.count() + 1


def overdue(now: dt.datetime) -> QuerySet[Submission]:
    """Queued submissions whose message is to be sent, again or at last."""
    lost = _lost(now)
    others = _sent().filter(user=OuterRef("user")).exclude(lost)
    queued = Submission.with_runs.filter(status=Status.QUEUED).filter(Q(sent_at=None) | lost)
    # Those never sent come first: one that no worker survives must not hold up its user's others.
    by_age = (F("sent_at").asc(nulls_first=True), "created_at")
    return queued.filter(~Exists(others)).order_by(*by_age)


def _sent() -> QuerySet[Submission]:
    """Those without a report. Superseded ones count: their message takes a worker's time too."""
    return Submission.with_runs.filter(graded_at=None, sent_at__isnull=False)


def _lost(now: dt.datetime) -> Q:
    """Of the sent ones, those whose message or report must have got lost."""
    reports = _reports_since(now - resending.wait(resending.MAX_SENDS))
    return resending.lost(now, reports["last"], reports["overtaker"])


def _reports_since(moment: dt.datetime) -> dict[str, dt.datetime | None]:
    """When the last report came, and when the newest message with a report was sent.

    An engine error proves no worker: giving up leaves one too. And of a row that was sent twice
    nobody knows which message brought the report.
    """
    graded = Submission.with_runs.filter(graded_at__gt=moment)
    reports = graded.exclude(verdict=Verdict.ENGINE_ERROR)
    return reports.aggregate(
        last=Max("graded_at"), overtaker=Max("sent_at", filter=Q(send_count=1))
    )
