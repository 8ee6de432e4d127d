"""A snippet: opened, saved, renamed, shared, deleted. Whoever may not read it gets a 404."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, retarget

from labs import SubmissionError
from learn.accounts.models import User
from learn.accounts.requests import UserRequest
from learn.core.http import is_htmx, log_in_first
from learn.playground import queries, snippets
from learn.playground.desk import desk_with_snippet
from learn.playground.forms import NameForm
from learn.playground.models import Snippet
from learn.playground.pages import desk_page, refused_page
from learn.submissions import kept
from learn.submissions.forms import TOO_LONG, is_too_long, submitted_files


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def snippet(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The snippet in the editor, for its owner and whom it is shared with; the owner saves it."""
    if not isinstance(request.user, User):
        return log_in_first(request, request.path)
    found = get_object_or_404(queries.visible_snippets(request.user).select_related("user"), pk=pk)
    if request.method != "POST":
        return desk_page(request, desk_with_snippet(found))
    own = get_object_or_404(queries.snippets_of(request.user), pk=pk)
    if is_too_long(request):
        return _refuse(request, TOO_LONG, HTTPStatus.CONTENT_TOO_LARGE)
    _body = request.body  # Keeps the bytes, which a multipart form's parser would use up.
    return _save_over(request, own)


@csrf_protect
def _save_over(request: HttpRequest, own: Snippet) -> HttpResponse:
    try:
        snippets.save_over(own, submitted_files(request))
    except SubmissionError as error:
        return _refuse(request, str(error))
    return _saved(request, own)


# As in `views.run`: the length first, then the CSRF check.
@csrf_exempt
@require_POST
def save_new(request: HttpRequest) -> HttpResponse:
    """Keeps the program as a new snippet."""
    if not isinstance(request.user, User):
        return log_in_first(request, "/playground/")
    if is_too_long(request):
        return _refuse(request, TOO_LONG, HTTPStatus.CONTENT_TOO_LARGE)
    _body = request.body
    return _save_new(request, request.user)


@csrf_protect
def _save_new(request: HttpRequest, user: User) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _refuse(request, " ".join(str(error) for error in form.errors["name"]))
    try:
        made = snippets.save_new(user, form.cleaned_data["name"], submitted_files(request))
    except SubmissionError as error:
        return _refuse(request, str(error))
    kept.forget(request.session)
    return _saved(request, made)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Name, sharing and deletion of one's own snippet."""
    own = get_object_or_404(queries.snippets_of(request.user), pk=pk)
    form = NameForm(request.POST or None, initial={"name": own.name})
    if request.method == "POST" and form.is_valid():
        snippets.rename(own, form.cleaned_data["name"])
        messages.success(request, _("The snippet has its new name."))
        return redirect("playground:settings", own.pk)
    context = {
        "snippet": own,
        "form": form,
        "link": request.build_absolute_uri(own.get_absolute_url()),
    }
    return render(request, "playground/settings.html", context)


@require_POST
@login_required
def sharing(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Begins or ends sharing: the field `share` is "on" or "off"."""
    own = get_object_or_404(queries.snippets_of(request.user), pk=pk)
    snippets.share(own, is_shared=request.POST.get("share") == "on")
    return redirect("playground:settings", own.pk)


@require_POST
@login_required
def delete(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Deletes one's own snippet; the page has asked before."""
    own = get_object_or_404(queries.snippets_of(request.user), pk=pk)
    snippets.delete(own)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": own.name})
    return redirect("playground:home")


def _saved(request: HttpRequest, saved: Snippet) -> HttpResponse:
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
    if is_htmx(request):
        return HttpResponseClientRedirect(saved.get_absolute_url())
    return redirect(saved)


def _refuse(
    request: HttpRequest, message: str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY
) -> HttpResponse:
    """Say what is wrong beside the text, which stays as it is."""
    if is_htmx(request):
        context = {"message": message}
        response = render(request, "playground/_refused.html", context, status=status)
        return retarget(response, "#playground_message")
    return refused_page(request, message, status)
