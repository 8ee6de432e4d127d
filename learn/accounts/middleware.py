"""Times on pages are those of the reader's clock."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from learn.accounts import time_zones
from learn.accounts.models import User

# Written by coldstart.js: what the browser says of its own zone.
COOKIE = "time_zone"


class TimeZoneMiddleware:
    """Answers in the zone that the user has chosen, else in the browser's, else in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(time_zones.zone_named(zone_name(request))):
            return self.get_response(request)


def zone_name(request: HttpRequest) -> str:
    """ "" if nobody has said anything."""
    return chosen(request) or request.COOKIES.get(COOKIE, "")


def chosen(request: HttpRequest) -> str:
    """What the user has chosen. Who has no session is not looked for, and costs no query."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return request.user.time_zone if isinstance(request.user, User) else ""
