import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from learn.accounts.models import User
from learn.submissions import queries
from learn.submissions.models import Status
from tests.learn.submissions.conftest import LAB, MakeSubmission

pytestmark = pytest.mark.django_db


def ago(minutes: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=minutes)


def test_it_has_no_state_before_the_first_submission(alice: User) -> None:
    assert queries.lab_state(alice, LAB) is None


def test_it_tells_what_is_queued(alice: User, make_submission: MakeSubmission) -> None:
    make_submission(created_at=ago(2), status=Status.SUPERSEDED)
    newest = make_submission()
    assert queries.lab_state(alice, LAB) == queries.LabState(
        "queued", score=0, max_score=0, attempts=0, newest=str(newest.pk)
    )


def test_it_tells_the_newest_grade(alice: User, make_submission: MakeSubmission) -> None:
    make_submission(created_at=ago(3), verdict="failed", score=2, max_score=3)
    make_submission(created_at=ago(2), verdict="crashed", score=0, max_score=3)
    newest = make_submission()
    assert queries.lab_state(alice, LAB) == queries.LabState(
        "crashed", score=0, max_score=3, attempts=2, newest=str(newest.pk)
    )


def test_it_never_forgets_a_pass(alice: User, make_submission: MakeSubmission) -> None:
    make_submission(created_at=ago(3), verdict="passed", score=3, max_score=3)
    make_submission(created_at=ago(2), verdict="failed", score=1, max_score=3)
    state = queries.lab_state(alice, LAB)
    assert state is not None
    assert state.passed
    assert (state.score, state.attempts) == (3, 2)


@pytest.mark.parametrize("verdict", ["engine_error", "rejected"])
def test_it_counts_only_what_costs_an_attempt(
    alice: User, make_submission: MakeSubmission, verdict: str
) -> None:
    make_submission(created_at=ago(3), verdict="failed")
    make_submission(created_at=ago(2), verdict=verdict)
    state = queries.lab_state(alice, LAB)
    assert state is not None
    assert (state.status, state.attempts) == (verdict, 1)


def test_it_reads_the_states_of_many_in_one_query(
    alice: User,
    ines: User,
    mallory: User,
    make_submission: MakeSubmission,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for user in (alice, ines, mallory):
        for lab in (LAB, "queues/other", "queues/third"):
            make_submission(user=user, lab=lab, verdict="failed")
            make_submission(user=user, lab=lab)
    with django_assert_num_queries(1):
        states = queries.lab_states([alice.pk, ines.pk], [LAB, "queues/other"])
    assert set(states) == {(u.pk, lab) for u in (alice, ines) for lab in (LAB, "queues/other")}
    with django_assert_num_queries(1):
        assert set(queries.last_activity([alice.pk])) == {alice.pk}


def test_it_finds_the_newest_submission(alice: User, make_submission: MakeSubmission) -> None:
    newest = make_submission(verdict="failed")
    make_submission(created_at=ago(5), verdict="passed")
    make_submission(lab="queues/other")
    assert queries.newest(alice, LAB) == newest


@pytest.mark.usefixtures("cohort")
def test_it_shows_submissions_to_learner_and_instructor_alone(
    alice: User, ines: User, mallory: User, make_submission: MakeSubmission
) -> None:
    own = make_submission()
    taught = make_submission(user=ines)
    assert list(queries.visible_to(alice)) == [own]
    assert set(queries.visible_to(ines)) == {own, taught}
    assert not queries.visible_to(mallory).exists()
