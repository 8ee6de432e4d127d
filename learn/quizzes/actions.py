"""Writes attempts."""

import uuid
from collections.abc import Mapping

from learn.accounts.models import User
from learn.catalog.catalogue import Quiz
from learn.quizzes.marking import mark_quiz
from learn.quizzes.models import QuizAttempt


def record_attempt(
    user: User, quiz: Quiz, form_key: uuid.UUID, answers: Mapping[str, str]
) -> QuizAttempt:
    """Mark the answers (`{question slug: option id}`, all questions) and keep them.

    A form that was sent before gives the attempt of then: a double click counts once.
    """
    records = mark_quiz(quiz, answers)
    attempt, _ = QuizAttempt.objects.get_or_create(
        user=user,
        quiz=quiz.slug,
        form_key=form_key,
        defaults={
            "content_hash": quiz.content_hash,
            "answers": records,
            "score": sum(record["correct"] for record in records),
            "max_score": len(records),
        },
    )
    return attempt
