"""What an attempt is worth, and which attempt counts. Rules without Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from learn.catalog.rules import Counts

HUNDRED = 100


@dataclass(frozen=True)
class Scored:
    """One marked attempt. `score` is in points, 0 to `max_score`."""

    number: int
    score: float
    max_score: int

    @property
    def share(self) -> float:
        """0 to 1: a quiz may have grown since, and 4 of 5 is better than 4 of 6."""
        return self.score / max(self.max_score, 1)


def points_of(marks: Iterable[tuple[float, int]]) -> float:
    """The sum of (score from 0 to 1, points)."""
    return sum(score * points for score, points in marks)


def after_penalties(
    points: float, *, number: int, penalty_percent: int, late_percent: int = 0
) -> float:
    """The points that are left of attempt `number` (1 is the first), never below 0.

    Each further attempt takes `penalty_percent` of the points; of the rest, lateness takes
    `late_percent`.
    """
    kept = max(HUNDRED - penalty_percent * (number - 1), 0)
    return points * kept / HUNDRED * (HUNDRED - late_percent) / HUNDRED


def counted(attempts: Sequence[Scored], counts: Counts) -> Scored | None:
    """The attempt that is the quiz's result; of two equally good ones the first."""
    if not attempts:
        return None
    by_number = sorted(attempts, key=lambda attempt: attempt.number)
    match counts:
        case Counts.BEST:
            return max(by_number, key=lambda attempt: attempt.share)
        case Counts.LAST:
            return by_number[-1]
        case Counts.FIRST:
            return by_number[0]


def shown_points(score: float) -> str:
    """Two decimals at most: 4, 3.5, 0.67."""
    return f"{score:.2f}".rstrip("0").rstrip(".")
