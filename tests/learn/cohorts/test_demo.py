"""`manage.py demo`."""

from io import StringIO

import pytest
from django.core.management import call_command

from learn.accounts.models import User
from learn.cohorts.models import Cohort, Enrolment, Role

pytestmark = pytest.mark.django_db


def demo() -> str:
    output = StringIO()
    call_command("demo", stdout=output)
    return output.getvalue()


def test_it_makes_people_and_a_cohort() -> None:
    output = demo()

    cohort = Cohort.objects.get()
    roles = dict(Enrolment.objects.filter(cohort=cohort).values_list("user__email", "role"))
    assert roles == {
        "ines@example.com": Role.INSTRUCTOR,
        "alice@example.com": Role.LEARNER,
        "bob@example.com": Role.LEARNER,
    }
    assert all(email in output for email in roles)


def test_it_prints_the_password_that_logs_in() -> None:
    password = demo().split()[-1]

    assert User.objects.get(email="alice@example.com").check_password(password)


def test_it_makes_nothing_twice() -> None:
    demo()
    demo()

    assert Cohort.objects.count() == 1
    assert User.objects.count() == 3
    assert Enrolment.objects.count() == 3


def test_it_keeps_a_changed_password() -> None:
    demo()
    alice = User.objects.get(email="alice@example.com")
    alice.set_password("my own password")
    alice.save()

    demo()

    alice.refresh_from_db()
    assert alice.check_password("my own password")
