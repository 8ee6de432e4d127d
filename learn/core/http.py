"""Answers that differ between a page load and an htmx request."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django_htmx.http import HttpResponseClientRedirect


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def log_in_first(request: HttpRequest, then: str) -> HttpResponse:
    """Sends the browser to the log-in page, and from there to the path `then`."""
    log_in = redirect_to_login(then)
    # A plain redirect would put the log-in page into the part of the page that htmx swaps.
    return HttpResponseClientRedirect(log_in.url) if is_htmx(request) else log_in
