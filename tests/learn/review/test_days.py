"""Days in a row, and days to come."""

import datetime as dt

import pytest

from learn.review.days import FORECAST_DAYS, forecast, streak

TODAY = dt.date(2026, 9, 7)


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


@pytest.mark.parametrize(
    ("days", "length"),
    [
        ([], 0),
        ([0], 1),
        ([-1], 1),
        ([-2], 0),
        ([0, -1, -2], 3),
        ([-1, -2, -3], 3),
        ([0, -2, -3], 1),
        ([0, -1, -3], 2),
    ],
)
def test_it_counts_days_in_a_row(days: list[int], length: int) -> None:
    assert streak({day(offset) for offset in days}, TODAY) == length


def test_it_crosses_the_end_of_a_month() -> None:
    days = {dt.date(2028, 3, 1), dt.date(2028, 2, 29), dt.date(2028, 2, 28)}
    assert streak(days, dt.date(2028, 3, 1)) == 3


def test_it_counts_what_is_due_on_each_day() -> None:
    shown = forecast([day(0), day(-3), day(1), day(13), day(14)], TODAY)
    assert [one.count for one in shown] == [2, 1, *[0] * 11, 1]
    assert [one.day for one in shown] == [day(offset) for offset in range(FORECAST_DAYS)]


def test_its_bars_fill_the_chart() -> None:
    today, tomorrow, *_ = forecast([day(0), day(0), day(1)], TODAY)
    assert (today.y, today.height) == (0, 100)
    assert (tomorrow.y, tomorrow.height) == (50, 50)
    assert today.x + today.width < tomorrow.x


def test_it_draws_no_bar_when_nothing_is_due() -> None:
    assert {one.height for one in forecast([], TODAY)} == {0}
