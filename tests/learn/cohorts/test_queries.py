"""Who learns where."""

from collections.abc import Callable

import pytest

from learn.accounts.models import User
from learn.cohorts import queries
from learn.cohorts.actions import create_cohort, join
from learn.cohorts.models import Cohort


def test_it_lists_a_users_cohorts_newest_first(ines: User, cohort: Cohort) -> None:
    newer = create_cohort(ines, "Autumn term")

    enrolments = queries.enrolments_of(ines)

    counts = [(one.cohort, vars(one)["learner_count"]) for one in enrolments]
    assert counts == [(newer, 0), (cohort, 1)]


def test_it_knows_what_a_user_teaches(
    alice: User, ines: User, mallory: User, cohort: Cohort
) -> None:
    assert list(queries.taught_by(ines)) == [cohort]
    assert not queries.taught_by(alice).exists()
    assert cohort not in queries.taught_by(mallory)


def test_it_lists_learners_by_name(
    alice: User, cohort: Cohort, make_user: Callable[[str], User]
) -> None:
    zoe, bob = make_user("Zoe"), make_user("Bob")
    join(zoe, cohort)
    join(bob, cohort)

    assert list(queries.learners_of(cohort)) == [alice, bob, zoe]


def test_it_does_not_take_a_teacher_elsewhere_for_a_teacher_here(
    alice: User, cohort: Cohort, ines: User, mallory: User
) -> None:
    join(mallory, cohort)
    own = create_cohort(alice, "Alice's own")

    assert set(queries.learners_of(cohort)) == {alice, mallory}
    assert not queries.learners_of(own).exists()
    assert not queries.learners_taught_by(mallory).exists()


def test_it_lists_a_learner_of_two_cohorts_once(alice: User, ines: User, cohort: Cohort) -> None:
    join(alice, create_cohort(ines, "Autumn term"))

    assert list(queries.learners_taught_by(ines)) == [alice]


@pytest.mark.parametrize("change", [str.lower, lambda code: f" {code[:4]}-{code[4:]} ", str])
def test_it_finds_a_cohort_by_its_code_however_typed(
    cohort: Cohort, change: Callable[[str], str]
) -> None:
    assert queries.with_join_code(change(cohort.join_code)) == cohort


@pytest.mark.parametrize("code", ["", "BCDFGHJ", "BCDFGHJKL", "%", "_" * 8])
def test_it_finds_no_cohort_by_another_code(cohort: Cohort, code: str) -> None:
    assert queries.with_join_code(code) is None
