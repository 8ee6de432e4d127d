"""Whose answer is with a grading worker: one of each user at a time, and what got lost again.

The row is the truth, a message only a hint: as of submissions, which share the workers.
"""

import datetime as dt
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from learn.accounts.locking import lock_user
from learn.core import resending
from learn.core.resending import MAX_SENDS
from learn.quizzes import messages
from learn.quizzes.models import Answer

type Json = dict[str, Any]


def send_on_commit(answer: Answer, job: Json) -> None:
    """Send the answer's message, unless another of the user is under way. The user is locked."""
    if _claim(answer):
        transaction.on_commit(partial(_deliver, answer, job))


def send_alone(answer: Answer, job: Json) -> bool | None:
    """Send it now. None if it is not the caller's to send, False if the broker is down."""
    with transaction.atomic():
        lock_user(answer.user_id)
        claimed = _claim(answer)
    return _deliver(answer, job) if claimed else None


def waiting(user_id: int) -> QuerySet[Answer]:
    """The user's answers of which no message was sent yet, oldest first."""
    return _marking().filter(user=user_id, sent_at=None).order_by("answered_at", "pk")


def overdue(now: dt.datetime) -> QuerySet[Answer]:
    """Answers whose message is to be sent, again or at last."""
    lost = _lost(now)
    others = _under_way().filter(user=OuterRef("user")).exclude(lost)
    # Those never sent come first: one that no worker survives must not hold up its user's others.
    by_age = (F("sent_at").asc(nulls_first=True), "answered_at")
    due = _marking().filter(Q(sent_at=None) | lost).filter(~Exists(others))
    return due.order_by(*by_age)


def _marking() -> QuerySet[Answer]:
    return Answer.objects.filter(status=Answer.Status.MARKING)


def _under_way() -> QuerySet[Answer]:
    """Those with a worker, or on the way: one that broke there has an evaluation, and is not."""
    return _marking().filter(sent_at__isnull=False, evaluation__isnull=True)


def _claim(answer: Answer) -> bool:
    """Whether the caller, and nobody else, is to send the message, and now. The user is locked."""
    now = timezone.now()
    if _under_way().filter(user=answer.user_id).exclude(_lost(now)).exists():
        return False
    count = min(answer.send_count + 1, MAX_SENDS)
    if not _unchanged(answer).update(sent_at=now, send_count=count, evaluation=None):
        return False
    answer.sent_at, answer.send_count = now, count
    return True


def _deliver(answer: Answer, job: Json) -> bool:
    """Send the message, or note that it was not sent, so that the sweeper does it soon."""
    if messages.send(answer, job):
        return True
    _unchanged(answer).update(sent_at=None, send_count=answer.send_count - 1)
    answer.sent_at = None
    answer.send_count -= 1
    return False


def _unchanged(answer: Answer) -> QuerySet[Answer]:
    """The row, if it still waits and nobody has sent it since it was read."""
    return _marking().filter(pk=answer.pk, sent_at=answer.sent_at, send_count=answer.send_count)


def _lost(now: dt.datetime) -> Q:
    """Of the sent ones, those whose message or evaluation must have got lost."""
    recent = now - resending.wait(MAX_SENDS)
    done = Answer.objects.filter(sent_at__isnull=False, marked_at__gt=recent).aggregate(
        last=Max("marked_at"), overtaker=Max("sent_at", filter=Q(send_count=1))
    )
    return resending.lost(now, done["last"], done["overtaker"])
