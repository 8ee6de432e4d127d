"""Schedule expressions: rate(5 minutes), cron(0 9 ? * MON-FRI *), at(2026-02-01T09:00:00).

Cron has six fields, minutes first, with AWS's wildcards `, - * ? / L W #`:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html and
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
LAST_YEAR = 2199
# A year in which February has 29 days comes within eight.
YEARS_AHEAD = 12
MAX_RATE_DIGITS, MAX_RATE_SECONDS = 11, 10**11  # 3168 years: Python's dates end with year 9999
UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


class BadExpressionError(ValueError):
    """It is no schedule expression."""


class Expression(Protocol):
    """When something is due."""

    def after(self, moment: datetime) -> datetime | None:
        """The first moment later than this one; None if there is none."""
        ...


@dataclass(frozen=True)
class Rate:
    """Every so many seconds, counted from `start`."""

    seconds: int
    start: datetime

    def after(self, moment: datetime) -> datetime | None:
        if moment < self.start:
            return self.start
        done = (moment - self.start) // timedelta(seconds=self.seconds)
        return self.start + timedelta(seconds=self.seconds) * (done + 1)


@dataclass(frozen=True)
class Once:
    at: datetime

    def after(self, moment: datetime) -> datetime | None:
        return self.at if self.at > moment else None


@dataclass(frozen=True)
class Cron:
    """Fields as text for what depends on the month, as numbers for the others."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    month_days: str
    months: tuple[int, ...]
    week_days: str
    years: tuple[int, ...]
    zone: tzinfo = UTC

    def after(self, moment: datetime) -> datetime | None:
        """A time that the clocks leave out is left out; one that comes twice counts once."""
        local = moment.astimezone(self.zone)
        for day in self._days(local.date()):
            for hour in self.hours:
                for minute in self.minutes:
                    due = datetime.combine(day, time(hour, minute), self.zone)
                    there_and_back = due.astimezone(UTC).astimezone(self.zone)
                    if due.astimezone(UTC) > moment and _wall(there_and_back) == _wall(due):
                        return due.astimezone(UTC)
        return None

    def _days(self, start: date) -> Iterator[date]:
        for year in self.years:
            if not start.year <= year <= start.year + YEARS_AHEAD:
                continue
            for month in self.months:
                for day in sorted(self._of_month(year, month)):
                    if (found := date(year, month, day)) >= start:
                        yield found

    def _of_month(self, year: int, month: int) -> set[int]:
        if self.week_days != "?":
            return set(_by_week_day(self.week_days, year, month))
        return set(_by_month_day(self.month_days, year, month))


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def read_rate(text: str, start: datetime, *, is_strict: bool = True) -> Rate:
    """`start` is when it was made: the first moment is one interval later.

    Raises:
        BadExpressionError: it is none; strictly, "1 minutes" is none.
    """
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)(s?)\)", text)
    if not found or len(found[1]) > MAX_RATE_DIGITS or not int(found[1]):
        raise BadExpressionError(text)
    if is_strict and (int(found[1]) == 1) == bool(found[3]):
        raise BadExpressionError(text)
    seconds = int(found[1]) * UNIT_SECONDS[found[2]]
    if seconds > MAX_RATE_SECONDS:
        raise BadExpressionError(text)
    return Rate(seconds, start)


def read_at(text: str, zone: tzinfo = UTC) -> Once:
    """Raises BadExpressionError."""
    found = re.fullmatch(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", text)
    if not found:
        raise BadExpressionError(text)
    try:
        local = datetime.fromisoformat(found[1])
    except ValueError:
        raise BadExpressionError(text) from None
    return Once(local.replace(tzinfo=zone).astimezone(UTC))


def read_cron(text: str, zone: tzinfo = UTC) -> Cron:
    """Raises BadExpressionError."""
    found = re.fullmatch(r"cron\((.*)\)", text)
    fields = found[1].upper().split() if found else []
    if len(fields) != 6:
        raise BadExpressionError(text)
    minutes, hours, month_days, months, week_days, years = fields
    # One of the two says which days, the other one nothing.
    if (month_days == "?") == (week_days == "?"):
        raise BadExpressionError(text)
    cron = Cron(
        _numbers(minutes, 0, 59),
        _numbers(hours, 0, 23),
        month_days,
        _numbers(months, 1, 12, MONTHS),
        week_days,
        _numbers(years, 1970, LAST_YEAR),
        zone,
    )
    cron._of_month(2024, 2)
    return cron


def _numbers(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> tuple[int, ...]:
    """What a field of numbers stands for, in order; names count from `low`."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if step and not (step.isdigit() and int(step)):
            raise BadExpressionError(field)
        first, dash, last = span.partition("-")
        if span == "*":
            begin, end = low, high
        else:
            begin = _number(first, low, high, names)
            end = _number(last, low, high, names) if dash else (high if step else begin)
        if begin > end:  # over the end and on from the beginning
            found |= set(range(begin, high + 1, int(step or 1))) | set(range(low, end + 1))
        else:
            found |= set(range(begin, end + 1, int(step or 1)))
    return tuple(sorted(found))


def _number(text: str, low: int, high: int, names: tuple[str, ...]) -> int:
    value = names.index(text) + low if text in names else int(text) if text.isdigit() else -1
    if not low <= value <= high:
        raise BadExpressionError(text)
    return value


def _by_month_day(field: str, year: int, month: int) -> Iterator[int]:
    last = calendar.monthrange(year, month)[1]
    for part in field.split(","):
        if part == "L":
            yield last
        elif part.endswith("W"):
            day = last if part == "LW" else _number(part[:-1], 1, 31, ())
            if day <= last:
                yield _nearest_working_day(year, month, day, last)
        else:
            yield from (day for day in _numbers(part, 1, 31) if day <= last)


def _nearest_working_day(year: int, month: int, day: int, last: int) -> int:
    """In the same month."""
    week_day = calendar.weekday(year, month, day)
    if week_day == calendar.SATURDAY:
        return day - 1 if day > 1 else day + 2
    if week_day == calendar.SUNDAY:
        return day + 1 if day < last else day - 2
    return day


def _by_week_day(field: str, year: int, month: int) -> Iterator[int]:
    last = calendar.monthrange(year, month)[1]
    # From Python's Monday = 0 to AWS's Sunday = 1.
    by_day = {day: (calendar.weekday(year, month, day) + 1) % 7 + 1 for day in range(1, last + 1)}
    for part in field.split(","):
        name, hash_sign, number = part.partition("#")
        if hash_sign:
            wanted = _number(name, 1, 7, DAYS)
            nth = _number(number, 1, 5, ())
            yield from [day for day, week_day in by_day.items() if week_day == wanted][
                nth - 1 : nth
            ]
        elif part != "L" and part.endswith("L"):
            wanted = _number(part[:-1], 1, 7, DAYS)
            yield max(day for day, week_day in by_day.items() if week_day == wanted)
        else:
            wanted_days = (7,) if part == "L" else _numbers(part, 1, 7, DAYS)
            yield from (day for day, week_day in by_day.items() if week_day in wanted_days)
