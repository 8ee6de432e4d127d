"""Writes runs and what came of them. Every change of a row's status is a compare-and-set."""

import logging
import secrets
import uuid
from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from labs import PlaygroundReport, Verdict
from learn.accounts.locking import lock_user
from learn.accounts.models import User
from learn.core.resending import MAX_SENDS
from learn.playground import messages, queries
from learn.playground.limits import MAX_QUEUED, TOO_MANY
from learn.playground.models import PlaygroundRun, Status
from learn.playground.programs import check_program
from learn.playground.reports import dump_report

logger = logging.getLogger(__name__)

RUNS_KEPT = 50
# A sweep ends early enough for the next one; what is left over is the next one's.
SWEEP_SIZE = 100


class BusyError(Exception):
    """So many runs of this person wait that no more are taken. The message is for the page."""


def run(user: User, files: Mapping[str, str | bytes]) -> PlaygroundRun:
    """Store the program, main.py and what it imports, and have it run against an empty account.

    Raises:
        SubmissionError: the files break a rule; nothing is stored.
        BusyError: too many runs of the user wait; nothing is stored.
    """
    checked = check_program(files)
    with transaction.atomic():
        lock_user(user.pk)
        if queries.queued(user.pk).count() >= MAX_QUEUED:
            raise BusyError(TOO_MANY)
        stored = PlaygroundRun.objects.create(
            user=user,
            files=checked,
            seed=secrets.randbelow(2**31),
            created_at=timezone.now(),
        )
        _send_on_commit(stored)
    return stored


def record_report(run_id: uuid.UUID, report: PlaygroundReport) -> bool:
    """Keep what a run did, and have the user's next one sent. False: too late, or twice."""
    rows = PlaygroundRun.objects.filter(pk=run_id, status=Status.QUEUED)
    user_id = rows.values_list("user_id", flat=True).first()
    if user_id is None:
        return False
    with transaction.atomic():
        lock_user(user_id)
        recorded = _finish(rows, report)
        _prune(user_id)
        if waiting := queries.waiting(user_id).first():
            _send_on_commit(waiting)
    return recorded


def resend_lost() -> int:
    """Send the messages that seem to be lost, and return how many. Safe to run twice at once."""
    sent = 0
    for found in queries.overdue(timezone.now())[:SWEEP_SIZE]:
        if found.send_count >= MAX_SENDS:
            _give_up(found)
        elif _claim_alone(found):
            if not _deliver(found):
                break  # the others would wait for the same dead broker
            sent += 1
    return sent


def _send_on_commit(found: PlaygroundRun) -> None:
    """Send the run's message, unless another one of the user is under way. The user is locked."""
    if _claim(found):
        transaction.on_commit(partial(_deliver, found))


def _claim_alone(found: PlaygroundRun) -> bool:
    with transaction.atomic():
        lock_user(found.user_id)
        return _claim(found)


def _claim(found: PlaygroundRun) -> bool:
    """Whether the caller, and nobody else, is to send the message, and now. The user is locked."""
    now = timezone.now()
    if queries.under_way(found.user_id, now).exists():
        return False
    count = found.send_count + 1
    if not _unchanged(found).update(sent_at=now, send_count=count):
        return False
    found.sent_at, found.send_count = now, count
    return True


def _deliver(found: PlaygroundRun) -> bool:
    """Send the run's message, or note that it was not sent, so that the sweeper does it soon."""
    if messages.send(found):
        return True
    _unchanged(found).update(sent_at=None, send_count=found.send_count - 1)
    found.sent_at = None
    found.send_count -= 1
    return False


def _give_up(found: PlaygroundRun) -> None:
    logger.error("no report for run %s: giving up", found.pk)
    _finish(_unchanged(found), PlaygroundReport(Verdict.ENGINE_ERROR))


def _unchanged(found: PlaygroundRun) -> QuerySet[PlaygroundRun]:
    """The row, if no report came and nobody has sent it since it was read."""
    return PlaygroundRun.objects.filter(
        pk=found.pk,
        status=Status.QUEUED,
        sent_at=found.sent_at,
        send_count=found.send_count,
    )


def _finish(rows: QuerySet[PlaygroundRun], report: PlaygroundReport) -> bool:
    return bool(
        rows.update(
            status=Status.DONE,
            verdict=report.verdict,
            report=dump_report(report),
            done_at=timezone.now(),
        )
    )


def _prune(user_id: int) -> None:
    """Old runs go: the code that is worth keeping is a snippet."""
    done = PlaygroundRun.objects.filter(user=user_id, status=Status.DONE)
    kept = list(done.values_list("pk", flat=True)[:RUNS_KEPT])
    done.exclude(pk__in=kept).delete()
