"""A quiz's page: how far its scores can be trusted, how they are spread, and its questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from learn.catalog.catalogue import Quiz
from learn.dashboard.questions import QuestionRow, rows_of
from learn.dashboard.scopes import Scope
from learn.quizzes.advice import Advice, of_alpha
from learn.quizzes.quiz_statistics import QuizStatistics, distribution, of_quiz
from learn.quizzes.reliability import Reliability

MOST_BARS = 12
HEIGHT = 100
STEP = 10


@dataclass(frozen=True)
class Bar:
    """One bar of the chart: its words, and its place in a drawing `HEIGHT` high."""

    label: str
    count: int
    x: int
    height: int

    @property
    def y(self) -> int:
        return HEIGHT - self.height


@dataclass(frozen=True)
class QuizPage:
    """`alpha` is None where there are too few attempts; `refusal` then says so."""

    statistics: QuizStatistics
    rows: Sequence[QuestionRow]
    bars: Sequence[Bar]
    reliability: Reliability | None
    advice: Advice | None
    refusal: str
    by_points: bool

    @property
    def width(self) -> int:
        """Of the drawing."""
        return len(self.bars) * STEP


def quiz_page(scope: Scope, quiz: Quiz) -> QuizPage:
    """Three queries."""
    statistics = of_quiz(scope.learners, quiz.slug, points_of(quiz))
    found = statistics.reliability
    trusted = found if isinstance(found, Reliability) else None
    return QuizPage(
        statistics=statistics,
        rows=rows_of(scope, quiz.questions, statistics.questions),
        bars=bars_of(statistics, quiz.max_score),
        reliability=trusted,
        advice=of_alpha(trusted.alpha) if trusted else None,
        refusal=found if isinstance(found, str) else "",
        by_points=_by_points(quiz.max_score),
    )


def points_of(quiz: Quiz) -> dict[str, int]:
    """What each question is worth, by its path; one that is always asked counts as such."""
    drawn = {question.path: pool.points for pool in quiz.pools for question in pool.questions}
    return drawn | {question.path: quiz.points_of(question) for question in quiz.fixed}


def bars_of(statistics: QuizStatistics, points: int) -> list[Bar]:
    """A bar for each number of points, or for ten per cent each where those are many."""
    counts = _of_points(statistics, points) if _by_points(points) else _of_tenths(statistics)
    highest = max([count for _, count in counts], default=0) or 1
    return [
        Bar(label, count, x=place * STEP, height=round(count / highest * HEIGHT))
        for place, (label, count) in enumerate(counts)
    ]


def _by_points(points: int) -> bool:
    return points < MOST_BARS


def _of_points(statistics: QuizStatistics, points: int) -> list[tuple[str, int]]:
    """Rounded down: the last bar is full marks alone."""
    below = distribution([share for share in statistics.shares if share < 1], points)
    full = sum(share >= 1 for share in statistics.shares)
    return [(str(step), count) for step, count in enumerate([*below, full])]


def _of_tenths(statistics: QuizStatistics) -> list[tuple[str, int]]:
    counts = distribution(statistics.shares, 10)
    return [(f"{step * 10} to {step * 10 + 10} %", count) for step, count in enumerate(counts)]
