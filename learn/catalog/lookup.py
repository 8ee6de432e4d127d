"""Finds parts of the course for a URL, or answers 404."""

from django.http import Http404

from learn.catalog.catalogue import get_course
from learn.catalog.course import CoursePage, Lab, Lesson, Module
from learn.catalog.quiz import Quiz


def module_or_404(slug: str) -> Module:
    return _found(get_course().module(slug), "module")


def page_or_404(slug: str) -> CoursePage:
    return _found(get_course().page(slug), "page")


def lesson_or_404(module: Module, slug: str) -> Lesson:
    return _found(module.lesson(slug), "lesson")


def quiz_or_404(module: Module, name: str) -> Quiz:
    return _found(module.quiz(name), "quiz")


def lab_or_404(module: Module, name: str) -> Lab:
    return _found(module.lab(name), "lab")


def _found[T](part: T | None, what: str) -> T:
    if part is None:
        raise Http404(f"There is no such {what} in this course.")
    return part
