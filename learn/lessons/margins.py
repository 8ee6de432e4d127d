"""Bookmarks and notes: a panel beside each lesson, and a page with all of them."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.catalog.course import Lesson
from learn.catalog.lookup import lesson_or_404, module_or_404
from learn.core.http import is_htmx
from learn.core.storable import storable
from learn.core.throttle import Throttle
from learn.lessons.models import MAX_NOTE, Margin

SAVES = Throttle("notes", amount=120, seconds=60)


@dataclass(frozen=True)
class Kept:
    """A lesson of the course, and what the learner keeps beside it."""

    lesson: Lesson
    module_title: str
    margin: Margin


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def margin(request: HttpRequest, module: str, lesson: str) -> HttpResponse:
    """The panel of a lesson; POST changes the note, or sets or takes the bookmark."""
    found = lesson_or_404(module_or_404(module), lesson)
    if not isinstance(request.user, User):
        return render(request, "lessons/_margin_guest.html", {"lesson": found})
    if request.method == "POST":
        return _change(request, request.user, found)
    row = Margin.objects.filter(user=request.user, module=found.module, lesson=found.slug).first()
    return _panel(request, found, row or _empty(request.user, found))


def _change(request: HttpRequest, user: User, lesson: Lesson) -> HttpResponse:
    row = Margin.objects.filter(user=user, module=lesson.module, lesson=lesson.slug).first()
    row = row or _empty(user, lesson)
    note = str(storable(request.POST.get("note", row.note))).replace("\r\n", "\n")
    if SAVES.is_used_up(user.pk):
        said = _("Not saved: that was too often. Wait a minute, then go on.")
        return _said(request, lesson, row, said, HTTPStatus.TOO_MANY_REQUESTS)
    if len(note) > MAX_NOTE:
        said = _("Not saved: a note has at most %(count)d characters.") % {"count": MAX_NOTE}
        return _said(request, lesson, row, said, HTTPStatus.UNPROCESSABLE_ENTITY)
    SAVES.count(user.pk)
    row.note = note
    if "bookmark" in request.POST:
        row.is_bookmarked = request.POST["bookmark"] == "1"
    _store(row)
    if not is_htmx(request):
        return redirect(f"{lesson.url}#margin")
    if "bookmark" in request.POST:
        return _panel(request, lesson, row)
    return _said(request, lesson, row, _("Saved"), HTTPStatus.OK)


def _store(row: Margin) -> None:
    """Of two tabs that write at once, the later one wins. What is empty is not kept."""
    if not row.note and not row.is_bookmarked:
        Margin.objects.filter(user=row.user, module=row.module, lesson=row.lesson).delete()
        return
    Margin.objects.update_or_create(
        user=row.user,
        module=row.module,
        lesson=row.lesson,
        defaults={
            "note": row.note,
            "is_bookmarked": row.is_bookmarked,
            "changed_at": timezone.now(),
        },
    )


def _empty(user: User, lesson: Lesson) -> Margin:
    return Margin(user=user, module=lesson.module, lesson=lesson.slug)


def _said(
    request: HttpRequest, lesson: Lesson, row: Margin, said: str, status: int
) -> HttpResponse:
    """One sentence beside the field: the text that is being typed stays as it is."""
    context = {"said": said, "lesson": lesson, "margin": row, "is_bad": status != HTTPStatus.OK}
    if is_htmx(request):
        return render(request, "lessons/_margin_said.html", context, status=status)
    return render(request, "lessons/margin.html", context, status=status)


def _panel(request: HttpRequest, lesson: Lesson, row: Margin) -> HttpResponse:
    context = {"lesson": lesson, "margin": row, "max_note": MAX_NOTE}
    template = "lessons/_margin.html" if is_htmx(request) else "lessons/margin.html"
    return render(request, template, context)


@never_cache
@login_required
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """All bookmarks and notes of who is logged in, newest first."""
    course = get_course()
    rows = Margin.objects.filter(user=request.user) if isinstance(request.user, User) else []
    found = []
    for row in rows:
        module = course.module(row.module)
        lesson = module.lesson(row.lesson) if module else None
        if module and lesson:
            found.append(Kept(lesson, module.title, row))
    return render(request, "lessons/kept.html", {"kept": found})
