"""The pages of the review."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from learn.accounts.models import User
from learn.quizzes import answering
from learn.quizzes.models import Answer, Attempt
from learn.review import queries
from learn.review.models import DAILY_REVIEWS, Card, StudyDay
from learn.submissions.models import Submission
from tests.conftest import logged_in
from tests.learn.review.conftest import Respond, card, option_of, question_at

type Clock = time_machine.Traveller


@pytest.fixture
def due(clock: Clock, respond: Respond, alice: User) -> None:
    """Two of Alice's cards are due: topics/a and tables/a."""
    respond("topics/a")
    respond("tables/a")
    clock.shift(dt.timedelta(days=2))


def begin(client: Client) -> Answer:
    """Go on, and come to a question."""
    response = client.post("/review/next/")
    number = re.fullmatch(r"/review/answers/(\d+)/", response["Location"])
    assert number
    return Answer.objects.get(pk=number[1])


def page_of(answer: Answer) -> str:
    return f"/review/answers/{answer.pk}/"


def form_of(answer: Answer, *, right: bool = True) -> dict[str, list[str]]:
    return {"answer": option_of(f"{answer.module}/{answer.question}", right=right)[""]}


@pytest.mark.usefixtures("due")
def test_it_shows_what_is_due(as_alice: Client) -> None:
    page = as_alice.get("/review/")
    assertContains(page, "2 questions are due")
    assertContains(page, '<button class="button" type="submit">Start</button>', html=True)
    assertContains(page, 'class="nav-count">2<')
    assertContains(page, '<rect class="forecast-bar', count=14)
    assertContains(page, "about 88 %", count=2)


def test_it_says_how_a_review_begins(as_alice: Client) -> None:
    page = as_alice.get("/review/")
    assertContains(page, "Nothing to review yet")
    assertNotContains(page, "Start")
    assertNotContains(page, "nav-count")


@pytest.mark.usefixtures("due")
def test_it_asks_one_question_after_the_other_to_the_end(as_alice: Client) -> None:
    first = begin(as_alice)
    page = as_alice.get(page_of(first))
    assertContains(page, "Question 1 of 2 today")
    assertContains(page, "How often may a message arrive?")
    assertNotContains(page, "Duplicates are normal.")

    page = as_alice.post(page_of(first), form_of(first), follow=True)
    assertRedirects(page, page_of(first))
    assertContains(page, "1 of 2 answered today")
    assertContains(page, "Right</span>")
    assertContains(page, "Duplicates are normal.")
    assertContains(page, "Next question ")

    second = begin(as_alice)
    assert second.module != first.module
    page = as_alice.post(page_of(second), form_of(second, right=False), follow=True)
    assertContains(page, "Wrong</span>")
    assertContains(page, "This question comes back on 10 September.")
    assertContains(page, "Finish ")

    page = as_alice.post("/review/next/", follow=True)
    assertRedirects(page, "/review/done/")
    assertContains(page, "You answered 2 questions today, 1 of them right.")
    assertContains(page, "Nothing is due")


@pytest.mark.usefixtures("due")
def test_it_asks_the_same_after_a_reload(as_alice: Client) -> None:
    first = begin(as_alice)
    assert begin(as_alice) == first
    pages = [as_alice.get(page_of(first)).content.decode() for _ in range(2)]
    shown, again = (re.search("<fieldset.*</fieldset>", page, re.DOTALL) for page in pages)
    assert shown
    assert again
    assert shown[0] == again[0]


@pytest.mark.usefixtures("due")
def test_a_double_click_records_one_answer(as_alice: Client, alice: User) -> None:
    asked = begin(as_alice)
    as_alice.post(page_of(asked), form_of(asked))
    once = card(alice, f"{asked.module}/{asked.question}")
    page = as_alice.post(page_of(asked), form_of(asked, right=False), follow=True)
    assertContains(page, "Right</span>")
    twice = card(alice, f"{asked.module}/{asked.question}")
    assert (twice.due_on, twice.lapses) == (once.due_on, once.lapses)
    assert StudyDay.objects.get(day=queries.current_day()).reviews == 1


@pytest.mark.usefixtures("due")
def test_it_waits_for_a_worker_and_goes_on_meanwhile(as_alice: Client) -> None:
    asked = begin(as_alice)
    Answer.objects.filter(pk=asked.pk).update(
        status=Answer.Status.MARKING,
        fields=option_of(f"{asked.module}/{asked.question}"),
        answered_at=timezone.now(),
    )
    page = as_alice.get(page_of(asked))
    assertContains(page, "Being marked")
    assertContains(page, f'hx-get="/answers/{asked.pk}/')
    assertNotContains(page, "comes back on")
    assert begin(as_alice).pk != asked.pk


@pytest.mark.usefixtures("due")
def test_what_no_worker_could_mark_is_asked_again(as_alice: Client) -> None:
    asked = begin(as_alice)
    fields = option_of(f"{asked.module}/{asked.question}")
    Answer.objects.filter(pk=asked.pk).update(
        fields=fields, evaluation={"verdict": "engine_error", "message": ""}
    )
    assert begin(as_alice) == asked
    page = as_alice.get(page_of(asked))
    assertContains(page, "This is our fault, and costs nothing")
    assertContains(page, "checked")


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choose an answer."),
        ({"answer": "forged"}, "not one of this question"),
        ({"answer": "x" * 20_001}, "An answer may have 20,000 characters."),
        ({"answer": ["a", "b"]}, "does not fit its question"),
    ],
)
def test_it_refuses_what_is_no_answer(
    as_alice: Client, form: dict[str, str], sentence: str
) -> None:
    asked = begin(as_alice)
    page = as_alice.post(page_of(asked), form)
    assertContains(page, sentence, status_code=422)
    asked.refresh_from_db()
    assert (asked.status, asked.fields) == (Answer.Status.OPEN, {})


@pytest.mark.usefixtures("due")
def test_a_hint_is_shown_and_what_is_chosen_stays(as_alice: Client) -> None:
    asked = begin(as_alice)
    assertNotContains(as_alice.get(page_of(asked)), "Think of a lost answer.")
    form = {**form_of(asked), "hint": ["1"]}
    page = as_alice.post(page_of(asked), form, follow=True)
    assertContains(page, "Think of a lost answer.")
    assertContains(page, "checked")
    assertNotContains(page, "Show a hint")
    asked.refresh_from_db()
    assert (asked.status, asked.hints_shown) == (Answer.Status.OPEN, 1)


@pytest.mark.usefixtures("due")
def test_a_question_can_be_skipped_or_stopped(as_alice: Client) -> None:
    skipped = begin(as_alice)
    page = as_alice.post(f"{page_of(skipped)}skip/", follow=True)
    stopped = begin(as_alice)
    assertRedirects(page, page_of(stopped))
    page = as_alice.post(f"{page_of(stopped)}stop/", follow=True)
    assertRedirects(page, "/review/done/")
    page = as_alice.get("/review/")
    assertContains(page, "You took 1 question out of your review.")
    page = as_alice.post("/review/stopped/", follow=True)
    assertContains(page, "1 question is back in your review.")
    assertContains(page, "1 question is due")


@pytest.mark.usefixtures("due")
def test_enough_is_enough_unless_one_wants_more(as_alice: Client, alice: User) -> None:
    StudyDay.objects.create(user=alice, day=queries.current_day(), reviews=DAILY_REVIEWS)
    page = as_alice.post("/review/next/", follow=True)
    assertRedirects(page, "/review/done/")
    assertContains(page, "Enough for today")
    assertContains(page, "Do more</button>")
    page = as_alice.post("/review/next/", {"more": "1"}, follow=True)
    assertContains(page, "Question 21 of 22 today")


def test_a_question_of_an_open_quiz_is_neither_shown_nor_taken(
    as_alice: Client, alice: User, due: None
) -> None:
    asked = begin(as_alice)
    attempt = Attempt.objects.create(
        user=alice,
        quiz=f"{asked.module}/all",
        number=1,
        rules={},
        started_at=timezone.now(),
        max_score=4,
    )
    path = f"{asked.module}/{asked.question}"
    answering.ask(alice, question_at(path), Answer.Source.QUIZ, attempt=attempt, position=1)
    for page in (
        as_alice.get(page_of(asked), follow=True),
        as_alice.post(page_of(asked), form_of(asked), follow=True),
    ):
        assertRedirects(page, "/review/")
        assertContains(page, "part of a quiz that is not over yet")
        assertContains(page, "1 question is due")
    asked.refresh_from_db()
    assert asked.status == Answer.Status.OPEN


def test_an_answer_given_before_tells_nothing_while_a_quiz_asks_it(
    as_alice: Client, alice: User, due: None
) -> None:
    asked = begin(as_alice)
    as_alice.post(page_of(asked), form_of(asked))
    assertContains(as_alice.get(page_of(asked)), "This question comes back")
    attempt = Attempt.objects.create(
        user=alice,
        quiz=f"{asked.module}/all",
        number=1,
        rules={},
        started_at=timezone.now(),
        max_score=4,
    )
    path = f"{asked.module}/{asked.question}"
    answering.ask(alice, question_at(path), Answer.Source.QUIZ, attempt=attempt, position=1)
    assertRedirects(as_alice.get(page_of(asked)), "/review/")


def test_a_failed_lab_says_what_it_put_into_the_review(
    as_alice: Client, as_ines: Client, alice: User
) -> None:
    submission = Submission.objects.create(
        user=alice,
        lab="queues/worker",
        files={"handler.py": ""},
        seed=1,
        status="graded",
        verdict="failed",
        created_at=timezone.now(),
        graded_at=timezone.now(),
        reviews=[["visibility-timeout", 3], ["idempotency", 1]],
    )
    sentence = "3 questions on visibility timeout and 1 question on idempotency were put into"
    page = as_alice.get(f"/submissions/{submission.pk}/")
    assertContains(page, f'{sentence} <a href="/review/">your review</a>.')
    page = as_ines.get(f"/submissions/{submission.pk}/")
    assertContains(page, f"{sentence} the learner's review.")


def test_a_question_says_which_failed_check_asks_it(as_alice: Client, alice: User) -> None:
    Card.objects.create(
        user=alice,
        module="topics",
        question="a",
        due_on=queries.current_day(),
        lab="queues/worker",
        concept="lost-answers",
    )
    page = as_alice.get(page_of(begin(as_alice)))
    assertContains(page, "A lab of yours failed a check on lost answers.")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/review/"),
        ("get", "/review/done/"),
        ("post", "/review/next/"),
        ("post", "/review/stopped/"),
        ("get", "/review/answers/1/"),
        ("post", "/review/answers/1/"),
        ("post", "/review/answers/1/skip/"),
        ("post", "/review/answers/1/stop/"),
    ],
)
def test_it_is_for_who_is_logged_in(anonymous: Client, method: str, path: str) -> None:
    response = getattr(anonymous, method)(path)
    assertRedirects(response, f"/accounts/login/?next={path}")


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize("path", ["", "skip/", "stop/"])
def test_a_stranger_gets_a_404(
    as_alice: Client, ines: User, mallory: User, path: str, alice: User
) -> None:
    asked = begin(as_alice)
    before = card(alice, f"{asked.module}/{asked.question}")
    for stranger in (logged_in(mallory), logged_in(ines)):
        if not path:
            assert stranger.get(page_of(asked)).status_code == 404
        assert stranger.post(f"{page_of(asked)}{path}", form_of(asked)).status_code == 404
    after = card(alice, f"{asked.module}/{asked.question}")
    assert (after.due_on, after.is_stopped) == (before.due_on, before.is_stopped)


def test_an_answer_of_a_quiz_is_not_reached_from_here(as_alice: Client, alice: User) -> None:
    asked = answering.ask(alice, question_at("topics/a"), Answer.Source.LESSON)
    assert as_alice.get(page_of(asked)).status_code == 404


def test_other_methods_are_refused(as_alice: Client) -> None:
    assert as_alice.get("/review/next/").status_code == 405
    assert as_alice.post("/review/").status_code == 405


@pytest.mark.usefixtures("due")
def test_a_lesson_stays_within_three_queries(
    as_alice: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # session, user, what is due
        page = as_alice.get("/modules/queues/lessons/message-life/")
    assertContains(page, 'class="nav-count">2<')


def test_the_header_counts_no_further_than_99(as_alice: Client, alice: User) -> None:
    for path in ("topics/a", "topics/b"):
        module, _, slug = path.partition("/")
        Card.objects.create(user=alice, module=module, question=slug, due_on=queries.current_day())
    assertContains(as_alice.get("/cohorts/"), 'class="nav-count">2<')


def test_nobody_has_no_review_in_the_header(anonymous: Client) -> None:
    assertNotContains(anonymous.get("/"), "/review/")


@pytest.mark.usefixtures("due")
def test_it_takes_few_queries(
    as_alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(7):
        as_alice.get("/review/")
    asked = begin(as_alice)
    with django_assert_max_num_queries(8):
        as_alice.get(page_of(asked))
