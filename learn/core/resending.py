"""Which messages to grading workers got lost, of rows with `sent_at` and `send_count`."""

import datetime as dt

from django.conf import settings
from django.db.models import Q

MAX_SENDS = 6


def lost(now: dt.datetime, last: dt.datetime | None, overtaker: dt.datetime | None) -> Q:
    """Of sent rows without an answer, those whose message or answer must have got lost.

    Each message is waited for twice as long as the one before. While answers keep coming (the
    `last` one came then), a message is not lost before a later one has overtaken it (`overtaker`:
    when the newest message with an answer was sent): the queue is only long, and would be longer
    with every message that is sent again.
    """
    overtaken = Q(sent_at__lt=overtaker) if overtaker else Q(pk__in=[])
    found = Q()
    for sends in range(1, MAX_SENDS + 1):
        limit = now - wait(sends)
        late = Q(send_count=sends, sent_at__lt=limit)
        found |= late & overtaken if last and last > limit else late
    return found


def wait(sends: int) -> dt.timedelta:
    """How long the answer to the last of so many messages is waited for."""
    return dt.timedelta(seconds=settings.SUBMISSION_RESEND_SECONDS * 2 ** (sends - 1))
