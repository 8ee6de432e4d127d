"""Bookmarks and notes beside lessons: one's own, bounded, with and without htmx."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from learn.accounts.models import User
from learn.lessons.models import MAX_NOTE, Margin
from tests.learn.lessons.conftest import LESSON_URL

URL = f"{LESSON_URL}notes/"
HTMX = {"HX-Request": "true"}


def test_it_keeps_a_note_while_one_types(as_alice: Client, alice: User) -> None:
    page = as_alice.post(URL, {"note": "Mind <b>duplicates</b>."}, headers=HTMX)

    assertContains(page, "Saved")
    assert Margin.objects.get(user=alice).note == "Mind <b>duplicates</b>."
    assertContains(as_alice.get(URL, headers=HTMX), "Mind &lt;b&gt;duplicates&lt;/b&gt;.")


def test_it_sets_and_takes_a_bookmark_and_leaves_the_note(as_alice: Client, alice: User) -> None:
    as_alice.post(URL, {"note": "Once."}, headers=HTMX)

    page = as_alice.post(URL, {"note": "Once.", "bookmark": "1"}, headers=HTMX)
    assertContains(page, 'aria-pressed="true"')
    page = as_alice.post(URL, {"note": "Once.", "bookmark": "0"}, headers=HTMX)
    assertContains(page, 'aria-pressed="false"')
    assert Margin.objects.get(user=alice).note == "Once."


def test_it_forgets_what_is_empty(as_alice: Client) -> None:
    as_alice.post(URL, {"bookmark": "1"})
    as_alice.post(URL, {"bookmark": "0"})

    assert not Margin.objects.exists()


def test_it_refuses_a_note_that_is_too_long(as_alice: Client) -> None:
    page = as_alice.post(URL, {"note": "x" * (MAX_NOTE + 1)}, headers=HTMX)

    assertContains(page, "Not saved", status_code=422)
    assert not Margin.objects.exists()


def test_it_saves_without_scripts(as_alice: Client, alice: User) -> None:
    page = as_alice.post(URL, {"note": "Plain."})

    assertRedirects(page, f"{LESSON_URL}#margin", fetch_redirect_response=False)
    assertContains(as_alice.get(URL), "Plain.")


def test_nobody_else_sees_it(as_alice: Client, as_mallory: Client, anonymous: Client) -> None:
    as_alice.post(URL, {"note": "Only mine.", "bookmark": "1"})

    assertNotContains(as_mallory.get(URL), "Only mine.")
    assertNotContains(as_mallory.get("/bookmarks/"), "Only mine.")
    assertContains(as_alice.get("/bookmarks/"), "Only mine.")
    assert anonymous.get("/bookmarks/").status_code == 302


def test_a_guest_keeps_nothing(anonymous: Client, db: None) -> None:
    assertContains(anonymous.post(URL, {"note": "Mine."}), "Log in")
    assert not Margin.objects.exists()


@pytest.mark.django_db
def test_all_of_them_cost_few_queries(
    as_alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_alice.post(URL, {"note": "Mine."})

    with django_assert_max_num_queries(4):  # Session, user, due reviews, margins.
        as_alice.get("/bookmarks/")
