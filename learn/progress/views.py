"""The course map and its modules: readable by everyone, with the progress of who is logged in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learn.accounts.models import User
from learn.accounts.requests import UserRequest
from learn.catalog.catalogue import Course, get_course
from learn.catalog.lookup import module_or_404
from learn.progress.overview import overview_of
from learn.progress.queries import progress_of
from learn.progress.resuming import last_touched, resumed


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The whole course, and what to do next."""
    course, user = get_course(), _user(request)
    progress = progress_of(user, course)
    resume = resumed(progress, last_touched(user, course) if user else None)
    context = {
        "course": course,
        "progress": progress,
        "resume": resume,
        "resume_module": course.module(resume.step.module) if resume else None,
        "opened": resume.step.module if resume else "",
        "next_step": progress.next_step,
    }
    if user:
        return render(request, "progress/home.html", context)
    return render(request, "progress/front.html", {**context, "counts": _counts(course)})


def _counts(course: Course) -> dict[str, int]:
    modules = course.modules
    return {
        "lessons": sum(len(module.lessons) for module in modules),
        "labs": sum(len(module.labs) for module in modules),
        "questions": sum(len(module.questions) for module in modules),
    }


@never_cache
@require_safe
def module(request: HttpRequest, module: str) -> HttpResponse:
    """One module's steps."""
    found, course = module_or_404(module), get_course()
    context = {
        "module": found,
        "progress": progress_of(_user(request), course).of(found),
        "before": course.modules_before(found),
        "next": course.module_after(found),
    }
    return render(request, "progress/module.html", context)


@never_cache
@login_required
@require_safe
def overview(request: UserRequest) -> HttpResponse:
    """What the learner has done, how well each concept is known, and on which days."""
    found = overview_of(
        request.user, get_course(), timezone.now(), timezone.get_current_timezone()
    )
    return render(request, "progress/overview.html", {"overview": found})


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
