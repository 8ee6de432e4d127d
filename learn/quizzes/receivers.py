"""What happens in attempts when an answer is marked."""

from typing import Any

from django.dispatch import receiver

from learn.quizzes import actions
from learn.quizzes.models import Answer
from learn.quizzes.signals import answer_marked


@receiver(answer_marked, dispatch_uid="quizzes.finish_attempt")
def finish_attempt(sender: object, answer: Answer, **_: Any) -> None:
    """The last answer to be marked finishes its attempt."""
    if answer.attempt_id:
        actions.finish(answer.attempt_id)
