"""Writes submissions and workers. Every change of a row's status is a compare-and-set."""

import datetime as dt
import logging
import secrets
import uuid
from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from labs import GradeReport, LabSpec, Verdict, check_files
from learn.accounts.locking import lock_user
from learn.accounts.models import User
from learn.core.resending import MAX_SENDS
from learn.submissions import messages, queries
from learn.submissions.introductions import Introduction
from learn.submissions.models import Kind, Status, Submission, Worker
from learn.submissions.reports import Report, dump_report
from learn.submissions.signals import report_recorded

logger = logging.getLogger(__name__)

# Of one learner and lab. What a run told is worth nothing once the code has changed.
RUNS_KEPT = 20
# A sweep ends early enough for the next one; what is left over is the next one's.
SWEEP_SIZE = 100
GIVEN_UP = (
    "The grading did not answer. This is our fault, not your code's, and costs no attempt: "
    "please submit again."
)


def submit(
    user: User,
    spec: LabSpec,
    files: Mapping[str, str | bytes],
    kind: Kind = Kind.SUBMISSION,
) -> Submission:
    """Store the files as the user's newest submission to the lab, or run, and have it graded.

    Raises:
        SubmissionError: the files break a rule; nothing is stored.
    """
    checked = check_files(files, allowed=spec.file_names)
    with transaction.atomic():
        # Two submits at once would both be the newest, which the database refuses.
        lock_user(user.pk)
        submission = _store(user, spec, checked, kind)
        _send_on_commit(submission)
    return submission


def _store(user: User, spec: LabSpec, files: dict[str, str], kind: Kind) -> Submission:
    queued = queries.submissions_of(user, spec.slug).filter(status=Status.QUEUED)
    if kind == Kind.RUN:
        # A submission counts: no run takes its place.
        queued = queued.filter(kind=Kind.RUN)
    queued.update(status=Status.SUPERSEDED)
    return Submission.with_runs.create(
        user=user,
        lab=spec.slug,
        kind=kind,
        content_hash=spec.content_hash,
        files=files,
        seed=secrets.randbelow(2**31),
        created_at=timezone.now(),
    )


def record_report(submission_id: uuid.UUID, report: Report) -> bool:
    """Grade the queued row. False if it is graded or superseded already, or of another lab.

    Whatever becomes of the report, a worker is done with its message, and the user's next one may
    be sent.
    """
    rows = Submission.with_runs.filter(pk=submission_id, lab=report.grade.lab)
    user_id = rows.values_list("user_id", flat=True).first()
    if user_id is None:
        return False
    with transaction.atomic():
        lock_user(user_id)
        recorded = _grade(rows.filter(status=Status.QUEUED), report)
        if recorded:
            _tell(rows.get(), report.grade)
        rows.filter(status=Status.SUPERSEDED, graded_at=None).update(graded_at=timezone.now())
        if waiting := queries.waiting(user_id).first():
            _send_on_commit(waiting)
    return recorded


def _tell(submission: Submission, report: GradeReport) -> None:
    """A submission's report goes on to whom it concerns. A run's concerns its learner alone."""
    if not submission.is_run:
        report_recorded.send(Submission, submission=submission, report=report)
        return
    runs = queries.submissions_of(submission.user, submission.lab).filter(kind=Kind.RUN)
    kept = list(runs.values_list("pk", flat=True)[:RUNS_KEPT])
    runs.exclude(pk__in=kept).filter(graded_at__isnull=False).delete()


def record_start(submission_id: uuid.UUID, started_at: dt.datetime) -> None:
    """Note that a worker has begun with the queued row."""
    rows = Submission.with_runs.filter(pk=submission_id, status=Status.QUEUED)
    rows.update(started_at=started_at)


def record_worker(introduction: Introduction) -> None:
    """Store what a grading worker told of itself, in place of what it told before."""
    Worker.objects.update_or_create(
        name=introduction.name,
        defaults={
            "tier": introduction.tier,
            "engine_version": introduction.engine_version,
            "kernel": introduction.kernel,
            "findings": introduction.findings_json,
            "started_at": introduction.started_at,
        },
    )


def resend_lost() -> int:
    """Send the messages that seem to be lost, and return how many. Safe to run twice at once."""
    sent = 0
    for submission in queries.overdue(timezone.now())[:SWEEP_SIZE]:
        if submission.send_count >= MAX_SENDS:
            _give_up(submission)
        elif _claim_alone(submission):
            if not _deliver(submission):
                break  # the others would wait for the same dead broker
            sent += 1
    return sent


def _send_on_commit(submission: Submission) -> None:
    """Send the row's message, unless another one of the user is under way. The user is locked."""
    if _claim(submission):
        transaction.on_commit(partial(_deliver, submission))


def _claim_alone(submission: Submission) -> bool:
    with transaction.atomic():
        lock_user(submission.user_id)
        return _claim(submission)


def _claim(submission: Submission) -> bool:
    """Whether the caller, and nobody else, is to send the message, and now. The user is locked.

    A worker is everybody's: who submits forty times in a row must not fill the queue.
    """
    now = timezone.now()
    if queries.under_way(submission.user_id, now).exists():
        return False
    count = submission.send_count + 1
    if (
        not _unchanged(submission)
        .filter(status=Status.QUEUED)
        .update(sent_at=now, send_count=count)
    ):
        return False
    submission.sent_at = now
    submission.send_count = count
    return True


def _deliver(submission: Submission) -> bool:
    """Send the row's message, or note that it was not sent, so that the sweeper does it soon."""
    if messages.send(submission):
        return True
    _unchanged(submission).update(sent_at=None, send_count=submission.send_count - 1)
    submission.sent_at = None
    submission.send_count -= 1
    return False


def _give_up(submission: Submission) -> None:
    logger.error("no report for submission %s: giving up", submission.pk)
    grade = GradeReport(
        lab=submission.lab,
        verdict=Verdict.ENGINE_ERROR,
        message=GIVEN_UP,
        content_hash=submission.content_hash,
        seed=submission.seed,
    )
    queued = _unchanged(submission).filter(status=Status.QUEUED)
    _grade(queued, Report(grade=grade, timings=None))


def _unchanged(submission: Submission) -> QuerySet[Submission]:
    """The row, if no report came and nobody has sent it since it was read."""
    return Submission.with_runs.filter(
        pk=submission.pk,
        graded_at=None,
        sent_at=submission.sent_at,
        send_count=submission.send_count,
    )


def _grade(rows: QuerySet[Submission], report: Report) -> bool:
    return bool(
        rows.update(
            status=Status.GRADED,
            verdict=report.grade.verdict,
            score=report.grade.score,
            max_score=report.grade.max_score,
            report=dump_report(report),
            # The lab may have changed since: the row names what graded it, if a worker knew it.
            content_hash=report.grade.content_hash or F("content_hash"),
            graded_at=timezone.now(),
        )
    )
