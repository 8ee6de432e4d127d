"""The pages on cohorts, for each kind of visitor."""

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from learn.accounts.models import User
from learn.cohorts.actions import create_cohort
from learn.cohorts.models import Cohort, Enrolment, Role

pytestmark = pytest.mark.django_db

WRONG = "No cohort has this code."


@pytest.mark.parametrize("path", ["/cohorts/", "/cohorts/new/", "/join/BCDFGHJK/"])
def test_it_asks_strangers_to_log_in(anonymous: Client, path: str) -> None:
    for response in (anonymous.get(path), anonymous.post(path)):
        assert response.status_code == 302
        assert response["Location"] == f"/accounts/login/?next={path}"


def test_it_lists_a_learners_cohorts(as_alice: Client, cohort: Cohort) -> None:
    page = as_alice.get("/cohorts/").content.decode()

    assert "Serverless 101" in page
    assert "You learn" in page
    assert cohort.join_code not in page
    assert "/dashboard/" not in page


def test_it_links_an_instructors_cohorts(as_ines: Client, cohort: Cohort) -> None:
    page = as_ines.get("/cohorts/").content.decode()

    assert f'<a href="/dashboard/cohorts/{cohort.pk}/">Serverless 101</a>' in page
    assert "1 learner<" in page
    assert "You teach" in page


def test_it_does_not_list_other_cohorts(as_mallory: Client, cohort: Cohort) -> None:
    assert "Serverless 101" not in as_mallory.get("/cohorts/").content.decode()


def test_it_says_how_to_begin(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "You are in no cohort yet" in client.get("/cohorts/").content.decode()


@pytest.fixture
def teacher(alice: User) -> User:
    call_command("teacher", alice.email)
    alice.refresh_from_db()
    return alice


def test_it_lets_only_teachers_make_cohorts(as_mallory: Client) -> None:
    assert "Make a new cohort" not in as_mallory.get("/cohorts/").content.decode()
    response = as_mallory.post("/cohorts/new/", {"name": "Spring term"}, follow=True)
    assert "Only teachers may make a cohort" in response.content.decode()
    assert not Cohort.objects.filter(name="Spring term").exists()


@pytest.mark.usefixtures("teacher")
def test_it_makes_a_cohort(as_alice: Client, alice: User) -> None:
    response = as_alice.post("/cohorts/new/", {"name": "Spring term"})

    made = Cohort.objects.get(name="Spring term")
    assert response["Location"] == f"/dashboard/cohorts/{made.pk}/"
    assert Enrolment.objects.get(cohort=made).user == alice


@pytest.mark.usefixtures("teacher")
@pytest.mark.parametrize("name", ["", "   ", "n" * 81])
def test_it_makes_no_cohort_without_a_proper_name(as_alice: Client, name: str) -> None:
    response = as_alice.post("/cohorts/new/", {"name": name})

    assert response.status_code == 200
    assert 'class="errorlist"' in response.content.decode()
    assert Cohort.objects.count() == 1


def test_it_joins_by_a_typed_code(as_mallory: Client, mallory: User, cohort: Cohort) -> None:
    response = as_mallory.post("/cohorts/", {"code": cohort.join_code.lower()}, follow=True)

    assert "You are in “Serverless 101”." in response.content.decode()
    assert cohort.enrolments.get(user=mallory).role == Role.LEARNER


def test_it_asks_before_it_joins_by_a_link(
    as_mallory: Client, mallory: User, cohort: Cohort
) -> None:
    page = as_mallory.get(f"/join/{cohort.join_code}/").content.decode()

    assert "Join “Serverless 101”?" in page
    assert not cohort.enrolments.filter(user=mallory).exists()


def test_it_joins_by_a_link(as_mallory: Client, mallory: User, cohort: Cohort) -> None:
    response = as_mallory.post(f"/join/{cohort.join_code}/")

    assert response["Location"] == "/cohorts/"
    assert cohort.enrolments.get(user=mallory).role == Role.LEARNER


def test_it_leaves_an_instructor_who_joins_an_instructor(
    as_ines: Client, ines: User, cohort: Cohort
) -> None:
    as_ines.post(f"/join/{cohort.join_code}/")

    assert cohort.enrolments.get(user=ines).role == Role.INSTRUCTOR


def test_it_says_that_a_typed_code_is_wrong(as_alice: Client) -> None:
    response = as_alice.post("/cohorts/", {"code": "XXXXXXXX"})

    page = response.content.decode()
    assert response.status_code == 422
    assert WRONG in page
    assert 'value="XXXXXXXX"' in page


@pytest.mark.parametrize("code", ["XXXXXXXX", "short", "far-too-long-for-any-join-code"])
def test_it_says_that_a_link_is_wrong(as_alice: Client, code: str) -> None:
    for response in (as_alice.get(f"/join/{code}/"), as_alice.post(f"/join/{code}/")):
        assert response.status_code == 422
        assert "errorlist" in response.content.decode()


def test_it_stops_who_guesses_codes(as_mallory: Client, mallory: User, cohort: Cohort) -> None:
    for _ in range(10):
        as_mallory.get("/join/XXXXXXXX/")
        as_mallory.post("/cohorts/", {"code": "XXXXXXXX"})

    for response in (
        as_mallory.get(f"/join/{cohort.join_code}/"),
        as_mallory.post(f"/join/{cohort.join_code}/"),
        as_mallory.post("/cohorts/", {"code": cohort.join_code}),
    ):
        assert response.status_code == 429
        assert "That was too often" in response.content.decode()
    assert not cohort.enrolments.filter(user=mallory).exists()


def test_it_does_not_count_right_codes(as_mallory: Client, cohort: Cohort) -> None:
    for _ in range(30):
        response = as_mallory.get(f"/join/{cohort.join_code}/")

    assert response.status_code == 200


def test_it_asks_the_database_the_same_for_many_cohorts(
    as_ines: Client,
    ines: User,
    cohort: Cohort,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(10):
        create_cohort(ines, f"Cohort {number}")

    with django_assert_max_num_queries(4):
        as_ines.get("/cohorts/")
