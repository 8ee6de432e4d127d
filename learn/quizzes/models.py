"""Attempts at a quiz."""

from typing import ClassVar, TypedDict, override

from django.conf import settings
from django.db import models


class AnswerRecord(TypedDict):
    """One answer as it is kept: enough to explain the mark after the question has changed."""

    question: str
    content_hash: str
    answer: str
    correct: bool


class QuizAttempt(models.Model):
    """One learner's answers to one quiz, marked once. The best attempt counts."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiz_attempts"
    )
    quiz = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    form_key = models.UUIDField()
    answers = models.JSONField()
    score = models.PositiveSmallIntegerField()
    max_score = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            # A double click sends the same form twice; the second must find the first's attempt.
            models.UniqueConstraint(
                fields=["user", "quiz", "form_key"], name="quiz_attempt_once_per_form"
            ),
            models.CheckConstraint(
                condition=models.Q(score__lte=models.F("max_score")), name="quiz_attempt_score"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["quiz", "user"], name="quiz_attempt_by_quiz")]

    @override
    def __str__(self) -> str:
        return f"{self.quiz}: {self.score} of {self.max_score}"
