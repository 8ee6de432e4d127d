"""How often one person may answer the questions in lessons."""

from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from learn.accounts.models import User
from learn.core.throttle import Throttle

TOO_FAST = gettext_noop(
    "That was very often within a minute. Wait a minute, then send your answer again."
)

LEARNERS = Throttle("checks", amount=60, seconds=60)
# A whole classroom may sit behind one address.
ADDRESSES = Throttle("guest-checks", amount=600, seconds=60)


def is_too_fast(request: HttpRequest) -> bool:
    """Whether the sender must wait. If not, this request is counted."""
    if isinstance(request.user, User):
        throttle, who = LEARNERS, request.user.pk
    else:
        address = get_adapter(request).get_client_ip(request)
        throttle, who = ADDRESSES, int(ip_address(address))
    return throttle.refuses(who)
