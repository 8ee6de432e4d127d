"""Programs that were run in the playground, and those that somebody keeps."""

import uuid
from typing import ClassVar, override

from django.conf import settings
from django.db import models
from django.urls import reverse


class Status(models.TextChoices):
    """Where a run stands. Only `queued` may change, and only once."""

    QUEUED = "queued"
    DONE = "done"


class PlaygroundRun(models.Model):
    """One program of one person, and what it did. The row is the truth, the message only a hint.

    `files` has main.py, which is run. `sent_at` is None while no message is sent: another run of
    the user is under way, or the broker did not take it. `send_count` counts the messages that
    are believed to have been sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="playground_runs"
    )
    files = models.JSONField()
    seed = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    verdict = models.CharField(max_length=20, blank=True)
    report = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    send_count = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status=Status.QUEUED, done_at=None, verdict="")
                | models.Q(status=Status.DONE, done_at__isnull=False) & ~models.Q(verdict=""),
                name="playground_done_has_verdict",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at"], name="playground_newest"),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(status=Status.QUEUED),
                name="playground_queued",
            ),
            models.Index(fields=["done_at"], name="playground_done"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}: {self.verdict or self.status}"

    @property
    def is_queued(self) -> bool:
        return self.status == Status.QUEUED


class Snippet(models.Model):
    """A program that its owner keeps. While it is shared, fellows with its link may read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="snippets"
    )
    name = models.CharField(max_length=80)
    files = models.JSONField()
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-changed_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-changed_at"], name="snippet_newest"),
        ]

    @override
    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The playground with this program in it; what is shared is this page."""
        return reverse("playground:snippet", args=[self.pk])
