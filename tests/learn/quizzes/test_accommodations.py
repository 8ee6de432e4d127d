"""The page on which an instructor gives a learner more time."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from learn.accounts.models import User
from learn.cohorts.models import Cohort
from learn.quizzes.models import Accommodation

FORM = {"time_percent": "150", "extra_attempts": "1", "reason": "Decision of 12 May"}


@pytest.fixture
def url(cohort: Cohort, alice: User) -> str:
    return f"/dashboard/cohorts/{cohort.pk}/learners/{alice.pk}/accommodation/"


def test_an_instructor_gives_and_changes_it(
    as_ines: Client, alice: User, ines: User, url: str
) -> None:
    assertRedirects(as_ines.post(url, FORM), url)
    as_ines.post(url, {**FORM, "time_percent": "200"})

    given = Accommodation.objects.get()
    assert (given.user, given.given_by, given.time_percent) == (alice, ines, 200)
    assertContains(as_ines.get(url), 'value="200"')
    assertContains(as_ines.get(url), "Given by Ines")


def test_an_instructor_takes_it_back(as_ines: Client, url: str) -> None:
    as_ines.post(url, FORM)

    assertRedirects(as_ines.post(url, {"withdraw": "1"}), url)

    assert not Accommodation.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("time_percent", "99", "greater than or equal to 100"),
        ("time_percent", "401", "less than or equal to 400"),
        ("time_percent", "1e3", "Enter a whole number"),
        ("time_percent", "", "This field is required"),
        ("extra_attempts", "-1", "greater than or equal to 0"),
        ("extra_attempts", "9" * 30, "less than or equal to 20"),
        ("reason", " ", "This field is required"),
        ("reason", "x" * 201, "at most 200 characters"),
        ("reason", "x\0", "Null characters are not allowed"),
    ],
)
def test_it_refuses_bad_input(
    as_ines: Client, url: str, field: str, value: str, sentence: str
) -> None:
    page = as_ines.post(url, {**FORM, field: value})

    assertContains(page, sentence, status_code=422)
    assert not Accommodation.objects.exists()


def test_nobody_else_may(
    as_alice: Client, as_mallory: Client, anonymous: Client, url: str
) -> None:
    for client in (as_alice, as_mallory):
        assert client.get(url).status_code == 404
        assert client.post(url, FORM).status_code == 404
    assertRedirects(anonymous.post(url, FORM), f"/accounts/login/?next={url}")
    assert not Accommodation.objects.exists()


def test_it_is_for_learners_of_that_cohort_alone(
    as_ines: Client, cohort: Cohort, ines: User, mallory: User
) -> None:
    for user in (ines, mallory):
        url = f"/dashboard/cohorts/{cohort.pk}/learners/{user.pk}/accommodation/"
        assert as_ines.post(url, FORM).status_code == 404
