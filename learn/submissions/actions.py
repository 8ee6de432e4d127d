"""Writes submissions. Every change of a row's status is a compare-and-set."""

import datetime as dt
import logging
import secrets
import uuid
from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from labs import GradeReport, LabSpec, Verdict, check_files
from learn.accounts.models import User
from learn.submissions import messages, queries
from learn.submissions.models import Status, Submission
from learn.submissions.reports import Report, dump_report

logger = logging.getLogger(__name__)

# A sweep ends early enough for the next one; what is left over is the next one's.
SWEEP_SIZE = 100
GIVEN_UP = (
    "The grading did not answer. This is our fault, not your code's, and costs no attempt: "
    "please submit again."
)


def submit(user: User, spec: LabSpec, files: Mapping[str, str | bytes]) -> Submission:
    """Store the files as the user's newest submission to the lab, and have it graded.

    Raises:
        SubmissionError: the files break a rule; nothing is stored.
    """
    checked = check_files(files, allowed=spec.file_names)
    with transaction.atomic():
        submission = _store(user, spec, checked)
        transaction.on_commit(partial(_deliver, submission))
    return submission


def _store(user: User, spec: LabSpec, files: dict[str, str]) -> Submission:
    # One submit of a user after the other: otherwise two at once would both be the newest, which
    # the database refuses. SQLite knows no such lock and needs none, as it has one writer only.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    queries.submissions_of(user, spec.slug).filter(status=Status.QUEUED).update(
        status=Status.SUPERSEDED
    )
    now = timezone.now()
    return Submission.objects.create(
        user=user,
        lab=spec.slug,
        content_hash=spec.content_hash,
        files=files,
        seed=secrets.randbelow(2**31),
        created_at=now,
        sent_at=now,
        send_count=1,
    )


def _deliver(submission: Submission) -> bool:
    """Send the row's message, or note that it was not sent, so that the sweeper does it soon."""
    if messages.send(submission):
        return True
    _unchanged(submission).update(sent_at=None, send_count=submission.send_count - 1)
    submission.sent_at = None
    submission.send_count -= 1
    return False


def record_report(submission_id: uuid.UUID, report: Report) -> bool:
    """Grade the queued row. False if it is graded or superseded already, or of another lab."""
    queued = Submission.objects.filter(
        pk=submission_id, lab=report.grade.lab, status=Status.QUEUED
    )
    return _grade(queued, report)


def resend_lost() -> int:
    """Send the messages that seem to be lost, and return how many. Safe to run twice at once."""
    now = timezone.now()
    sent = 0
    for submission in queries.overdue(now)[:SWEEP_SIZE]:
        if submission.send_count >= queries.MAX_SENDS:
            _give_up(submission)
        elif _claim(submission, now):
            if not _deliver(submission):
                break  # the others would wait for the same dead broker
            sent += 1
    return sent


def _claim(submission: Submission, now: dt.datetime) -> bool:
    """Whether this sweeper, and no other, is to send the message."""
    count = submission.send_count + 1
    if not _unchanged(submission).update(sent_at=now, send_count=count):
        return False
    submission.sent_at = now
    submission.send_count = count
    return True


def _give_up(submission: Submission) -> None:
    logger.error("no report for submission %s: giving up", submission.pk)
    grade = GradeReport(
        lab=submission.lab,
        verdict=Verdict.ENGINE_ERROR,
        message=GIVEN_UP,
        content_hash=submission.content_hash,
        seed=submission.seed,
    )
    _grade(_unchanged(submission), Report(grade=grade, timings=None))


def _unchanged(submission: Submission) -> QuerySet[Submission]:
    """The row, if it is still queued and nobody has sent it since it was read."""
    return Submission.objects.filter(
        pk=submission.pk,
        status=Status.QUEUED,
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
            graded_at=timezone.now(),
        )
    )
