"""Reads runs and snippets: one's own, what fellows share, and runs whose message got lost."""

import datetime as dt

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from labs import Verdict
from learn.accounts.models import User
from learn.cohorts.queries import fellows_of
from learn.core import resending
from learn.playground.models import PlaygroundRun, Snippet, Status


def runs_of(user: User) -> QuerySet[PlaygroundRun]:
    """The user's own runs, newest first; nobody else sees them."""
    return PlaygroundRun.objects.filter(user=user)


def snippets_of(user: User) -> QuerySet[Snippet]:
    """The user's own snippets, the one that was changed last first."""
    return Snippet.objects.filter(user=user)


def visible_snippets(user: User) -> QuerySet[Snippet]:
    """The user's own, and what people share who are in a cohort of the user's."""
    shared = Q(is_shared=True, user__in=fellows_of(user))
    return Snippet.objects.filter(Q(user=user) | shared)


def queued(user_id: int) -> QuerySet[PlaygroundRun]:
    """The user's runs that are not done."""
    return _queued().filter(user=user_id)


def waiting(user_id: int) -> QuerySet[PlaygroundRun]:
    """The user's runs of which no message was sent yet, oldest first."""
    return queued(user_id).filter(sent_at=None).order_by("created_at", "pk")


def under_way(user_id: int, now: dt.datetime) -> QuerySet[PlaygroundRun]:
    """The user's runs whose message is with the workers, or on its way to them."""
    return queued(user_id).filter(sent_at__isnull=False).exclude(_lost(now))


def waits_for_earlier(run: PlaygroundRun) -> bool:
    """Whether it is sent as soon as another one of the user is done."""
    if not run.is_queued or run.sent_at:
        return False
    return under_way(run.user_id, timezone.now()).exists()


def overdue(now: dt.datetime) -> QuerySet[PlaygroundRun]:
    """Runs whose message is to be sent, again or at last."""
    lost = _lost(now)
    others = _queued().filter(user=OuterRef("user"), sent_at__isnull=False).exclude(lost)
    # Those never sent come first: one that no worker survives must not hold up its user's others.
    by_age = (F("sent_at").asc(nulls_first=True), "created_at")
    due = _queued().filter(Q(sent_at=None) | lost).filter(~Exists(others))
    return due.order_by(*by_age)


def _queued() -> QuerySet[PlaygroundRun]:
    return PlaygroundRun.objects.filter(status=Status.QUEUED)


def _lost(now: dt.datetime) -> Q:
    """Of the sent ones, those whose message or report must have got lost.

    An engine error proves no worker: giving up leaves one too.
    """
    recent = PlaygroundRun.objects.filter(done_at__gt=now - resending.wait(resending.MAX_SENDS))
    reports = recent.exclude(verdict=Verdict.ENGINE_ERROR).aggregate(
        last=Max("done_at"), overtaker=Max("sent_at", filter=Q(send_count=1))
    )
    return resending.lost(now, reports["last"], reports["overtaker"])
