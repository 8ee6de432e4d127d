"""How far a quiz's scores can be trusted: Cronbach's alpha and the standard error, on arrays."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from learn.quizzes.item_analysis import NEGLIGIBLE, Answers, deviations

MIN_ATTEMPTS = 30
"""Johanson and Brooks 2010 (Educational and Psychological Measurement 70, p. 394) hold 30 to be
the fewest from which the figures of a new test may be taken."""


@dataclass(frozen=True)
class Reliability:
    """`alpha` is 1 for scores without chance in them. `error` is in the points of the scores.

    Of `attempts` equal learners, two in three are within one `error` of the score that they would
    have on average over many such quizzes.
    """

    attempts: int
    length: float
    alpha: float
    error: float


def reliability(answers: Answers) -> Reliability | str:
    """Of a quiz's attempts (the persons), or a sentence that says why there is none.

    Scores may be in any unit, as points.

    Alpha is k c / (v + (k - 1) c), from the mean variance v of a question and the mean covariance
    c of two (Cronbach 1951, Psychometrika 16, p. 297). Where each attempt draws k questions from
    a pool, no attempt has all of them: v is then taken over all answers, c over all pairs of
    answers in one attempt, so that a pair counts as often as it was asked together, and the
    questions' different means are taken out first. With all questions in all attempts that is
    alpha as it stands in every textbook (KR-20, where answers are right or wrong).
    """
    lengths = np.bincount(answers.person, minlength=answers.persons)
    attempts = int(np.count_nonzero(lengths))
    if attempts < MIN_ATTEMPTS:
        sentence = _("Needs %(needed)s learners who finished the quiz; there are %(attempts)s.")
        return sentence % {"needed": MIN_ATTEMPTS, "attempts": attempts}
    pairs = int(np.sum(lengths * (lengths - 1)))
    if not pairs:
        return _("Needs a quiz of at least two questions.")
    return _reliability(answers, attempts, pairs)


def _reliability(answers: Answers, attempts: int, pairs: int) -> Reliability | str:
    deviation = deviations(answers)
    sums = np.bincount(answers.person, deviation, answers.persons)
    squares = float(np.sum(deviation**2))
    k = len(answers) / attempts
    # The sample's variances: with n - 1, as in every textbook. Alpha is the same with n.
    sample = attempts / (attempts - 1)
    variance = squares / len(answers) * sample
    covariance = (float(np.sum(sums**2)) - squares) / pairs * sample
    total = k * (variance + (k - 1) * covariance)
    if total < NEGLIGIBLE:
        return _("All learners have the same score: there is nothing to tell apart.")
    # Attempts of unequal length can take the estimate over its bound.
    alpha = min(1.0, k * k * covariance / total)
    error = float(np.sqrt(total * (1 - alpha)))
    return Reliability(attempts, k, alpha, error)
