"""My cohorts, a new cohort, and the two ways to join one: a typed code and a link."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from learn.accounts.requests import UserRequest
from learn.cohorts import actions, queries
from learn.cohorts.forms import JoinForm, NewCohortForm
from learn.cohorts.models import Cohort
from learn.core.throttle import Throttle
from learn.core.views import too_many_requests

WRONG_CODES = Throttle("wrong-join-codes", amount=20, seconds=600)


NO_TEACHER = gettext_lazy(
    "Only teachers may make a cohort, as teaching shows the solutions. Ask whoever runs this site "
    "to make you one."
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cohorts(request: UserRequest) -> HttpResponse:
    """The user's cohorts, and the form that joins one by its code."""
    if request.method == "POST":
        return join_by_code(request, request.POST.get("code", ""))
    return render_cohorts(request, JoinForm())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_cohort(request: UserRequest) -> HttpResponse:
    """Makes a cohort that the user teaches."""
    if not request.user.can_teach:
        messages.error(request, NO_TEACHER)
        return redirect("cohorts:list")
    form = NewCohortForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cohort = actions.create_cohort(request.user, form.cleaned_data["name"])
        sentence = _("“%(cohort)s” is ready. Give its join code to your learners.")
        messages.success(request, sentence % {"cohort": cohort})
        return redirect(cohort)
    return render(request, "cohorts/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def join_by_link(request: UserRequest, code: str) -> HttpResponse:
    """Asks first: a link that enrols on GET could be hidden in any page."""
    if request.method == "POST":
        return join_by_code(request, code)
    form = JoinForm({"code": code})
    if WRONG_CODES.is_used_up(request.user.pk):
        return too_many_requests(request)
    if not form.is_valid():
        return refuse(request, form)
    return render(request, "cohorts/join.html", {"cohort": form.cleaned_data["code"]})


def join_by_code(request: UserRequest, code: str) -> HttpResponse:
    """Joins, or shows what is wrong with the code."""
    form = JoinForm({"code": code})
    if WRONG_CODES.is_used_up(request.user.pk):
        return too_many_requests(request)
    if not form.is_valid():
        return refuse(request, form)
    return welcome(request, form.cleaned_data["code"])


def welcome(request: UserRequest, cohort: Cohort) -> HttpResponse:
    """Enrols the user."""
    actions.join(request.user, cohort)
    messages.success(request, _("You are in “%(cohort)s”.") % {"cohort": cohort})
    return redirect("cohorts:list")


def refuse(request: UserRequest, form: JoinForm) -> HttpResponse:
    """The form again, with its sentence. Counted, so that codes cannot be guessed by trying."""
    WRONG_CODES.count(request.user.pk)
    return render_cohorts(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def render_cohorts(
    request: UserRequest, form: JoinForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """The list and the form."""
    context = {"form": form, "enrolments": queries.enrolments_of(request.user)}
    return render(request, "cohorts/list.html", context, status=status)
