import uuid

from learn.accounts.models import User
from learn.catalog.catalogue import Course
from learn.quizzes.actions import record_attempt
from learn.quizzes.models import QuizAttempt
from tests.learn.quizzes.conftest import quiz_of, right_answers


def test_it_records_a_marked_attempt(alice: User, course: Course) -> None:
    quiz = quiz_of(course)
    attempt = record_attempt(alice, quiz, uuid.uuid4(), right_answers(quiz))
    assert (attempt.score, attempt.max_score) == (2, 2)
    assert attempt.content_hash == quiz.content_hash
    assert attempt.answers[0]["content_hash"] == quiz.questions[0].content_hash


def test_it_records_one_form_once(alice: User, course: Course) -> None:
    quiz, key = quiz_of(course), uuid.uuid4()
    first = record_attempt(alice, quiz, key, right_answers(quiz))
    wrong = {**right_answers(quiz), "how-often": "something else"}
    assert record_attempt(alice, quiz, key, wrong) == first
    assert QuizAttempt.objects.get() == first


def test_it_lets_two_people_use_the_same_key(alice: User, ines: User, course: Course) -> None:
    quiz, key = quiz_of(course), uuid.uuid4()
    record_attempt(alice, quiz, key, right_answers(quiz))
    record_attempt(ines, quiz, key, right_answers(quiz))
    assert QuizAttempt.objects.count() == 2
