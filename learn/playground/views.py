"""Running a program, and the result that the page waits for."""

import uuid
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from labs import SubmissionError
from learn.accounts.models import User
from learn.core.http import is_htmx, log_in_first
from learn.playground import actions, queries
from learn.playground.limits import TOO_FAST, is_too_fast
from learn.playground.models import PlaygroundRun
from learn.playground.presentation import ShownRun
from learn.submissions.forms import TOO_LONG, is_too_long, submitted_files


# The CSRF check reads the whole form, and Django refuses a very long one with a bare 400: so the
# length is looked at first, and the check comes after.
@csrf_exempt
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Has the fields file-<name> run as a program, main.py first; the answer is its result.

    With the field `pictures` the result has all calls and the account, else a link to them.
    """
    if is_too_long(request):
        return _refuse(request, TOO_LONG, HTTPStatus.CONTENT_TOO_LARGE)
    _ = request.body  # Keeps the bytes, which a multipart form's parser would use up.
    return _run(request)


@csrf_protect
def _run(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return log_in_first(request, urlsplit(request.META.get("HTTP_REFERER", "/")).path)
    if is_too_fast(request.user):
        return _refuse(request, str(TOO_FAST), HTTPStatus.TOO_MANY_REQUESTS)
    try:
        stored = actions.run(request.user, submitted_files(request))
    except SubmissionError as error:
        return _refuse(request, str(error))
    except actions.BusyError as error:
        return _refuse(request, str(error), HTTPStatus.TOO_MANY_REQUESTS)
    if is_htmx(request):
        return _result(request, stored, has_pictures="pictures" in request.POST)
    return redirect("playground:result", stored.pk)


@never_cache
@require_safe
def result(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A run's page; for htmx the result alone, or 204 while nothing has changed."""
    if not isinstance(request.user, User):
        return _logged_out(request)
    found = get_object_or_404(queries.runs_of(request.user), pk=pk)
    if is_htmx(request):
        return _result(request, found, has_pictures="pictures" in request.GET)
    context = {"shown": _shown(found, has_pictures=True)}
    return render(request, "playground/run.html", context)


def _result(request: HttpRequest, found: PlaygroundRun, *, has_pictures: bool) -> HttpResponse:
    shown = _shown(found, has_pictures=has_pictures)
    if found.is_queued and request.GET.get("seen") == shown.seen:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "playground/_run.html", {"shown": shown})


def _shown(found: PlaygroundRun, *, has_pictures: bool) -> ShownRun:
    return ShownRun(found, queries.waits_for_earlier(found), has_pictures)


def _refuse(
    request: HttpRequest, message: str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY
) -> HttpResponse:
    """Say in the result's place why there is none; nothing of the page is lost."""
    template = "playground/_refused.html" if is_htmx(request) else "playground/refused.html"
    return render(request, template, {"message": message}, status=status)


def _logged_out(request: HttpRequest) -> HttpResponse:
    """The page that polls must not be left for the log-in page: it holds unsaved text."""
    if is_htmx(request):
        return render(request, "playground/_logged_out.html", {"path": request.path})
    return log_in_first(request, request.path)
