"""The settings: who one is, how the account is protected, how the site looks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learn.accounts import actions, queries
from learn.accounts.forms import PreferencesForm, ProfileForm
from learn.accounts.middleware import COOKIE
from learn.accounts.models import Theme, User
from learn.accounts.requests import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: UserRequest) -> HttpResponse:
    """Name, and the way to another e-mail address."""
    form = ProfileForm(request.POST or None, instance=stored(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is saved."))
        return redirect("settings:profile")
    return render(request, "accounts/profile.html", {"form": form})


@require_safe
@login_required
def security(request: UserRequest) -> HttpResponse:
    """Password, second step at log-in, sessions."""
    context = {
        "protection": queries.protection_of(request.user),
        "sessions": queries.sessions_of(request.user, request.session.session_key),
    }
    return render(request, "accounts/security.html", context)


@require_POST
@login_required
def end_other_sessions(request: UserRequest) -> HttpResponse:
    """Logs out every other browser."""
    actions.end_sessions(request.user, except_key=request.session.session_key)
    messages.success(request, _("You are logged out everywhere else."))
    return redirect("settings:security")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: UserRequest) -> HttpResponse:
    """Time zone, colours, editor."""
    form = PreferencesForm(
        request.POST or None,
        instance=stored(request),
        browser_zone=request.COOKIES.get(COOKIE, ""),
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your preferences are saved."))
        return redirect("settings:preferences")
    return render(request, "accounts/preferences.html", {"form": form})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """What the switch in the header was set to. A guest's stays in the browser alone."""
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        return HttpResponse(status=400)
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(theme=chosen)
    return HttpResponse(status=204)


def stored(request: UserRequest) -> User:
    """A copy for a form to write on: the header must not show a name that is refused."""
    return User.objects.get(pk=request.user.pk)
