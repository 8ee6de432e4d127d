"""Certificates of learners who have completed the course."""

import uuid
from typing import ClassVar, override

from django.conf import settings
from django.db import models
from django.urls import reverse

REASON_LENGTH = 200


class Certificate(models.Model):
    """What a learner had reached when the course was completed. It never changes, but for its end.

    Its id cannot be guessed: who has the link may read the page. `name`, `course_title` and
    `content_hash` are those of that day. `badge` is the signed credential (a JWT) and `pdf` the
    paper, both as they were issued. A learner may withdraw the page (`is_public`); staff may
    revoke the certificate, and it then says so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="certificates"
    )
    course = models.SlugField(default="coldstart", editable=False)
    name = models.CharField(max_length=80)
    course_title = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    steps = models.PositiveIntegerField()
    points = models.FloatField()
    issued_at = models.DateTimeField()
    badge = models.TextField()
    pdf = models.BinaryField()
    is_public = models.BooleanField(default=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            # Two clicks at once issue one.
            models.UniqueConstraint(fields=["user", "course"], name="certificate_one"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["revoked_at"],
                condition=models.Q(revoked_at__isnull=False),
                name="certificate_revoked",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.course_title}: {self.name}"

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("progress:certificate", args=[self.pk])

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None
