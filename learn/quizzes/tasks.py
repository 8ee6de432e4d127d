"""What the site's worker does: records evaluations, sends lost answers again, closes attempts."""

import logging

from celery import shared_task

from labs import RECORD_EVALUATION_TASK
from learn.quizzes import actions, evaluations

logger = logging.getLogger(__name__)


@shared_task(name=RECORD_EVALUATION_TASK)
def record_evaluation(answer: object, evaluation: object) -> None:
    """Record a worker's evaluation. What is late, doubled, forged or broken changes nothing.

    An answer whose evaluation was broken goes on waiting, and is sent to a worker again.
    """
    try:
        parsed = evaluations.parse_evaluation(evaluation)
        recorded = evaluations.record(str(answer), parsed)
    except evaluations.EvaluationError as error:
        logger.error("no evaluation of answer %.100r: %s", answer, error)
        return
    if not recorded:
        logger.info("evaluation of answer %.100s came too late, or twice", answer)


@shared_task(name="quizzes.resend_lost")
def resend_lost() -> None:
    """Send again what seems to be lost."""
    if sent := evaluations.resend_lost():
        logger.warning("%d answers were sent again", sent)


@shared_task(name="quizzes.close_overdue")
def close_overdue() -> None:
    """Close attempts whose time is over, also those of learners who have gone away."""
    if closed := actions.close_overdue():
        logger.info("%d attempts were closed at their end", closed)
