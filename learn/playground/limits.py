"""How often one person may run a program, and how many are kept."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from learn.accounts.models import User
from learn.core.throttle import Throttle

# Of one program; the course's own files, which it may import, come in addition.
MAX_FILES = 10
MAX_SNIPPETS = 100
# Of one person, the one that is under way among them.
MAX_QUEUED = 4
TOO_FAST = _(
    "You have run programs very often within a minute, so this one was not run. Wait a minute, "
    "then run it again."
)
TOO_MANY = _(
    "Your earlier runs are not done yet, so this one was not taken. Wait for their results, then "
    "run it again."
)


TOO_MANY_SNIPPETS = _(
    "You have %(max)d snippets, and no more are kept. Delete one, then save this one again."
)


def is_too_fast(user: User) -> bool:
    """Whether the user must wait. If not, this run is counted."""
    amount: int = settings.SUBMISSIONS_PER_MINUTE
    return Throttle("playground", amount, seconds=60).refuses(user.pk)
