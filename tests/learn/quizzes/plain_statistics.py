"""The same figures as item analysis, computed answer by answer in plain Python: to compare with.

Written from the textbooks' formulas, without NumPy and without looking at how the site does it.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, mean, median, variance

MIN_OTHERS = 3


@dataclass(frozen=True)
class Row:
    """One answer. `seconds` is None where no time is known."""

    person: int
    item: int
    choice: int
    score: float
    hinted: bool = False
    seconds: float | None = None


def item_means(rows: Sequence[Row]) -> dict[int, float]:
    scores: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        scores[row.item].append(row.score)
    return {item: mean(values) for item, values in scores.items()}


def strengths(rows: Sequence[Row]) -> dict[tuple[int, int], float]:
    """`{(person, item): mean deviation in the person's other answers}`."""
    means = item_means(rows)
    by_person: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
    found = {}
    for person, answers in by_person.items():
        for row in answers:
            others = [each.score - means[each.item] for each in answers if each is not row]
            if len(others) >= MIN_OTHERS:
                found[person, row.item] = math.fsum(others) / len(others)
    return found


def pearson(x: Sequence[float], y: Sequence[float]) -> float | None:
    """None where one does not vary."""
    if len(x) < 2 or max(y) - min(y) < 1e-9:
        return None
    try:
        return correlation(x, y)
    except StatisticsError:
        return None


def discrimination(rows: Sequence[Row], item: int) -> float | None:
    known = strengths(rows)
    own = [row for row in rows if row.item == item and (row.person, item) in known]
    return pearson([row.score for row in own], [known[row.person, item] for row in own])


def choice_discrimination(rows: Sequence[Row], item: int, choice: int) -> float | None:
    known = strengths(rows)
    own = [row for row in rows if row.item == item and (row.person, item) in known]
    chosen = [float(row.choice == choice) for row in own]
    return pearson(chosen, [known[row.person, item] for row in own])


def median_seconds(rows: Sequence[Row], item: int) -> float | None:
    times = [row.seconds for row in rows if row.item == item and row.seconds is not None]
    return median(times) if times else None


def cronbach_alpha(scores: Sequence[Sequence[float]]) -> float:
    """Of a complete table, a row for each person: k/(k-1) (1 - sum of variances / variance)."""
    k = len(scores[0])
    of_items = sum(variance(column) for column in zip(*scores, strict=True))
    return float(k / (k - 1) * (1 - of_items / variance([sum(row) for row in scores])))


def rest_correlation(scores: Sequence[Sequence[float]], item: int) -> float | None:
    """Of a complete table: the item with the sum of all others."""
    rest = [sum(row) - row[item] for row in scores]
    return pearson([row[item] for row in scores], rest)
