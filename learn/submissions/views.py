"""The lab page, submitting, and the report that the page waits for."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import retarget

from labs import SubmissionError, check_files
from learn.accounts.models import User
from learn.catalog.catalogue import Lab, get_course
from learn.catalog.lookup import lab_or_404, module_or_404
from learn.core.http import is_htmx, log_in_first
from learn.submissions import actions, drafts, kept, queries
from learn.submissions.editor import Editor, editor_with, open_editor
from learn.submissions.forms import TOO_LONG, is_too_long, submitted_files
from learn.submissions.limits import TOO_FAST, is_too_fast
from learn.submissions.listings import listings
from learn.submissions.models import Kind, Submission
from learn.submissions.presentation import ShownSubmission
from learn.submissions.words import lab_words


@never_cache
@require_safe
def lab(request: HttpRequest, module: str, lab: str) -> HttpResponse:
    """Brief, editor and newest report; readable by everyone, graded for who is logged in."""
    found = lab_or_404(module_or_404(module), lab)
    if not isinstance(request.user, User):
        return _lab_page(request, found, open_editor(found.spec, None, None))
    newest = queries.newest(request.user, found.slug)
    written = drafts.newest_version(request.user, found.slug, newest)
    restored = kept.kept_for(request.session, found.slug, request.user)
    return _lab_page(request, found, open_editor(found.spec, written, restored), newest=newest)


# The CSRF check reads the whole form, and Django refuses a very long one with a bare 400: so the
# length is looked at first, and the check comes after.
@csrf_exempt
@require_POST
def submit(request: HttpRequest, module: str, lab: str) -> HttpResponse:
    """Stores the code and has it graded, or run against the visible checks alone."""
    found = lab_or_404(module_or_404(module), lab)
    if is_too_long(request):
        return _refuse(request, found, {}, TOO_LONG, HTTPStatus.CONTENT_TOO_LARGE)
    _ = request.body  # Keeps the bytes, which a multipart form's parser would use up.
    return _submit(request, found)


@csrf_protect
def _submit(request: HttpRequest, lab: Lab) -> HttpResponse:
    try:
        checked = check_files(submitted_files(request), allowed=lab.spec.file_names)
    except SubmissionError as error:
        return _refuse(request, lab, request.POST.dict(), str(error))
    if not isinstance(request.user, User):
        kept.keep(request.session, lab.slug, request.POST.get("author", ""), checked)
        return log_in_first(request, lab.url)
    if is_too_fast(request.user):
        too_fast = HTTPStatus.TOO_MANY_REQUESTS
        return _refuse(request, lab, request.POST.dict(), TOO_FAST, too_fast)
    kind = Kind.RUN if request.POST.get("kind") == Kind.RUN else Kind.SUBMISSION
    submission = actions.submit(request.user, lab.spec, checked, kind)
    kept.forget(request.session)
    if is_htmx(request):
        return _report(request, submission)
    return redirect("submissions:submission", submission.pk)


@never_cache
@require_safe
def submission(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A submission's page; for htmx the report alone, or 204 while nothing has changed."""
    if not isinstance(request.user, User):
        return _logged_out(request)
    visible = queries.visible_to(request.user).select_related("user")
    found = get_object_or_404(visible, pk=pk)
    if is_htmx(request):
        return _report(request, found)
    context = {
        "shown": _shown(found),
        "lab": get_course().lab(found.lab),
        "listings": listings(found.files),
    }
    return render(request, "submissions/submission.html", context)


def _lab_page(
    request: HttpRequest,
    lab: Lab,
    editor: Editor,
    *,
    newest: Submission | None = None,
    message: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    module = module_or_404(lab.module)
    context = {
        "module": module,
        "lab": lab,
        "editor": editor,
        "shown": _shown(newest) if newest else None,
        "message": message,
        "words": lab_words(),
        "previous": module.step_before(lab),
        "next": get_course().next_after(module, lab),
    }
    return render(request, "submissions/lab.html", context, status=status)


def _refuse(
    request: HttpRequest,
    lab: Lab,
    post: Mapping[str, str],
    message: str,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    """Say what is wrong beside the text, which stays as it is."""
    if is_htmx(request):
        context = {"message": message}
        response = render(request, "submissions/_message.html", context, status=status)
        return retarget(response, "#lab_message")
    files = {name.removeprefix("file-"): text for name, text in post.items()}
    return _lab_page(request, lab, editor_with(lab.spec, files), message=message, status=status)


def _report(request: HttpRequest, submission: Submission) -> HttpResponse:
    shown = _shown(submission)
    if submission.is_queued and request.GET.get("seen") == shown.seen:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "submissions/_report.html", {"shown": shown})


def _shown(submission: Submission) -> ShownSubmission:
    if submission.is_superseded:
        newer = queries.newest(submission.user, submission.lab)
        return ShownSubmission(submission, newer=newer)
    if not submission.is_queued:
        return ShownSubmission(submission)
    if submission.sent_at and not submission.started_at:
        return ShownSubmission(submission, place=queries.place_in_queue(submission))
    return ShownSubmission(submission, waits_for_earlier=queries.waits_for_earlier(submission))


def _logged_out(request: HttpRequest) -> HttpResponse:
    """The page that polls must not be left for the log-in page: it holds unsent text."""
    if is_htmx(request):
        return render(request, "submissions/_logged_out.html", {"path": request.path})
    return log_in_first(request, request.path)
