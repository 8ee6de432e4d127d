"""Cohorts and who is in them."""

from typing import ClassVar, override

from django.conf import settings
from django.db import models
from django.urls import reverse

CODE_LENGTH = 8


class Cohort(models.Model):
    """A group of learners that takes one course together."""

    name = models.CharField(max_length=80)
    course = models.SlugField(default="coldstart", editable=False)
    join_code = models.CharField(max_length=CODE_LENGTH, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="created_cohorts"
    )

    @override
    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The instructor's page."""
        return reverse("dashboard:cohort", args=[self.pk])


class Role(models.TextChoices):
    """What somebody is in one cohort."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"


class Enrolment(models.Model):
    """One person in one cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="enrolments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments"
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.LEARNER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cohort", "user"], name="one_enrolment_per_cohort"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="enrolment_role_is_known"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.user} in {self.cohort} as {self.role}"
