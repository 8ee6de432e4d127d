"""How often one person may submit."""

from django.conf import settings

from learn.accounts.models import User
from learn.core.throttle import Throttle

TOO_FAST = (
    "You have submitted very often within a minute, so this was not submitted. Your code is still "
    "here: wait a minute, then submit it again."
)


def is_too_fast(user: User) -> bool:
    """Whether the user must wait. If not, this submission is counted."""
    amount: int = settings.SUBMISSIONS_PER_MINUTE
    return Throttle("submissions", amount, seconds=60).refuses(user.pk)
