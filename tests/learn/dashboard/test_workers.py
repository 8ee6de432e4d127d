"""The page with the grading workers."""

import pytest
from django.test import Client
from django.utils import timezone

from learn.accounts.models import User
from learn.submissions.models import Worker
from tests.conftest import logged_in

URL = "/staff/workers/"


@pytest.fixture
def as_staff(ines: User) -> Client:
    ines.is_staff = True
    ines.save()
    return logged_in(ines)


def make_worker(name: str, tier: str = "strict", **finding: object) -> Worker:
    """A worker with one finding."""
    found = {"layer": "landlock", "tiers": ["strict", "lite"], "works": True, "remedy": ""}
    return Worker.objects.create(
        name=name,
        tier=tier,
        engine_version="0.1.0",
        kernel="Linux 6.8.0 x86_64",
        findings=[{**found, **finding}],
        started_at=timezone.now(),
    )


def test_it_shows_each_worker_and_its_tier(as_staff: Client) -> None:
    make_worker("grading1@host")
    make_worker("grading2@laptop", tier="none")

    page = as_staff.get(URL).text

    assert "grading1@host" in page
    assert '<span class="badge badge-passed">strict</span>' in page
    assert '<span class="badge badge-failed">none</span>' in page
    assert "Linux 6.8.0 x86_64" in page


def test_it_shows_what_is_missing_and_how_to_mend_it(as_staff: Client) -> None:
    make_worker("grading1@host", works=False, remedy="Use a newer kernel.")

    assert "No landlock</strong>: Use a newer kernel." in as_staff.get(URL).text


def test_it_leaves_out_what_the_tier_does_not_need(as_staff: Client) -> None:
    make_worker("grading1@host", tier="none", works=False, remedy="Use a newer kernel.")

    assert "No landlock" not in as_staff.get(URL).text


def test_it_says_what_is_only_useful(as_staff: Client) -> None:
    make_worker("grading1@host", layer="cgroups", tiers=[], works=False)

    assert 'No cgroups</strong> <span class="muted">(not needed)' in as_staff.get(URL).text


def test_it_says_when_there_is_none(as_staff: Client) -> None:
    assert "No worker has started yet" in as_staff.get(URL).text


def test_staff_find_the_page_in_their_menu(as_staff: Client) -> None:
    assert URL in as_staff.get("/").text


def test_nobody_else_sees_it(as_alice: Client, as_ines: Client, as_mallory: Client) -> None:
    for client in (as_alice, as_ines, as_mallory):
        assert client.get(URL).status_code == 404
        assert URL not in client.get("/").text


def test_a_stranger_is_asked_to_log_in(anonymous: Client) -> None:
    assert anonymous.get(URL).headers["Location"].startswith("/accounts/login/")


def test_it_takes_one_query_more_for_any_number(
    as_staff: Client, django_assert_num_queries: object
) -> None:
    for number in range(5):
        make_worker(f"grading{number}@host")

    # Session, user, workers, and the reviews that are due.
    with django_assert_num_queries(4):  # type: ignore[operator]
        as_staff.get(URL)
