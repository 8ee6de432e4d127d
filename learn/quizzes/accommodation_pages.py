"""A learner's accommodation, for instructors of a cohort in which the learner is."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learn.accounts.requests import UserRequest
from learn.cohorts.queries import learners_of, taught_by
from learn.quizzes.accommodations import accommodate, withdraw
from learn.quizzes.forms import AccommodationForm
from learn.quizzes.models import Accommodation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def accommodation(request: UserRequest, cohort: int, learner: int) -> HttpResponse:
    """Shows it, changes it, and takes it back."""
    taught = get_object_or_404(taught_by(request.user), pk=cohort)
    person = get_object_or_404(learners_of(taught), pk=learner)
    given = Accommodation.objects.select_related("given_by").filter(user=person).first()
    form = AccommodationForm(request.POST or None, initial=_initial(given))
    back = redirect(reverse("quizzes:accommodation", args=[cohort, learner]))
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw(person)
        sentence = _("%(name)s has no accommodation any more.")
        messages.success(request, sentence % {"name": person})
        return back
    if request.method == "POST" and form.is_valid():
        accommodate(person, request.user, **form.cleaned_data)
        sentence = _("Stored. It holds from %(name)s's next attempt on.")
        messages.success(request, sentence % {"name": person})
        return back
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = {"cohort": taught, "learner": person, "given": given, "form": form}
    return render(request, "quizzes/accommodation.html", context, status=status)


def _initial(given: Accommodation | None) -> dict[str, object]:
    if given is None:
        return {}
    return {name: getattr(given, name) for name in AccommodationForm.base_fields}
