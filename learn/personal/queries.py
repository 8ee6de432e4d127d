"""What stands in the way of closing an account."""

from django.db.models import Exists, OuterRef

from learn.accounts.models import User
from learn.cohorts.models import Cohort, Enrolment, Role
from learn.cohorts.queries import taught_by


def cohorts_in_need(user: User) -> list[Cohort]:
    """Where somebody learns, and nobody but the user teaches."""
    others = Enrolment.objects.filter(cohort=OuterRef("pk")).exclude(user=user)
    cohorts = taught_by(user) | Cohort.objects.filter(created_by=user)
    return list(
        cohorts.distinct()
        .filter(Exists(others.filter(role=Role.LEARNER)))
        .exclude(Exists(others.filter(role=Role.INSTRUCTOR)))
        .order_by("name", "pk")
    )
