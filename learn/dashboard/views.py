"""A cohort's table, one learner's work, and the grading workers."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learn.accounts.requests import UserRequest
from learn.catalog.catalogue import get_course
from learn.dashboard import queries


@never_cache
@require_safe
@login_required
def cohort(request: UserRequest, pk: int) -> HttpResponse:
    """Who is where, for the cohort's instructors."""
    shown = queries.cohort_for(request.user, pk)
    link = request.build_absolute_uri(reverse("cohorts:join", args=[shown.join_code]))
    context = {
        "cohort": shown,
        "join_link": link,
        "overview": queries.overview(shown, get_course()),
    }
    return render(request, "dashboard/cohort.html", context)


@never_cache
@require_safe
@login_required
def learner(request: UserRequest, cohort: int, pk: int) -> HttpResponse:
    """One learner's attempts and submissions, for the cohort's instructors."""
    shown, person = queries.learner_for(request.user, cohort, pk)
    course = get_course()
    context = {
        "cohort": shown,
        "learner": person,
        "last_activity": queries.last_activity([person.pk]).get(person.pk),
        "quizzes": queries.quiz_work(person, course),
        "labs": queries.lab_work(person, course),
    }
    return render(request, "dashboard/learner.html", context)


@never_cache
@require_safe
@login_required
def workers(request: UserRequest) -> HttpResponse:
    """What the grading workers stand on, for staff."""
    context = {"workers": queries.workers_for(request.user)}
    return render(request, "dashboard/workers.html", context)
