"""Snippets: one's own, bounded, and shared with fellows alone."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from labs import SubmissionError
from learn.accounts.models import User
from learn.cohorts.actions import join
from learn.cohorts.models import Cohort
from learn.playground import limits, snippets
from learn.playground.models import Snippet
from tests.conftest import logged_in
from tests.learn.playground.conftest import CODE, FILES

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
FORM = {"file-main.py": CODE, "name": "Two queues"}


@pytest.fixture
def snippet(alice: User) -> Snippet:
    return snippets.save_new(alice, "Alice's queues", FILES)


@pytest.fixture
def as_bob(make_user: Callable[[str], User], cohort: Cohort) -> Client:
    """A fellow of Alice's."""
    bob = make_user("Bob")
    join(bob, cohort)
    return logged_in(bob)


def pages_of(snippet: Snippet) -> list[str]:
    page = snippet.get_absolute_url()
    return [page, f"{page}settings/", f"{page}sharing/", f"{page}delete/"]


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_it_keeps_a_program(as_alice: Client) -> None:
    response = as_alice.post("/playground/snippets/", FORM)

    made = Snippet.objects.get()
    assert (made.name, made.files, made.is_shared) == ("Two queues", FILES, False)
    assert response.headers["Location"] == made.get_absolute_url()
    page = body(as_alice.get(made.get_absolute_url()))
    assert "<h1>Two queues</h1>" in page
    assert "print(&#x27;hello&#x27;)" in page


def test_it_leads_on_with_htmx(as_alice: Client) -> None:
    response = as_alice.post("/playground/snippets/", FORM, headers=HTMX)
    assert response.headers["HX-Redirect"] == Snippet.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "Give the snippet a name"),
        ({"name": "n" * 81}, "at most 80 characters"),
        ({"file-main.py": "x" * 100_000}, "KiB"),
        ({f"file-f{n}.py": "1" for n in range(10)}, "More than 10 files"),
    ],
)
def test_it_keeps_nothing_that_breaks_a_rule(
    as_alice: Client, changes: dict[str, str], says: str
) -> None:
    for headers in ({}, HTMX):
        response = as_alice.post("/playground/snippets/", FORM | changes, headers=headers)
        assert response.status_code == 422
        assert says in body(response)
    assert not Snippet.objects.exists()


def test_the_text_stays_where_it_is_refused(as_alice: Client) -> None:
    page = body(as_alice.post("/playground/snippets/", FORM | {"name": ""}))
    assert "print(&#x27;hello&#x27;)" in page


def test_it_keeps_a_bounded_number(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snippets, "MAX_SNIPPETS", 2)
    for _turn in range(2):
        snippets.save_new(alice, "One", FILES)
    with pytest.raises(SubmissionError, match="Delete one"):
        snippets.save_new(alice, "Three", FILES)
    assert limits.MAX_SNIPPETS >= 2


def test_its_owner_saves_over_it(as_alice: Client, snippet: Snippet) -> None:
    as_alice.post(snippet.get_absolute_url(), {"file-main.py": "print(2)"})
    snippet.refresh_from_db()
    assert snippet.files == {"main.py": "print(2)"}
    assert snippet.changed_at > snippet.created_at


def test_its_owner_renames_it(as_alice: Client, snippet: Snippet) -> None:
    _page, settings, *_others = pages_of(snippet)
    assert body(as_alice.post(settings, {"name": ""})).count("Give the snippet a name") == 1
    as_alice.post(settings, {"name": "Renamed"})
    snippet.refresh_from_db()
    assert snippet.name == "Renamed"


def test_its_owner_deletes_it(as_alice: Client, snippet: Snippet) -> None:
    assert as_alice.get(f"{snippet.get_absolute_url()}delete/").status_code == 405
    as_alice.post(f"{snippet.get_absolute_url()}delete/")
    assert not Snippet.objects.exists()


def test_nobody_else_reaches_what_is_not_shared(
    as_bob: Client, as_ines: Client, as_mallory: Client, anonymous: Client, snippet: Snippet
) -> None:
    for client in (as_bob, as_ines, as_mallory):
        for page in pages_of(snippet):
            assert client.post(page, FORM).status_code == 404
        assert client.get(snippet.get_absolute_url()).status_code == 404
    for page in pages_of(snippet):
        assert anonymous.post(page, FORM).status_code == 302
    snippet.refresh_from_db()
    assert (snippet.files, snippet.is_shared) == (FILES, False)


def test_fellows_read_what_is_shared_and_change_nothing(
    as_alice: Client,
    as_bob: Client,
    as_ines: Client,
    as_mallory: Client,
    anonymous: Client,
    snippet: Snippet,
) -> None:
    as_alice.post(f"{snippet.get_absolute_url()}sharing/", {"share": "on"})

    page = body(as_bob.get(snippet.get_absolute_url()))
    assert "Alice shares this snippet with you" in page
    assert as_ines.get(snippet.get_absolute_url()).status_code == 200
    assert as_mallory.get(snippet.get_absolute_url()).status_code == 404
    assert anonymous.get(snippet.get_absolute_url()).status_code == 302
    for changing in pages_of(snippet):
        assert as_bob.post(changing, FORM).status_code == 404

    as_alice.post(f"{snippet.get_absolute_url()}sharing/", {"share": "off"})
    assert as_bob.get(snippet.get_absolute_url()).status_code == 404


def test_a_fellow_makes_a_copy(as_bob: Client, snippet: Snippet) -> None:
    snippets.share(snippet, is_shared=True)
    as_bob.post("/playground/snippets/", FORM | {"name": "Mine"})
    copy = Snippet.objects.get(name="Mine")
    assert (copy.user.name, copy.is_shared) == ("Bob", False)


def test_who_has_left_the_cohort_reads_nothing(
    as_bob: Client, cohort: Cohort, snippet: Snippet
) -> None:
    snippets.share(snippet, is_shared=True)
    cohort.enrolments.filter(user__name="Bob").delete()
    assert as_bob.get(snippet.get_absolute_url()).status_code == 404


def test_its_pages_ask_the_database_little(
    as_alice: Client,
    as_bob: Client,
    snippet: Snippet,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    snippets.share(snippet, is_shared=True)
    with django_assert_max_num_queries(6):
        as_alice.get(snippet.get_absolute_url())
    with django_assert_max_num_queries(6):
        as_bob.get(snippet.get_absolute_url())
    with django_assert_max_num_queries(4):
        as_alice.get(f"{snippet.get_absolute_url()}settings/")
