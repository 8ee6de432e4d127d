"""The calendar of what was done."""

import datetime as dt

from learn.progress.calendar import CalendarDay, calendar, first_day, longest_streak

# A Wednesday.
TODAY = dt.date(2026, 9, 9)


def test_it_shows_whole_weeks_up_to_today() -> None:
    found = calendar({TODAY: 2, first_day(TODAY): 1, dt.date(2020, 1, 1): 9}, TODAY)

    assert len(found.weeks) == 26
    assert [len(week.days) for week in found.weeks] == [7] * 25 + [3]
    assert found.weeks[0].monday == first_day(TODAY) == dt.date(2026, 3, 16)
    assert found.weeks[-1].days[-1] == CalendarDay(TODAY, 2)
    assert found.weeks[-1].missing == 4
    assert (found.count, found.active_days) == (3, 2)
    assert found.active_weeks == (found.weeks[-1], found.weeks[0])


def test_a_month_is_named_in_the_week_in_which_it_begins() -> None:
    months = [week.month for week in calendar({}, TODAY).weeks if week.month]

    assert months == [dt.date(2026, month, 1) for month in range(4, 10)]


def test_more_work_has_a_darker_shade() -> None:
    assert [CalendarDay(TODAY, n).shade for n in (0, 1, 4, 5, 15, 30, 500)] == [
        0, 1, 1, 2, 3, 4, 4,
    ]  # fmt: skip


def test_the_longest_streak_is_found_wherever_it_was() -> None:
    days = {dt.date(2026, 5, day): 1 for day in (1, 2, 3, 7, 8)}

    assert longest_streak({}) == 0
    assert longest_streak(days | {dt.date(2026, 5, 4): 0}) == 3
