"""The course map and its modules: readable by everyone, with the progress of who is logged in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.catalog.lookup import module_or_404
from learn.progress.queries import progress_of


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The whole course, and what to do next."""
    course = get_course()
    context = {"course": course, "progress": progress_of(_user(request), course)}
    return render(request, "progress/home.html", context)


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


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
