"""Keeps what a learner has typed and not submitted: the newest text, and versions before it."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from learn.accounts.locking import lock_user
from learn.accounts.models import User
from learn.core.throttle import Throttle
from learn.submissions import queries
from learn.submissions.models import Draft, Submission

# A version is written over for so long; then typing goes on in a new one.
VERSION_TIME = dt.timedelta(minutes=2)
# Of one learner and lab.
MAX_VERSIONS = 50
MAX_BYTES = 1024 * 1024
SUBMISSIONS_SHOWN = 60
SAVES_PER_MINUTE = 120


@dataclass(frozen=True)
class Saving:
    """One autosave. `base` names the text from which it goes on; `is_new` asks for a version."""

    files: Mapping[str, str]
    token: uuid.UUID
    base: str = ""
    is_new: bool = False


@dataclass(frozen=True)
class Version:
    """A text that can be brought back: a draft, or a submission or run."""

    key: uuid.UUID
    at: dt.datetime
    files: Mapping[str, str]
    submission: Submission | None = None


def drafts_of(user: User, lab: str) -> QuerySet[Draft]:
    """The user's drafts of the lab with this slug, newest first."""
    return Draft.objects.filter(user=user, lab=lab)


def newest_version(user: User, lab: str, submission: Submission | None) -> Version | None:
    """What the user wrote last: a draft, or the newest submission, which the caller has."""
    draft = drafts_of(user, lab).first()
    if draft and not (submission and submission.created_at > draft.saved_at):
        return _of_draft(draft)
    return _of_submission(submission) if submission else None


def versions(user: User, lab: str) -> list[Version]:
    """All that can be brought back, newest first. Two queries."""
    submitted = queries.submissions_of(user, lab).defer("report")[:SUBMISSIONS_SHOWN]
    found = [_of_draft(draft) for draft in drafts_of(user, lab)]
    found += [_of_submission(submission) for submission in submitted]
    return sorted(found, key=lambda version: version.at, reverse=True)


def version(user: User, lab: str, key: uuid.UUID) -> Version | None:
    """The user's version with this key, or None."""
    if draft := drafts_of(user, lab).filter(token=key).first():
        return _of_draft(draft)
    submission = queries.submissions_of(user, lab).filter(pk=key).first()
    return _of_submission(submission) if submission else None


def save(user: User, lab: str, saving: Saving) -> None:
    """Keep the text as the user's newest version. What was saved already changes nothing."""
    with transaction.atomic():
        # Two tabs that save at once take turns.
        lock_user(user.pk)
        if Draft.objects.filter(user=user, token=saving.token).exists():
            return
        if not _write_over(user, lab, saving):
            _add(user, lab, saving)
            _prune(user, lab)


def is_too_often(user: User) -> bool:
    """Whether this user saves more often than any page does. If not, this time is counted."""
    return Throttle("drafts", SAVES_PER_MINUTE, seconds=60).refuses(user.pk)


def _write_over(user: User, lab: str, saving: Saving) -> bool:
    """Put the text into the newest version, if it goes on from that one and that one is young."""
    newest = drafts_of(user, lab).first()
    now = timezone.now()
    if saving.is_new or newest is None or str(newest.token) != saving.base:
        return False
    if now - newest.began_at > VERSION_TIME:
        return False
    newest.token, newest.files, newest.saved_at = saving.token, dict(saving.files), now
    newest.size_bytes = _size_bytes(saving.files)
    newest.save()
    return True


def _add(user: User, lab: str, saving: Saving) -> None:
    now = timezone.now()
    Draft.objects.create(
        user=user,
        lab=lab,
        token=saving.token,
        files=dict(saving.files),
        size_bytes=_size_bytes(saving.files),
        began_at=now,
        saved_at=now,
    )


def _prune(user: User, lab: str) -> None:
    """Drop the oldest versions past the limits, but never the newest."""
    sizes = drafts_of(user, lab).values_list("pk", "size_bytes")
    Draft.objects.filter(pk__in=list(_too_many(sizes))).delete()


def _too_many(sizes: QuerySet[Draft, tuple[int, int]]) -> Iterator[int]:
    total = 0
    for place, (pk, size_bytes) in enumerate(sizes):
        total += size_bytes
        if place and (place >= MAX_VERSIONS or total > MAX_BYTES):
            yield pk


def _size_bytes(files: Mapping[str, str]) -> int:
    return sum(len(text.encode()) for text in files.values())


def _of_draft(draft: Draft) -> Version:
    return Version(draft.token, draft.saved_at, draft.files)


def _of_submission(submission: Submission) -> Version:
    return Version(submission.pk, submission.created_at, submission.files, submission)
