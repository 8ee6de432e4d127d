"""How often one person may have an answer evaluated by a grading worker."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from learn.core.throttle import Throttle

TOO_FAST = _(
    "You have answered very often within a minute, so this was not taken. Your answer is still "
    "here: wait a minute, then send it again."
)


def is_too_fast(user_id: int) -> bool:
    """Whether the user must wait. If not, this answer is counted."""
    amount: int = settings.SUBMISSIONS_PER_MINUTE
    return Throttle("evaluations", amount, seconds=60).refuses(user_id)
