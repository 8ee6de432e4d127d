"""Submissions to labs, and the workers that grade them."""

import uuid
from typing import ClassVar, override

from django.conf import settings
from django.db import models

from labs import Verdict


class Status(models.TextChoices):
    """Where a submission stands. Only `queued` may change, and only once."""

    QUEUED = "queued"
    GRADED = "graded"
    SUPERSEDED = "superseded"


class Kind(models.TextChoices):
    """A submission has all checks run and counts; a run has the visible ones run, and is free."""

    SUBMISSION = "submission"
    RUN = "run"


class SubmissionManager(models.Manager["Submission"]):
    """Submissions without runs: all that counts for attempts, points and progress."""

    @override
    def get_queryset(self) -> "models.QuerySet[Submission]":
        return super().get_queryset().filter(kind=Kind.SUBMISSION)


class Submission(models.Model):
    """One learner's code for one lab. The row is the truth, the message only a hint.

    Runs are rows too: `with_runs` has all rows, `objects` those that count.

    `sent_at` is None while no message is sent: another one of the user is under way, or the broker
    did not take it. `send_count` counts the messages that are believed to have been sent. A
    superseded row has a `graded_at` too, if a worker spent its time on it. `started_at` is when a
    worker said that it begins; it may never have been heard. `reviews` says what its
    failed checks put into the learner's review: `[[concept, number of questions], ...]`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions"
    )
    lab = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SUBMISSION)
    content_hash = models.CharField(max_length=64)
    files = models.JSONField()
    seed = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    verdict = models.CharField(max_length=20, blank=True)
    score = models.PositiveIntegerField(default=0)
    max_score = models.PositiveIntegerField(default=0)
    report = models.JSONField(null=True, blank=True)
    reviews = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    send_count = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)

    with_runs: ClassVar[models.Manager["Submission"]] = models.Manager()
    objects: ClassVar[SubmissionManager] = SubmissionManager()

    class Meta:
        default_manager_name = "with_runs"
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            # Two submits at once cannot both be the newest.
            models.UniqueConstraint(
                fields=["user", "lab", "kind"],
                condition=models.Q(status=Status.QUEUED),
                name="submission_one_queued",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=list(Status)), name="submission_status"
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.GRADED, graded_at__isnull=False)
                & ~models.Q(verdict="")
                | ~models.Q(status=Status.GRADED) & models.Q(verdict=""),
                name="submission_graded_has_verdict",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "lab", "-created_at"], name="submission_newest"),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(status=Status.QUEUED),
                name="submission_queued",
            ),
            models.Index(fields=["graded_at"], name="submission_reported"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.lab}: {self.verdict or self.status}"

    @property
    def is_run(self) -> bool:
        return self.kind == Kind.RUN

    @property
    def is_queued(self) -> bool:
        return self.status == Status.QUEUED

    @property
    def is_superseded(self) -> bool:
        return self.status == Status.SUPERSEDED

    @property
    def passed(self) -> bool:
        return self.verdict == Verdict.PASSED


class Draft(models.Model):
    """One version of a learner's unsubmitted code for a lab.

    `token` names it, chosen by the browser, which so knows after a crash what was stored. While
    somebody types, the newest version is written over for a while (`began_at`).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    lab = models.CharField(max_length=200)
    token = models.UUIDField()
    files = models.JSONField()
    size_bytes = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-saved_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "token"], name="draft_one_token"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "lab", "-saved_at"], name="draft_newest"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.lab} at {self.saved_at:%Y-%m-%d %H:%M}"


class Worker(models.Model):
    """A grading worker, as it introduced itself when it last started.

    `tier` is that of its sandbox; `findings` are as of `labs.Finding`.
    """

    name = models.CharField(max_length=200, unique=True)
    tier = models.CharField(max_length=10)
    engine_version = models.CharField(max_length=40)
    kernel = models.CharField(max_length=200)
    findings = models.JSONField()
    started_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-started_at", "name"]

    @override
    def __str__(self) -> str:
        return self.name
