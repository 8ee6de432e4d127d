"""Days in a row, and days to come. Rules without Django. Days are those of UTC."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

DAY = dt.timedelta(days=1)
FORECAST_DAYS = 14
BAR_WIDTH = 0.7
BAR_MARGIN = (1 - BAR_WIDTH) / 2


@dataclass(frozen=True)
class ForecastDay:
    """How many questions are due on a day, and its bar in a chart one wide a day and 100 high."""

    day: dt.date
    count: int
    x: float
    height: float

    @property
    def width(self) -> float:
        return BAR_WIDTH

    @property
    def y(self) -> float:
        return 100 - self.height


def streak(days: Collection[dt.date], today: dt.date) -> int:
    """How many days in a row have something answered. Today counts, and may still come."""
    day = today if today in days else today - DAY
    length = 0
    while day in days:
        length += 1
        day -= DAY
    return length


def forecast(due_on: Iterable[dt.date], today: dt.date) -> tuple[ForecastDay, ...]:
    """What is due on each of the next FORECAST_DAYS days; what is overdue is due today."""
    counts = Counter(max(day, today) for day in due_on)
    days = [today + number * DAY for number in range(FORECAST_DAYS)]
    fullest = max(max(counts[day] for day in days), 1)
    return tuple(
        ForecastDay(
            day,
            counts[day],
            x=round(number + BAR_MARGIN, 2),
            height=round(100 * counts[day] / fullest, 1),
        )
        for number, day in enumerate(days)
    )
