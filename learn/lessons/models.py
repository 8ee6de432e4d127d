"""What a learner keeps beside a lesson: a bookmark, and a private note."""

from typing import ClassVar, override

from django.conf import settings
from django.db import models

MAX_NOTE = 10_000


class Margin(models.Model):
    """One learner's bookmark and note at one lesson. Nobody else sees them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="margins"
    )
    module = models.CharField(max_length=60)
    lesson = models.CharField(max_length=60)
    is_bookmarked = models.BooleanField(default=False)
    note = models.TextField(blank=True, max_length=MAX_NOTE)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-changed_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "module", "lesson"], name="margin_one"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.module}/{self.lesson}"
