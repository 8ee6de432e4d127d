"""Making and joining cohorts."""

import pytest
from django.db import IntegrityError

from learn.accounts.models import User
from learn.cohorts.actions import CODE_LETTERS, create_cohort, join, new_join_code
from learn.cohorts.models import Cohort, Enrolment, Role

pytestmark = pytest.mark.django_db


def test_it_makes_the_creator_an_instructor(ines: User) -> None:
    cohort = create_cohort(ines, "Spring term")

    assert cohort.created_by == ines
    assert cohort.course == "coldstart"
    assert Enrolment.objects.get(cohort=cohort).role == Role.INSTRUCTOR


def test_it_gives_each_cohort_its_own_code(ines: User) -> None:
    codes = {create_cohort(ines, "Term").join_code for _ in range(20)}

    assert len(codes) == 20


def test_it_makes_codes_that_can_be_read_aloud() -> None:
    code = new_join_code()

    assert len(code) == 8
    assert set(code) <= set(CODE_LETTERS)
    assert not set(CODE_LETTERS) & set("AEIOUY0")


def test_it_joins_as_a_learner(mallory: User, cohort: Cohort) -> None:
    assert join(mallory, cohort).role == Role.LEARNER


def test_it_joins_once(alice: User, cohort: Cohort) -> None:
    first = Enrolment.objects.get(user=alice)

    assert join(alice, cohort) == first
    assert Enrolment.objects.filter(user=alice).count() == 1


def test_it_does_not_make_an_instructor_a_learner(ines: User, cohort: Cohort) -> None:
    assert join(ines, cohort).role == Role.INSTRUCTOR


def test_it_knows_no_other_roles(mallory: User, cohort: Cohort) -> None:
    with pytest.raises(IntegrityError):
        Enrolment.objects.create(cohort=cohort, user=mallory, role="owner")
