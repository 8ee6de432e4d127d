"""The days on which a learner did something, as a calendar. Rules without Django."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

DAY = dt.timedelta(days=1)
WEEK_DAYS = 7
WEEKS = 26
# What a day needs for each of the four shades.
SHADES = (1, 5, 15, 30)


@dataclass(frozen=True)
class CalendarDay:
    """A day, and how many answers, runs and submissions it had."""

    day: dt.date
    count: int

    @property
    def shade(self) -> int:
        """0 where nothing was done, to 4."""
        return sum(self.count >= least for least in SHADES)


@dataclass(frozen=True)
class Week:
    """Monday to Sunday; this week ends with today. `month` is set where a month begins."""

    days: tuple[CalendarDay, ...]
    month: dt.date | None

    @property
    def monday(self) -> dt.date:
        return self.days[0].day

    @property
    def count(self) -> int:
        return sum(day.count for day in self.days)

    @property
    def active_days(self) -> int:
        return sum(day.count > 0 for day in self.days)

    @property
    def missing(self) -> int:
        """How many of its days are still to come."""
        return WEEK_DAYS - len(self.days)


@dataclass(frozen=True)
class Calendar:
    """The last weeks, the oldest first."""

    weeks: tuple[Week, ...]

    @property
    def active_days(self) -> int:
        return sum(week.active_days for week in self.weeks)

    @property
    def count(self) -> int:
        return sum(week.count for week in self.weeks)

    @property
    def active_weeks(self) -> tuple[Week, ...]:
        """Those in which something was done, the newest first."""
        return tuple(week for week in reversed(self.weeks) if week.count)


def first_day(today: dt.date, weeks: int = WEEKS) -> dt.date:
    """The Monday with which the calendar begins."""
    return today - dt.timedelta(days=today.weekday() + WEEK_DAYS * (weeks - 1))


def calendar(counts: Mapping[dt.date, int], today: dt.date, weeks: int = WEEKS) -> Calendar:
    """The calendar of what was done on each day."""
    mondays = [
        first_day(today, weeks) + dt.timedelta(days=WEEK_DAYS * number) for number in range(weeks)
    ]
    return Calendar(tuple(_week(monday, counts, today) for monday in mondays))


def longest_streak(days: Mapping[dt.date, int]) -> int:
    """How many days in a row had something, at most."""
    longest = length = 0
    before = None
    for day in sorted(day for day, count in days.items() if count):
        length = length + 1 if before and day - before == DAY else 1
        longest = max(longest, length)
        before = day
    return longest


def _week(monday: dt.date, counts: Mapping[dt.date, int], today: dt.date) -> Week:
    days = [monday + number * DAY for number in range(WEEK_DAYS)]
    shown = tuple(CalendarDay(day, counts.get(day, 0)) for day in days if day <= today)
    first = next((day for day in days if day.day == 1), None)
    return Week(shown, first)
