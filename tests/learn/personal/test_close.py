"""The end of an account."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from learn.accounts.models import User
from learn.cohorts.actions import create_cohort, join
from learn.cohorts.models import Cohort, Enrolment, Role
from learn.personal.actions import KEPT, KINDS_WITHOUT_TEXT, CohortsInNeedError, close_account
from learn.personal.ownership import owned
from learn.questions.kinds import KINDS
from learn.quizzes.models import Answer, Attempt
from learn.submissions.models import Submission
from tests.conftest import PASSWORD

CLOSE = "/settings/data/close/"


def confirmed(user: User) -> Client:
    """A browser in which somebody has just given the password again."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_it_leaves_nothing_that_says_who_it_was(full: User) -> None:
    close_account(full)

    full.refresh_from_db()
    assert full.name == "Deleted account"
    assert full.email == f"deleted-{full.pk}@deleted.invalid"
    assert not full.is_active
    assert not full.has_usable_password()
    for relation in owned():
        if relation.model not in KEPT:
            assert not relation.rows(full).exists(), relation.model


def test_it_keeps_what_statistics_count_without_what_was_written(full: User) -> None:
    close_account(full)

    (submission,) = Submission.with_runs.filter(user=full)
    assert (submission.verdict, submission.score) == ("passed", 3)
    assert (submission.files, submission.report) == ({}, None)
    (attempt,) = Attempt.objects.filter(user=full)
    assert attempt.score == 1
    answers = Answer.objects.filter(user=full)
    assert [answer.summary for answer in answers] == ["o1", "(removed)"]
    assert [answer.fields for answer in answers] == [{}, {}]


def test_it_knows_the_kinds_of_questions() -> None:
    assert set(KINDS_WITHOUT_TEXT) < set(KINDS)


def test_it_touches_nothing_of_others(full: User, ines: User) -> None:
    close_account(full)

    ines.refresh_from_db()
    assert (ines.name, ines.is_active) == ("Ines", True)
    assert Enrolment.objects.filter(user=ines).exists()


def test_it_refuses_while_learners_would_be_left_alone(ines: User, cohort: Cohort) -> None:
    with pytest.raises(CohortsInNeedError):
        close_account(ines)

    ines.refresh_from_db()
    assert ines.name == "Ines"


def test_it_hands_a_cohort_over_to_another_instructor(
    ines: User, mallory: User, cohort: Cohort
) -> None:
    join(mallory, cohort)
    Enrolment.objects.filter(user=mallory, cohort=cohort).update(role=Role.INSTRUCTOR)

    close_account(ines)

    cohort.refresh_from_db()
    assert cohort.created_by == mallory
    assert cohort.enrolments.count() == 2


def test_it_deletes_a_cohort_in_which_nobody_else_is(ines: User) -> None:
    create_cohort(ines, "Empty")

    close_account(ines)

    assert not Cohort.objects.exists()


def test_it_asks_for_the_password_first(as_alice: Client, anonymous: Client) -> None:
    assert as_alice.get(CLOSE)["Location"].startswith("/accounts/reauthenticate/")
    assert as_alice.post(CLOSE, {"email": "alice@example.com"}).status_code == 302
    assert anonymous.get(CLOSE)["Location"].startswith("/accounts/login/")
    assert User.objects.filter(email="alice@example.com").exists()


def test_it_asks_for_the_address(alice: User) -> None:
    page = confirmed(alice).post(CLOSE, {"email": "ines@example.com"}).content.decode()

    assert "not the address of this account" in page
    assert User.objects.filter(email="alice@example.com").exists()


def test_it_ends_every_session_and_lets_nobody_in(full: User) -> None:
    there, here = confirmed(full), confirmed(full)

    response = here.post(CLOSE, {"email": "Alice@example.com"}, follow=True)

    assert "Your account is closed" in response.content.decode()
    assert there.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 302
    again = Client()
    again.post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})
    assert "_auth_user_id" not in again.session


def test_it_frees_the_address(full: User) -> None:
    close_account(full)

    client = Client()
    form = {"name": "Alice", "email": "alice@example.com", "password1": PASSWORD}
    client.post("/accounts/signup/", form)

    assert User.objects.filter(email="alice@example.com").count() == 1


def test_it_tells_an_instructor_which_cohorts_need_one(ines: User, cohort: Cohort) -> None:
    client = confirmed(ines)

    page = client.get(CLOSE).content.decode()
    client.post(CLOSE, {"email": ines.email})

    assert "Serverless 101" in page
    assert "What is deleted" not in page
    assert User.objects.filter(email=ines.email).exists()


def test_it_shows_the_page_on_data_with_few_queries(
    as_alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        assert as_alice.get("/settings/data/").status_code == 200
