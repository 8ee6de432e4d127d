"""The settings' page on data: take it with you, or close the account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learn.accounts.requests import UserRequest
from learn.core.throttle import Throttle
from learn.core.views import too_many_requests
from learn.personal import actions, queries
from learn.personal.export import export
from learn.personal.forms import CloseForm

EXPORTS = Throttle("exports", amount=5, seconds=3600)


@require_safe
@login_required
def data(request: UserRequest) -> HttpResponse:
    """What there is to do with one's data."""
    return render(request, "personal/data.html")


@require_POST
@login_required
def download(request: UserRequest) -> HttpResponseBase:
    """All of the user's data as one file."""
    if EXPORTS.refuses(request.user.pk):
        return too_many_requests(request)
    name = f"coldstart-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(export(request.user), as_attachment=True, filename=name)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def close(request: UserRequest) -> HttpResponse:
    """Says what happens, asks for the address, and closes the account."""
    form = CloseForm(request.POST or None, expected=request.user.email)
    if request.method == "POST" and form.is_valid():
        return close_account(request)
    context = {"form": form, "cohorts": queries.cohorts_in_need(request.user)}
    return render(request, "personal/close.html", context)


def close_account(request: UserRequest) -> HttpResponse:
    """Back to the page if learners would be left alone, which it says."""
    try:
        actions.close_account(request.user)
    except actions.CohortsInNeedError:
        return redirect("personal:close")
    logout(request)
    messages.success(request, _("Your account is closed, and your data is gone."))
    return redirect("/")
