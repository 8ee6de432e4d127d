from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from learn.accounts.models import User
from learn.core.throttle import Throttle
from learn.lessons import limits
from learn.questions.question import Question
from learn.quizzes.models import Answer
from tests.learn.course_files import LESSON, WHO_DELETES, write_course
from tests.learn.lessons.conftest import (
    ASKING,
    FIELD,
    LESSON_URL,
    WHO,
    answer,
    option,
    ticket_in,
    url_of,
)
from tests.learn.questions.kinds.artefact_samples import PATTERN

HTMX = {"HX-Request": "true"}
RIGHT = "The consumer"
WRONG = "The queue"
WHY_WRONG = "Receiving only hides it."
WHY_RIGHT = "Yes, with"


def test_it_asks_in_the_text(anonymous: Client) -> None:
    text = anonymous.get(LESSON_URL).content.decode()
    places = [text.index(part) for part in ("The consumer does.", "Who deletes", "And then:")]
    assert places[0] < text.index('id="question_who-deletes"') < places[2]
    assert places[2] < text.index('id="question_how-often"')
    assert "[[check" not in text
    assert "\ue000" not in text


def test_it_reads_no_row_for_a_guest(
    anonymous: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        anonymous.get(LESSON_URL)


def test_it_reads_all_answers_of_a_lesson_in_one_query(as_alice: Client) -> None:
    answer(as_alice, RIGHT)
    with CaptureQueriesContext(connection) as plain:
        as_alice.get("/modules/queues/lessons/retries/")
    with CaptureQueriesContext(connection) as asking:
        as_alice.get(LESSON_URL)
    assert len(asking) == len(plain) + 1


def test_it_asks_a_lesson_without_questions_nothing(as_alice: Client) -> None:
    page = as_alice.get("/modules/queues/lessons/retries/")
    assertContains(page, "And again.")
    assertNotContains(page, "questions.css")


def test_it_marks_a_guest_at_once_and_keeps_nothing(anonymous: Client) -> None:
    page = answer(anonymous, WRONG)
    assertContains(page, WHY_WRONG)
    assertContains(page, "And then:")
    assert not Answer.objects.exists()
    assertNotContains(anonymous.get(LESSON_URL), WHY_WRONG)


def test_it_sends_a_learner_back_to_the_place(as_alice: Client) -> None:
    page = answer(as_alice, RIGHT)
    assertRedirects(page, LESSON_URL + "#question_who-deletes")
    assertContains(as_alice.get(LESSON_URL), WHY_RIGHT)


def test_it_keeps_what_a_learner_answered(as_alice: Client, alice: User) -> None:
    answer(as_alice, WRONG)
    (kept,) = Answer.objects.all()
    assert (kept.user, kept.source, kept.status) == (alice, "lesson", "marked")
    assert (kept.score, kept.is_first, kept.attempt) == (0, True, None)
    assert kept.misconceptions == ["receive deletes"]


def test_it_gives_htmx_the_card_alone(as_alice: Client) -> None:
    page = answer(as_alice, RIGHT, headers=HTMX)
    assert page.content.decode().lstrip().startswith('<div class="check"')
    assertContains(page, WHY_RIGHT)
    assertContains(page, "autofocus")
    assertContains(page, f'hx-get="{WHO}"')


def test_it_shows_a_stranger_no_answer_of_hers(as_alice: Client, as_mallory: Client) -> None:
    answer(as_alice, WRONG)
    assertNotContains(as_mallory.get(LESSON_URL), WHY_WRONG)


def test_it_asks_again_afresh(as_alice: Client) -> None:
    answer(as_alice, WRONG)
    page = as_alice.get(WHO)
    assertContains(page, "And then:")
    data = {"ticket": ticket_in(page), FIELD: option(page, RIGHT)}
    assertRedirects(as_alice.post(WHO, data), LESSON_URL + "#question_who-deletes")
    assert [kept.score for kept in Answer.objects.order_by("pk")] == [0, 1]
    shown = as_alice.get(LESSON_URL)
    assertContains(shown, WHY_RIGHT)
    assertNotContains(shown, WHY_WRONG)


def test_it_refuses_a_ticket_that_is_no_text(anonymous: Client) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="ticket"\r\n\r\na:+2AA-\r\n--x--\r\n'
    page = anonymous.post(WHO, body, content_type="multipart/form-data; boundary=x; charset=utf-7")
    assert page.status_code < 500


def test_it_writes_nothing_when_it_asks(as_alice: Client) -> None:
    as_alice.get(WHO)
    as_alice.get(WHO, headers=HTMX)
    assert not Answer.objects.exists()


def test_it_takes_a_ticket_once(as_alice: Client) -> None:
    page = as_alice.get(LESSON_URL)
    ticket = ticket_in(page)
    as_alice.post(WHO, {"ticket": ticket, FIELD: option(page, WRONG)})
    second = as_alice.post(WHO, {"ticket": ticket, FIELD: option(page, RIGHT)}, headers=HTMX)
    assertContains(second, WHY_WRONG)
    assert [kept.score for kept in Answer.objects.all()] == [0]


def test_it_marks_what_was_shown(as_alice: Client, question: Question) -> None:
    answer(as_alice, RIGHT)
    kept = Answer.objects.get()
    assert kept.version_id == question.content_hash
    assert kept.asked_at <= (kept.answered_at or kept.asked_at)


def test_it_shows_hints_one_after_another(anonymous: Client) -> None:
    page = anonymous.get(LESSON_URL)
    chosen = option(page, WRONG)
    assertNotContains(page, "Hint 1")
    first = anonymous.post(WHO, {"ticket": ticket_in(page), FIELD: chosen, "hint": "1"})
    assertContains(first, "Hint 1")
    assertNotContains(first, "Hint 2")
    assertContains(first, f'value="{chosen}" checked')
    second = anonymous.post(WHO, {"ticket": ticket_in(first), "hint": "1"}, headers=HTMX)
    assertContains(second, "Hint 2")
    assertNotContains(second, "Show a hint")
    third = anonymous.post(WHO, {"ticket": ticket_in(second), "hint": "1"}, headers=HTMX)
    assertNotContains(third, "Hint 3")


def test_it_notes_how_many_hints_were_shown(as_alice: Client) -> None:
    page = as_alice.get(LESSON_URL)
    hinted = as_alice.post(WHO, {"ticket": ticket_in(page), "hint": "1"})
    as_alice.post(WHO, {"ticket": ticket_in(hinted), FIELD: option(page, RIGHT)})
    assert Answer.objects.get().hints_shown == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose an answer."),
        ({FIELD: ""}, "Choose an answer."),
        ({FIELD: "0123456789"}, "not one of this question"),
        ({FIELD: ["a", "b"]}, "does not fit its question"),
        ({FIELD: "a\0b"}, "does not fit its question"),
        ({FIELD: "x" * 30_000}, "Shorten yours"),
        ({f"{FIELD}-x": ["1"] * 100}, "more parts than its question"),
    ],
)
@pytest.mark.parametrize("who", ["anonymous", "as_alice"])
def test_it_refuses_an_answer_and_changes_nothing(
    who: str, data: dict[str, object], sentence: str, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)
    ticket = ticket_in(client.get(LESSON_URL))
    page = client.post(WHO, {**data, "ticket": ticket})
    assertContains(page, sentence, status_code=422)
    assert ticket_in(page) == ticket
    assert not Answer.objects.exists()


@pytest.mark.parametrize("ticket", ["", "forged", "a:b:c", "x" * 100_000, "\0", "é"])
def test_it_refuses_a_forged_ticket(as_alice: Client, ticket: str) -> None:
    page = as_alice.post(WHO, {"ticket": ticket, FIELD: "x"})
    assertContains(page, "does not belong to this question", status_code=422)
    assert not Answer.objects.exists()


def test_it_refuses_the_ticket_of_another_question(as_alice: Client) -> None:
    page = as_alice.get(LESSON_URL)
    other = ticket_in(page, "how-often")
    refused = as_alice.post(WHO, {"ticket": other, FIELD: option(page, RIGHT)})
    assertContains(refused, "does not belong to this question", status_code=422)
    assert not Answer.objects.exists()


def test_it_refuses_an_answer_to_what_the_question_was(
    as_alice: Client, tmp_path: Path, settings: Settings
) -> None:
    page = as_alice.get(LESSON_URL)
    data = {"ticket": ticket_in(page), FIELD: option(page, RIGHT)}
    changes = {
        "queues/lessons/01-message-life.md": ASKING,
        "queues/questions/who-deletes.yaml": WHO_DELETES.replace("Who deletes", "Who removes"),
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "new", changes),)
    refused = as_alice.post(WHO, data, headers=HTMX)
    assertContains(refused, "has changed since you opened the page", status_code=422)
    assertContains(refused, "Who removes", status_code=422)
    assert not Answer.objects.exists()


def test_it_asks_a_changed_question_afresh(
    as_alice: Client, tmp_path: Path, settings: Settings
) -> None:
    answer(as_alice, WRONG)
    changes = {
        "queues/lessons/01-message-life.md": ASKING,
        "queues/questions/who-deletes.yaml": WHO_DELETES.replace("Who deletes", "Who removes"),
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "new", changes),)
    assert ticket_in(as_alice.get(LESSON_URL))


def test_it_asks_again_for_what_our_fault_left_unmarked(as_alice: Client) -> None:
    answer(as_alice, WRONG)
    Answer.objects.update(
        status="open", score=None, evaluation={"verdict": "engine_error", "message": ""}
    )
    page = as_alice.get(LESSON_URL)
    assertContains(page, "This is our fault")
    assertContains(page, "checked")
    again = {"ticket": ticket_in(page), FIELD: option(page, RIGHT)}
    as_alice.post(WHO, again)
    assert Answer.objects.get().score == 1


@pytest.mark.parametrize("who", ["anonymous", "as_alice"])
def test_it_slows_down_who_answers_too_often(
    who: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LEARNERS", "ADDRESSES"):
        monkeypatch.setattr(limits, name, Throttle(name, amount=1, seconds=60))
    client: Client = request.getfixturevalue(who)
    answer(client, WRONG)
    page = client.get(WHO)
    data = {"ticket": ticket_in(page), FIELD: option(page, RIGHT)}
    refused = client.post(WHO, data)
    assertContains(refused, "Wait a minute", status_code=429)
    assertContains(refused, f'value="{data[FIELD]}" checked', status_code=429)
    assert Answer.objects.count() == (who == "as_alice")


@pytest.mark.parametrize(
    "path",
    [
        url_of("nope"),
        "/modules/queues/lessons/retries/questions/who-deletes/",
        "/modules/queues/lessons/nope/questions/who-deletes/",
        "/modules/nope/lessons/message-life/questions/who-deletes/",
        "/modules/queues/lessons/nope/",
        "/modules/nope/lessons/message-life/",
    ],
)
def test_it_answers_404_for_what_is_not_there(anonymous: Client, path: str) -> None:
    assert anonymous.get(path).status_code == 404
    assert anonymous.post(path).status_code in (404, 405)


def test_it_checks_where_a_post_comes_from(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(WHO, {"ticket": "x"}).status_code == 403


def test_it_is_not_kept_by_caches(as_alice: Client) -> None:
    assert "no-store" in as_alice.get(LESSON_URL)["Cache-Control"]


@pytest.fixture
def artefact(tmp_path: Path, settings: Settings) -> str:
    """The URL of a question that a grading worker must look at."""
    changes = {
        "queues/lessons/01-message-life.md": LESSON + "\n[[check: pattern]]\n",
        "queues/questions/pattern.yaml": PATTERN,
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "artefact", changes),)
    return url_of("pattern")


def test_it_asks_a_guest_to_log_in_where_a_worker_must_look(
    anonymous: Client, artefact: str
) -> None:
    ticket = ticket_in(anonymous.get(LESSON_URL), "pattern")
    text = '{"source": ["my own"]}'
    page = anonymous.post(artefact, {"ticket": ticket, "check_pattern": text})
    assertContains(page, "only those of learners who are logged in", status_code=422)
    assertContains(page, "my own", status_code=422)
    assert ticket_in(page, "pattern") == ticket


def test_it_waits_for_a_worker(as_alice: Client, artefact: str) -> None:
    ticket = ticket_in(as_alice.get(LESSON_URL), "pattern")
    data = {"ticket": ticket, "check_pattern": '{"source": ["shop"]}'}
    page = as_alice.post(artefact, data, headers=HTMX)
    (kept,) = Answer.objects.all()
    assert kept.status == "marking"
    assertContains(page, "Being marked")
    assertContains(page, f'hx-get="/answers/{kept.pk}/')
    as_alice.post(artefact, data, headers=HTMX)
    assert Answer.objects.count() == 1
    assertContains(as_alice.get(LESSON_URL), "Being marked")
