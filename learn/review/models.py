"""Cards, one for each learner and question, and the days on which somebody answered."""

from typing import ClassVar, override

from django.conf import settings
from django.db import models
from fsrs import Rating, State

from learn.quizzes.models import Answer
from learn.review.scheduling import Memory

# How many questions a day are enough, before the learner asks for more.
DAILY_REVIEWS = 20


class Card(models.Model):
    """When a question comes back to a learner. It outlives its question, and is hidden then.

    The memory (`state` to `answered_at`, as of `learn.review.scheduling.Memory`) is None as long
    as the question was not answered: a failed lab check may ask it for the first time. `lab` and
    `concept` name that check's; they are empty where an answer has scheduled the card. `asked` is
    the answer that a review has begun.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cards"
    )
    module = models.CharField(max_length=60)
    question = models.CharField(max_length=60)
    due_on = models.DateField()
    state = models.PositiveSmallIntegerField(null=True, blank=True)
    stability = models.FloatField(null=True, blank=True)
    difficulty = models.FloatField(null=True, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    lapses = models.PositiveSmallIntegerField(default=0)
    lab = models.CharField(max_length=200, blank=True)
    concept = models.CharField(max_length=60, blank=True)
    asked = models.ForeignKey(
        Answer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_stopped = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "module", "question"], name="card_one"),
            models.CheckConstraint(
                condition=models.Q(
                    state__isnull=True,
                    stability__isnull=True,
                    difficulty__isnull=True,
                    rating__isnull=True,
                    answered_at__isnull=True,
                )
                | models.Q(
                    state__isnull=False,
                    stability__gt=0,
                    difficulty__gte=1,
                    difficulty__lte=10,
                    rating__isnull=False,
                    answered_at__isnull=False,
                ),
                name="card_memory",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "due_on"],
                condition=models.Q(is_stopped=False),
                name="card_due",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.module}/{self.question}: due on {self.due_on}"

    @property
    def path(self) -> str:
        """As of `learn.questions.question.Question`: "sqs/who-deletes"."""
        return f"{self.module}/{self.question}"

    @property
    def concept_name(self) -> str:
        """The concept in words."""
        return self.concept.replace("-", " ")

    @property
    def memory(self) -> Memory | None:
        """What FSRS knows; None before the first answer."""
        if (
            self.state is None
            or self.stability is None
            or self.difficulty is None
            or self.rating is None
            or self.answered_at is None
        ):
            return None
        return Memory(
            State(self.state),
            self.stability,
            self.difficulty,
            Rating(self.rating),
            self.answered_at,
            self.due_on,
        )


class StudyDay(models.Model):
    """A day (UTC) on which a user answered something: `answers` in all, `reviews` in reviews.

    `review_limit` is how many reviews are enough on this day; `last_module` that of the last one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="study_days"
    )
    day = models.DateField()
    answers = models.PositiveIntegerField(default=0)
    reviews = models.PositiveIntegerField(default=0)
    right_reviews = models.PositiveIntegerField(default=0)
    review_limit = models.PositiveIntegerField(default=DAILY_REVIEWS)
    last_module = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["-day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "day"], name="study_day_one"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.day}: {self.answers} answers"
