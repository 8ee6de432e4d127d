"""What first attempts tell of a quiz as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from learn.quizzes.answer_sheets import Learners, first_attempt_answers, first_attempts
from learn.quizzes.reliability import Reliability, reliability
from learn.quizzes.statistics import MIN_ANSWERS, Statistics, statistics


@dataclass(frozen=True)
class QuizStatistics:
    """`shares` are the scores of first attempts, 0 to 1; `minutes` what each took as a whole.

    Questions of the quiz are compared with the rest of the quiz alone.
    """

    questions: Statistics
    reliability: Reliability | str
    shares: tuple[float, ...]
    minutes: tuple[float, ...]

    @property
    def attempts(self) -> int:
        return len(self.shares)

    @property
    def is_enough(self) -> bool:
        return self.attempts >= MIN_ANSWERS

    @property
    def mean(self) -> float | None:
        """The mean score, as a share."""
        return fmean(self.shares) if self.is_enough else None

    @property
    def median_minutes(self) -> float | None:
        return median(self.minutes) if len(self.minutes) >= MIN_ANSWERS else None


def of_quiz(learners: Learners, quiz: str, points: Mapping[str, int]) -> QuizStatistics:
    """Of each learner's first finished attempt at the quiz with this slug. Three queries.

    `points` are what its questions are worth, by their paths. For the reliability, all versions
    of a question are one: a mended word does not begin a new quiz.
    """
    sheet = first_attempt_answers(learners, quiz)
    rows = first_attempts(learners, quiz).order_by()
    attempts = list(rows.values_list("score", "max_score", "started_at", "submitted_at"))
    return QuizStatistics(
        questions=statistics(sheet),
        reliability=reliability(sheet.by_question(points)),
        shares=tuple((score or 0.0) / max(whole, 1) for score, whole, _, _ in attempts),
        minutes=tuple(
            (end - start).total_seconds() / 60 for _, _, start, end in attempts if end is not None
        ),
    )


def distribution(shares: Iterable[float], steps: int) -> Sequence[int]:
    """How many scores are in each of `steps` equal parts of 0 to 1; 1 is in the last."""
    counts = [0] * steps
    for share in shares:
        counts[min(int(share * steps + ROUNDING), steps - 1)] += 1
    return counts


ROUNDING = 1e-9
"""0.3 * 10 is a little under 3."""
