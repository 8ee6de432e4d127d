"""The course map, modules and lessons: readable by everyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learn.catalog.catalogue import get_course
from learn.catalog.lookup import lesson_or_404, module_or_404


@require_safe
def course(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/course.html", {"course": get_course()})


@require_safe
def module(request: HttpRequest, module: str) -> HttpResponse:
    return render(request, "catalog/module.html", {"module": module_or_404(module)})


@require_safe
def lesson(request: HttpRequest, module: str, lesson: str) -> HttpResponse:
    found = module_or_404(module)
    page = lesson_or_404(found, lesson)
    context = {
        "module": found,
        "lesson": page,
        "previous": found.step_before(page),
        "next": found.step_after(page),
    }
    return render(request, "catalog/lesson.html", context)
