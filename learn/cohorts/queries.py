"""Who learns where, and who may see whom."""

from django.db.models import Count, Q, QuerySet

from learn.accounts.models import User
from learn.cohorts.models import Cohort, Enrolment, Role

LEARNS = Q(enrolments__role=Role.LEARNER)


def enrolments_of(user: User) -> QuerySet[Enrolment]:
    """The user's cohorts, newest first, each with `learner_count`."""
    return (
        Enrolment.objects.filter(user=user)
        .select_related("cohort")
        .annotate(
            learner_count=Count(
                "cohort__enrolments", filter=Q(cohort__enrolments__role=Role.LEARNER)
            )
        )
        .order_by("-joined_at", "-pk")
    )


def taught_by(user: User) -> QuerySet[Cohort]:
    """The cohorts in which the user is an instructor."""
    return Cohort.objects.filter(enrolments__user=user, enrolments__role=Role.INSTRUCTOR)


def learners_of(cohort: Cohort) -> QuerySet[User]:
    """The cohort's learners by name."""
    return User.objects.filter(LEARNS, enrolments__cohort=cohort).order_by("name", "pk")


def learners_taught_by(user: User) -> QuerySet[User]:
    """Everybody who learns in a cohort in which the user is an instructor."""
    return User.objects.filter(LEARNS, enrolments__cohort__in=taught_by(user)).distinct()


def fellows_of(user: User) -> QuerySet[User]:
    """Everybody, instructors too, in a cohort in which the user learns or teaches."""
    cohorts = Enrolment.objects.filter(user=user).values("cohort")
    return User.objects.filter(enrolments__cohort__in=cohorts).distinct()


def with_join_code(code: str) -> Cohort | None:
    """The cohort, or None. Small letters, spaces and hyphens do not matter."""
    letters = "".join(character for character in code.upper() if character.isalpha())
    return Cohort.objects.filter(join_code=letters).first()
