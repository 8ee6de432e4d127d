"""What a guest answered comes along at log-in and sign-up."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from learn.accounts.models import User
from learn.lessons import guests
from learn.quizzes.models import Answer
from tests.conftest import PASSWORD
from tests.learn.lessons.conftest import answer

pytestmark = pytest.mark.django_db


def log_in(client: Client, user: User) -> None:
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def test_answers_are_taken_over_at_log_in(anonymous: Client, alice: User) -> None:
    answer(anonymous, "The consumer")
    assert not Answer.objects.exists()

    log_in(anonymous, alice)

    kept = Answer.objects.get(user=alice)
    assert (kept.question, kept.score, kept.source) == ("who-deletes", 1, "lesson")
    assertContains(anonymous.get("/"), "Your answer from before is kept")


def test_answers_are_taken_over_at_sign_up(anonymous: Client) -> None:
    answer(anonymous, "The producer")

    form = {"email": "new@example.com", "password1": PASSWORD, "name": "New"}
    anonymous.post("/accounts/signup/", form)

    assert Answer.objects.get(user__email="new@example.com").score == 0


def test_the_newest_answer_to_a_question_is_kept(anonymous: Client, alice: User) -> None:
    answer(anonymous, "The producer")
    answer(anonymous, "The consumer")

    log_in(anonymous, alice)

    assert Answer.objects.get(user=alice).score == 1


def test_the_session_is_bounded(
    anonymous: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "MAX_CHARACTERS", 3)
    answer(anonymous, "The consumer")

    log_in(anonymous, alice)

    assert not Answer.objects.exists()
    assertNotContains(anonymous.get("/"), "from before")
