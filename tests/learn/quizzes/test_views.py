import uuid

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from learn.catalog.catalogue import Course, Quiz
from learn.quizzes.models import QuizAttempt
from tests.learn.quizzes.conftest import quiz_of, right_answers

URL = "/modules/queues/quiz/"


@pytest.fixture
def quiz(course: Course) -> Quiz:
    return quiz_of(course)


def form(quiz: Quiz, **changes: str | None) -> dict[str, str]:
    """A form with right answers; a change to None leaves the field out."""
    fields: dict[str, str | None] = {
        "form_key": str(uuid.uuid4()),
        **{f"answer-{slug}": option for slug, option in right_answers(quiz).items()},
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def test_it_shows_the_questions_to_everyone(anonymous: Client, quiz: Quiz) -> None:
    page = anonymous.get(URL)
    assertContains(page, "How often may a message arrive?")
    assertContains(page, '<a href="/accounts/login/?next=/modules/queues/quiz/">', count=1)
    assertNotContains(page, "Send my answers")


def test_it_does_not_tell_the_right_answers(as_alice: Client, quiz: Quiz) -> None:
    page = as_alice.get(URL)
    assertNotContains(page, "correct")
    assertNotContains(page, "Duplicates are normal")
    assertNotContains(page, "Receiving only hides it")


def test_it_asks_for_a_log_in_before_it_records(anonymous: Client, quiz: Quiz) -> None:
    answer = anonymous.post(URL, form(quiz))
    assertRedirects(answer, "/accounts/login/?next=/modules/queues/quiz/")
    answer = anonymous.post(URL, form(quiz), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/accounts/login/?next=/modules/queues/quiz/"
    assert not QuizAttempt.objects.exists()


def test_it_records_an_attempt_and_shows_the_result(as_alice: Client, quiz: Quiz) -> None:
    wrong = next(o for o in quiz.questions[0].options if "queue" in o.html)
    page = as_alice.post(URL, form(quiz, **{"answer-who-deletes": wrong.id}), follow=True)
    attempt = QuizAttempt.objects.get()
    assert (attempt.score, attempt.max_score) == (1, 2)
    assertRedirects(page, f"/modules/queues/quiz/attempts/{attempt.pk}/")
    assertContains(page, "1 of 2 right")
    assertContains(page, "Receiving only hides it.")
    assertContains(page, "A consumer deletes what it has done.")
    assertContains(page, "/modules/queues/lessons/message-life/#who-deletes-it")
    assertContains(page, 'href="/modules/queues/labs/worker/"')
    assertNotContains(page, "receive deletes")


def test_it_answers_htmx_with_the_result_alone(as_alice: Client, quiz: Quiz) -> None:
    part = as_alice.post(URL, form(quiz), headers={"HX-Request": "true"})
    attempt = QuizAttempt.objects.get()
    assert part["HX-Push-Url"] == f"/modules/queues/quiz/attempts/{attempt.pk}/"
    assertContains(part, "2 of 2 right")
    assertNotContains(part, "<html")


def test_it_records_a_form_that_is_sent_twice_once(as_alice: Client, quiz: Quiz) -> None:
    fields = form(quiz)
    first = as_alice.post(URL, fields)
    second = as_alice.post(URL, fields)
    assert first["Location"] == second["Location"]
    assert QuizAttempt.objects.count() == 1


def test_it_shows_the_best_attempt_and_takes_another(as_alice: Client, quiz: Quiz) -> None:
    as_alice.post(URL, form(quiz))
    as_alice.post(URL, form(quiz, **{"answer-how-often": quiz.questions[1].options[0].id}))
    page = as_alice.get(URL)
    assertContains(page, "<strong>2 of 2</strong> in 2 attempts")


BAD = [
    ({"answer-how-often": None}, "Choose an answer."),
    ({"answer-how-often": "ffffffffff"}, "That is not one of this question&#x27;s answers."),
    ({"answer-how-often": ""}, "Choose an answer."),
    ({"answer-unknown": "x"}, "An answer was sent to a question that is not, or no longer, in"),
    ({"form_key": None}, "This form is incomplete or out of date."),
    ({"form_key": "no uuid"}, "This form is incomplete or out of date."),
    ({"answer-how-often": "\0"}, "That is not one of this question&#x27;s answers."),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_it_records_nothing_of_a_bad_form(
    as_alice: Client,
    quiz: Quiz,
    changes: dict[str, str | None],
    sentence: str,
    headers: dict[str, str],
) -> None:
    page = as_alice.post(URL, form(quiz, **changes), headers=headers)
    assertContains(page, sentence, status_code=422)
    assert not QuizAttempt.objects.exists()


def test_it_keeps_the_other_answers_of_a_bad_form(as_alice: Client, quiz: Quiz) -> None:
    page = as_alice.post(URL, form(quiz, **{"answer-how-often": None}))
    chosen = quiz.questions[0].correct_option.id
    assertContains(page, f'value="{chosen}" checked', status_code=422)


def test_it_refuses_an_option_of_another_question(as_alice: Client, quiz: Quiz) -> None:
    other = quiz.questions[0].correct_option.id
    page = as_alice.post(URL, form(quiz, **{"answer-how-often": other}))
    assertContains(page, "That is not one of this question", status_code=422)


def test_it_shows_an_attempt_to_the_instructor(
    as_alice: Client, as_ines: Client, quiz: Quiz
) -> None:
    url = as_alice.post(URL, form(quiz))["Location"]
    assertContains(as_ines.get(url), "Attempt of Alice")


def test_it_hides_an_attempt_from_a_stranger(
    as_alice: Client, as_mallory: Client, anonymous: Client, quiz: Quiz
) -> None:
    url = as_alice.post(URL, form(quiz))["Location"]
    assert as_mallory.get(url).status_code == 404
    assertRedirects(anonymous.get(url), f"/accounts/login/?next={url}")


def test_it_answers_404_for_what_is_not_there(as_alice: Client, quiz: Quiz) -> None:
    for url in ("/modules/nope/quiz/", f"{URL}attempts/1/", "/modules/nope/quiz/attempts/1/"):
        assert as_alice.get(url).status_code == 404
    assert as_alice.post("/modules/nope/quiz/", form(quiz)).status_code == 404


def test_it_refuses_a_form_without_a_csrf_token(as_alice: Client, quiz: Quiz) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_alice.cookies
    assert strict.post(URL, form(quiz)).status_code == 403
    assert not QuizAttempt.objects.exists()
