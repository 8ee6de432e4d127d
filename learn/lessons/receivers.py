"""Hears of who logs in or signs up."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import ngettext

from learn.accounts.models import User
from learn.lessons import guests


@receiver(user_logged_in)
def on_logged_in(request: HttpRequest | None, user: User, **_: Any) -> None:
    """What was answered in this browser before is the user's from now on."""
    if request is None:
        return
    if count := guests.take_over(request.session, user):
        told = ngettext(
            "Your answer from before is kept: it counts for your progress.",
            "Your %(count)d answers from before are kept: they count for your progress.",
            count,
        )
        messages.success(request, told % {"count": count})
