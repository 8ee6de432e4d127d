"""All that the progress page shows."""

import datetime as dt
from dataclasses import dataclass

from learn.accounts.models import User
from learn.catalog.catalogue import Course
from learn.progress.calendar import Calendar, calendar, longest_streak
from learn.progress.mastery import Level, Mastery, ModuleMastery, mastery, weakest
from learn.progress.recent import Line, recent_work
from learn.progress.records import records_of
from learn.progress.standing import CourseProgress, ModuleProgress, progress
from learn.review.days import streak

WORK_ON = 5


@dataclass(frozen=True)
class ModuleRow:
    """A module: how far the learner is, and what is known. `mastery` is None without concepts."""

    progress: ModuleProgress
    mastery: ModuleMastery | None


@dataclass(frozen=True)
class Overview:
    """A learner's progress in the course. Days are those of the learner's time zone."""

    course: Course
    progress: CourseProgress
    modules: tuple[ModuleRow, ...]
    work_on: tuple[Mastery, ...]
    today: dt.date
    streak: int
    longest_streak: int
    is_active_today: bool
    calendar: Calendar
    recent: tuple[Line, ...]

    @property
    def concepts(self) -> int:
        return sum(len(one.tried) + len(one.new) for one in self._masteries)

    @property
    def strong(self) -> int:
        """How many concepts are known well."""
        tried = (mastery for one in self._masteries for mastery in one.tried)
        return sum(mastery.level is Level.STRONG for mastery in tried)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever done."""
        return not self.recent and not self.progress.is_begun

    @property
    def _masteries(self) -> list[ModuleMastery]:
        return [row.mastery for row in self.modules if row.mastery]


def overview_of(user: User, course: Course, now: dt.datetime, zone: dt.tzinfo) -> Overview:
    """Seven queries at most, however much was done. `now` has a time zone; days are the zone's."""
    today = now.astimezone(zone).date()
    records = records_of(user, course)
    found = progress(course, records.work())
    groups = mastery(course, records.evidence(now.astimezone(dt.UTC).date()))
    by_module = {group.module.slug: group for group in groups}
    days = records.days(zone)
    return Overview(
        course=course,
        progress=found,
        modules=tuple(ModuleRow(one, by_module.get(one.module.slug)) for one in found.modules),
        work_on=weakest(groups, WORK_ON),
        today=today,
        streak=streak(days, today),
        longest_streak=longest_streak(days),
        is_active_today=today in days,
        calendar=calendar(days, today),
        recent=recent_work(records, zone),
    )
