"""The playground's page, running a program, and the result that the page waits for."""

import uuid
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from labs import SubmissionError
from learn.accounts.models import User
from learn.core.http import is_htmx, log_in_first
from learn.playground import actions, queries
from learn.playground.desk import Desk, desk_with_example, desk_with_last
from learn.playground.examples import find_example
from learn.playground.limits import TOO_FAST, is_too_fast
from learn.playground.models import PlaygroundRun
from learn.playground.pages import desk_page, refused_page, result_context, shown_run
from learn.playground.programs import BLANK, check_program
from learn.submissions import kept
from learn.submissions.forms import TOO_LONG, is_too_long, submitted_files

# The place of the code that is kept over a log-in, among those of the labs.
KEPT_AS = "playground"


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The program that was kept over a log-in, or else the one that was run last."""
    if not isinstance(request.user, User):
        return desk_page(request, desk_with_last(None))
    if restored := kept.kept_for(request.session, KEPT_AS, request.user):
        desk = Desk(restored.files, base=restored.token, is_restored=True)
        return desk_page(request, desk)
    return desk_page(request, desk_with_last(queries.runs_of(request.user).first()))


@never_cache
@require_safe
def blank(request: HttpRequest) -> HttpResponse:
    """An empty program to begin with."""
    return desk_page(request, Desk(BLANK, base="blank"))


@never_cache
@require_safe
def example(request: HttpRequest, module: str, lesson: str, number: int) -> HttpResponse:
    """An example of a lesson in the editor."""
    found = find_example(module, lesson, number)
    if found is None:
        raise Http404
    return desk_page(request, desk_with_example(found))


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
    files = submitted_files(request)
    if not isinstance(request.user, User):
        return _log_in_to_run(request, files)
    if is_too_fast(request.user):
        return _refuse(request, str(TOO_FAST), HTTPStatus.TOO_MANY_REQUESTS)
    try:
        stored = actions.run(request.user, files)
    except SubmissionError as error:
        return _refuse(request, str(error))
    except actions.BusyError as error:
        return _refuse(request, str(error), HTTPStatus.TOO_MANY_REQUESTS)
    kept.forget(request.session)
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
    context = result_context(shown_run(found, has_pictures=True))
    return render(request, "playground/run.html", context)


def _result(request: HttpRequest, found: PlaygroundRun, *, has_pictures: bool) -> HttpResponse:
    shown = shown_run(found, has_pictures=has_pictures)
    if found.is_queued and request.GET.get("seen") == shown.seen:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "playground/_run.html", result_context(shown))


def _log_in_to_run(request: HttpRequest, files: dict[str, bytes]) -> HttpResponse:
    """From the playground the program comes along; a lesson has its example anyway."""
    if "pictures" not in request.POST:
        return log_in_first(request, urlsplit(request.META.get("HTTP_REFERER", "/")).path)
    try:
        checked = check_program(files)
    except SubmissionError as error:
        return _refuse(request, str(error))
    kept.keep(request.session, KEPT_AS, request.POST.get("author", ""), checked)
    return log_in_first(request, reverse("playground:home"))


def _refuse(
    request: HttpRequest, message: str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY
) -> HttpResponse:
    """Say in the result's place why there is none; nothing of the page is lost."""
    if is_htmx(request):
        return render(request, "playground/_refused.html", {"message": message}, status=status)
    return refused_page(request, message, status)


def _logged_out(request: HttpRequest) -> HttpResponse:
    """The page that polls must not be left for the log-in page: it holds unsaved text."""
    if is_htmx(request):
        return render(request, "playground/_logged_out.html", {"path": request.path})
    return log_in_first(request, request.path)
