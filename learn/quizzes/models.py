"""What learners answered: each answer to a question, and attempts, which hold those of a quiz."""

from typing import ClassVar, override

from django.conf import settings
from django.db import models
from django.urls import reverse

HASH_LENGTH = 64
SUMMARY_LENGTH = 200
MIN_TIME_PERCENT = 100
MAX_TIME_PERCENT = 400


class QuestionVersion(models.Model):
    """A question as it was when somebody was asked it: `source` is `question_to_json`'s.

    Content files change; what was asked can be shown again and marked again all the same.
    """

    content_hash = models.CharField(max_length=HASH_LENGTH, primary_key=True)
    module = models.CharField(max_length=60)
    slug = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    source = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["module", "slug"], name="version_by_question")]

    @override
    def __str__(self) -> str:
        return f"{self.module}/{self.slug} {self.content_hash[:8]}"


class Attempt(models.Model):
    """One learner's attempt at one quiz. Of the open ones there is at most one.

    `rules` are the learner's at the start (`learn.catalog.rules.Rules.to_json`). From `due_at` on
    nothing is taken: the time limit is over, or the quiz closes; None if neither will happen.
    `score` is None until all answers are marked, and counts the penalties; it is in points, as
    `max_score`.
    """

    class Status(models.TextChoices):
        """Answers are taken while `open`; some are still with a worker while `marking`."""

        OPEN = "open"
        MARKING = "marking"
        MARKED = "marked"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiz_attempts"
    )
    quiz = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=HASH_LENGTH)
    number = models.PositiveSmallIntegerField()
    rules = models.JSONField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    score = models.FloatField(null=True, blank=True)
    max_score = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["-started_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "quiz"],
                condition=models.Q(status="open"),
                name="attempt_one_open",
            ),
            models.UniqueConstraint(fields=["user", "quiz", "number"], name="attempt_number"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True)
                | models.Q(score__gte=0, score__lte=models.F("max_score")),
                name="attempt_score",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["quiz", "user"], name="attempt_by_quiz"),
            models.Index(
                fields=["due_at"], condition=models.Q(status="open"), name="attempt_open_until"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.quiz}: attempt {self.number}, {self.status}"

    def get_absolute_url(self) -> str:
        """Its questions, and later its result."""
        module, _, quiz = self.quiz.partition("/")
        return reverse("quizzes:attempt", args=[module, quiz, self.pk])


class Answer(models.Model):
    """One question put to one learner: `version` and `seed` give the variant, exactly.

    `fields` is what the learner's browser sent (`learn.questions.fields.Fields`), {} before
    anything came. `score` (0 to 1) is there once it is marked; in an attempt it counts `points`
    times. `evaluation` is what a grading
    worker found out about an artefact. `is_first` marks the first answer that a user ever gave to
    the question: statistics look at those.
    """

    class Source(models.TextChoices):
        """Where the question was asked."""

        QUIZ = "quiz"
        LESSON = "lesson"
        REVIEW = "review"

    class Status(models.TextChoices):
        """Only an open answer may be changed, and only once be given."""

        OPEN = "open"
        MARKING = "marking"
        MARKED = "marked"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="answers"
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.CASCADE, null=True, blank=True, related_name="answers"
    )
    source = models.CharField(max_length=10, choices=Source)
    position = models.PositiveSmallIntegerField(default=0)
    points = models.PositiveSmallIntegerField(default=1)
    module = models.CharField(max_length=60)
    question = models.CharField(max_length=60)
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    seed = models.PositiveIntegerField()
    fields = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    score = models.FloatField(null=True, blank=True)
    summary = models.CharField(max_length=SUMMARY_LENGTH, blank=True)
    misconceptions = models.JSONField(default=list)
    evaluation = models.JSONField(null=True, blank=True)
    hints_shown = models.PositiveSmallIntegerField(default=0)
    is_first = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    # The message to a grading worker, as of submissions: None while none is under way.
    sent_at = models.DateTimeField(null=True, blank=True)
    send_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["attempt", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["attempt", "position"],
                condition=models.Q(attempt__isnull=False),
                name="answer_position",
            ),
            models.UniqueConstraint(
                fields=["user", "module", "question"],
                condition=models.Q(is_first=True),
                name="answer_one_first",
            ),
            models.CheckConstraint(
                condition=models.Q(status="marked", score__gte=0, score__lte=1)
                | ~models.Q(status="marked") & models.Q(score__isnull=True),
                name="answer_score",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["module", "question"],
                condition=models.Q(is_first=True),
                name="answer_first",
            ),
            models.Index(fields=["user", "module", "question", "-asked_at"], name="answer_newest"),
            models.Index(
                fields=["sent_at"], condition=models.Q(status="marking"), name="answer_marking"
            ),
            models.Index(
                fields=["marked_at"],
                condition=models.Q(sent_at__isnull=False),
                name="answer_evaluated",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.module}/{self.question}: {self.status}"


class Accommodation(models.Model):
    """What one learner needs in every quiz: `time_percent` of its time, and more attempts.

    It holds for attempts that begin after it was given.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accommodation"
    )
    time_percent = models.PositiveSmallIntegerField(default=100)
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    time_percent__gte=MIN_TIME_PERCENT, time_percent__lte=MAX_TIME_PERCENT
                ),
                name="accommodation_time",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.user}: {self.time_percent} % of the time, {self.extra_attempts} more"
