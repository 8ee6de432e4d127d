"""Making cohorts and joining them."""

import secrets

from django.db import transaction

from learn.accounts.models import User
from learn.cohorts.models import CODE_LENGTH, Cohort, Enrolment, Role

# No vowels, so no words; no letters or digits that look like others.
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


def new_join_code() -> str:
    """One of 2.5e10 codes: neither guessed nor met twice."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


@transaction.atomic
def create_cohort(user: User, name: str) -> Cohort:
    """A new cohort that `user` teaches."""
    cohort = Cohort.objects.create(name=name, created_by=user, join_code=new_join_code())
    Enrolment.objects.create(cohort=cohort, user=user, role=Role.INSTRUCTOR)
    return cohort


def join(user: User, cohort: Cohort) -> Enrolment:
    """The user's enrolment. Who is in the cohort already stays what he or she is there."""
    enrolment, _ = Enrolment.objects.get_or_create(cohort=cohort, user=user)
    return enrolment
