"""Hears of answers and submissions, inside the transactions that write them."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from labs import GradeReport
from learn.quizzes.models import Answer
from learn.quizzes.signals import answer_marked
from learn.review import actions, badge
from learn.review.models import Card
from learn.submissions.models import Submission
from learn.submissions.signals import report_recorded


@receiver(answer_marked, sender=Answer)
def on_answer_marked(answer: Answer, **_: Any) -> None:
    """The answer's question gets its next date."""
    actions.record_answer(answer)


@receiver(report_recorded, sender=Submission)
def on_report_recorded(submission: Submission, report: GradeReport, **_: Any) -> None:
    """The questions on what failed are due now."""
    actions.schedule_failed(submission, report)


@receiver(post_save, sender=Card)
def on_card_saved(instance: Card, **_: Any) -> None:
    """The number in the header changes."""
    transaction.on_commit(partial(badge.forget, instance.user_id))
