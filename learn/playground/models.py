"""Programs that were run in the playground."""

import uuid
from typing import ClassVar, override

from django.conf import settings
from django.db import models


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
