"""Autosave and the history, over HTTP."""

import uuid

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from learn.accounts.models import User
from learn.submissions import drafts
from learn.submissions.models import Draft
from tests.learn.submissions.conftest import Broker, MakeSubmission

pytestmark = pytest.mark.django_db

LAB_URL = "/modules/queues/labs/worker/"
DRAFT_URL = f"{LAB_URL}draft/"
HISTORY_URL = f"{LAB_URL}history/"
HTMX = {"HX-Request": "true"}


def form(user: User, text: str = "x = 1\n", **fields: str) -> dict[str, str]:
    token = str(uuid.uuid4())
    return {"file-handler.py": text, "author": str(user.pk), "token": token, **fields}


def test_it_keeps_what_was_typed(as_alice: Client, alice: User) -> None:
    sent = form(alice)
    assert as_alice.post(DRAFT_URL, sent).json() == {"base": sent["token"]}

    page = as_alice.get(LAB_URL)

    assertContains(page, f'data-base="{sent["token"]}"')
    assertContains(page, "x = 1")


def test_it_keeps_nobody_elses_text(as_alice: Client, ines: User, anonymous: Client) -> None:
    assert as_alice.post(DRAFT_URL, form(ines)).status_code == 401
    assert anonymous.post(DRAFT_URL, form(ines)).status_code == 401
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"token": "none"}, {"file-handler.py": "x" * 70_000}, {"file-other.py": "x"}]
)
def test_it_refuses_what_no_page_sends(
    as_alice: Client, alice: User, fields: dict[str, str]
) -> None:
    assert as_alice.post(DRAFT_URL, form(alice, **fields)).status_code == 422


def test_it_refuses_forms_of_other_sites(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(DRAFT_URL, form(alice)).status_code == 403


def test_it_refuses_floods(as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "SAVES_PER_MINUTE", 1)
    assert as_alice.post(DRAFT_URL, form(alice)).status_code == 200
    assert as_alice.post(DRAFT_URL, form(alice)).status_code == 429


def test_it_lists_drafts_runs_and_submissions(
    as_alice: Client,
    alice: User,
    make_submission: MakeSubmission,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    make_submission(verdict="failed", score=1, max_score=3)
    make_submission(verdict="passed", kind="run")
    as_alice.post(DRAFT_URL, form(alice))

    with django_assert_max_num_queries(5):
        page = as_alice.get(HISTORY_URL)

    for text in ("Draft", "All visible checks pass", "Not there yet, 1/3", "<html"):
        assertContains(page, text)
    assertNotContains(as_alice.get(HISTORY_URL, headers=HTMX), "<html")


def test_it_brings_a_version_back(as_alice: Client, alice: User, broker: Broker) -> None:
    old = form(alice, "old = 1\n")
    as_alice.post(DRAFT_URL, old)
    as_alice.post(DRAFT_URL, form(alice, "new = 1\n"))
    url = f"{HISTORY_URL}{old['token']}/"
    assert as_alice.get(url).json() == {"files": {"handler.py": "old = 1\n"}}

    assertRedirects(as_alice.post(url), LAB_URL)

    assertContains(as_alice.get(LAB_URL), "old = 1")
    assert [draft.files["handler.py"] for draft in Draft.objects.all()] == [
        "old = 1\n",
        "new = 1\n",
        "old = 1\n",
    ]


def test_it_hides_versions_from_everybody_else(
    as_ines: Client, as_mallory: Client, anonymous: Client, make_submission: MakeSubmission
) -> None:
    url = f"{HISTORY_URL}{make_submission(verdict='failed').pk}/"
    for stranger in (as_ines, as_mallory):
        assert stranger.get(url).status_code == 404
        assert stranger.post(url).status_code == 404
    assert anonymous.get(url).status_code == 302
    assert anonymous.get(HISTORY_URL).status_code == 302
