"""What keeps a learner's text: autosave, the history of versions, and bringing one back."""

import uuid
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from labs import SubmissionError, check_files
from learn.accounts.models import User
from learn.catalog.catalogue import Lab
from learn.catalog.lookup import lab_or_404, module_or_404
from learn.core.http import is_htmx, log_in_first
from learn.submissions import drafts
from learn.submissions.drafts import Saving
from learn.submissions.forms import is_too_long, submitted_files
from learn.submissions.presentation import ShownVersion


# As for submitting: the CSRF check reads the form, so the bytes are read before it.
@csrf_exempt
@require_POST
def save(request: HttpRequest, module: str, lab: str) -> HttpResponse:
    """Autosave: JSON with the base from which the next one goes on; 401 for who is logged out."""
    found = lab_or_404(module_or_404(module), lab)
    if is_too_long(request):
        return HttpResponse(status=HTTPStatus.CONTENT_TOO_LARGE)
    _ = request.body
    return _save(request, found)


@csrf_protect
def _save(request: HttpRequest, lab: Lab) -> HttpResponse:
    user = request.user
    # Somebody else may have logged in meanwhile, in another tab.
    if not isinstance(user, User) or request.POST.get("author") != str(user.pk):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    if drafts.is_too_often(user):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        files = check_files(submitted_files(request), allowed=lab.spec.file_names)
        token = uuid.UUID(request.POST.get("token", ""))
    except (SubmissionError, ValueError):
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    saving = Saving(files, token, request.POST.get("base", ""), "new" in request.POST)
    drafts.save(user, lab.slug, saving)
    return JsonResponse({"base": str(token)})


@never_cache
@require_safe
def history(request: HttpRequest, module: str, lab: str) -> HttpResponse:
    """All versions of the user's code; for htmx the list alone."""
    found = lab_or_404(module_or_404(module), lab)
    if not isinstance(request.user, User):
        return log_in_first(request, request.path)
    shown = [ShownVersion(version) for version in drafts.versions(request.user, found.slug)]
    page = "submissions/_history.html" if is_htmx(request) else "submissions/history.html"
    return render(request, page, {"lab": found, "versions": shown})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, module: str, lab: str, key: uuid.UUID) -> HttpResponse:
    """A version's files as JSON; posted to, it becomes the newest version and the lab is shown."""
    found = lab_or_404(module_or_404(module), lab)
    if not isinstance(request.user, User):
        return log_in_first(request, found.url)
    asked_for = drafts.version(request.user, found.slug, key)
    if asked_for is None:
        raise Http404("There is no such version.")
    if request.method != "POST":
        return JsonResponse({"files": asked_for.files})
    saving = Saving(asked_for.files, uuid.uuid4(), is_new=True)
    drafts.save(request.user, found.slug, saving)
    return redirect(found.url)
