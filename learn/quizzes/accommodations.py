"""Writes what a learner needs in quizzes."""

from django.utils import timezone

from learn.accounts.models import User
from learn.quizzes.models import Accommodation


def accommodate(
    learner: User, given_by: User, *, time_percent: int, extra_attempts: int, reason: str
) -> Accommodation:
    """In place of what was given before. It holds from the learner's next attempt on."""
    accommodation, _ = Accommodation.objects.update_or_create(
        user=learner,
        defaults={
            "time_percent": time_percent,
            "extra_attempts": extra_attempts,
            "reason": reason,
            "given_by": given_by,
            "given_at": timezone.now(),
        },
    )
    return accommodation


def withdraw(learner: User) -> None:
    """From the next attempt on, the learner has what everybody has."""
    Accommodation.objects.filter(user=learner).delete()
