"""Ending sessions."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from learn.accounts.models import User


@transaction.atomic
def end_sessions(user: User, except_key: str | None = None) -> None:
    """Logs the user out everywhere, or everywhere else."""
    rows = UserSession.objects.filter(user=user).exclude(session_key=except_key)
    Session.objects.filter(
        session_key__in=list(rows.values_list("session_key", flat=True))
    ).delete()
    rows.delete()
