"""What a learner did last: one line for each lesson, quiz, lab or review, and day."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from learn.catalog.catalogue import Course
from learn.progress.records import AnswerRow, Records
from learn.quizzes.models import Answer

MAX_LINES = 6
# More of the newest answers than a few days have: years of them need not be looked through.
LOOKED_AT = 200


@dataclass(frozen=True)
class Line:
    """`count` answers, or submissions and runs, in something; `at` is when the last one came."""

    kind: str
    title: str
    url: str
    at: dt.datetime
    count: int
    is_lab: bool = False


@dataclass(frozen=True)
class _Deed:
    kind: str
    title: str
    url: str
    at: dt.datetime

    def key(self, zone: dt.tzinfo) -> tuple[str, dt.date]:
        return self.url, self.at.astimezone(zone).date()


def recent_work(records: Records, zone: dt.tzinfo) -> tuple[Line, ...]:
    """The newest lines first. What has left the course is left out."""
    deeds = sorted(_deeds(records), key=lambda deed: deed.at, reverse=True)
    groups: dict[tuple[str, dt.date], list[_Deed]] = {}
    for deed in deeds:
        groups.setdefault(deed.key(zone), []).append(deed)
    lab = _("Lab")
    return tuple(
        Line(of[0].kind, of[0].title, of[0].url, of[0].at, len(of), is_lab=of[0].kind == lab)
        for of in list(groups.values())[:MAX_LINES]
    )


def _deeds(records: Records) -> Iterator[_Deed]:
    places = _lessons_by_question(records.course)
    for row in records.answers[-LOOKED_AT:]:
        if found := _place(row, records.course, places):
            yield _Deed(*found, row.answered_at)
    for one in records.submissions[-LOOKED_AT:]:
        if lab := records.course.lab(one.lab):
            yield _Deed(_("Lab"), lab.title, lab.url, one.created_at)


def _place(
    row: AnswerRow, course: Course, lessons: dict[str, tuple[str, str]]
) -> tuple[str, str, str] | None:
    if row.source == Answer.Source.REVIEW:
        return _("Review"), _("Daily review"), reverse("review:home")
    if row.quiz:
        quiz = course.quiz(row.quiz)
        return (_("Quiz"), quiz.title, quiz.url) if quiz else None
    lesson = lessons.get(row.path)
    return (_("Lesson"), *lesson) if lesson else None


def _lessons_by_question(course: Course) -> dict[str, tuple[str, str]]:
    return {
        f"{module.slug}/{question}": (lesson.title, lesson.url)
        for module in course.modules
        for lesson in module.lessons
        for question in lesson.page.checks
    }
