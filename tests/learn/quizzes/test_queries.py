import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from learn.accounts.models import User
from learn.cohorts.models import Cohort
from learn.quizzes import queries
from learn.quizzes.models import QuizAttempt

QUIZ = "queues/quiz"


def attempt(user: User, score: int, max_score: int = 5, quiz: str = QUIZ) -> QuizAttempt:
    return QuizAttempt.objects.create(
        user=user,
        quiz=quiz,
        form_key=uuid.uuid4(),
        answers=[],
        score=score,
        max_score=max_score,
    )


def test_it_finds_the_best_attempt(alice: User) -> None:
    attempt(alice, 2)
    attempt(alice, 4)
    attempt(alice, 3)
    assert queries.best_score(alice, QUIZ) == queries.QuizScore(4, 5, attempts=3)


def test_it_compares_attempts_by_their_share(alice: User) -> None:
    attempt(alice, 4, 6)
    attempt(alice, 4, 5)
    assert queries.best_score(alice, QUIZ) == queries.QuizScore(4, 5, attempts=2)


def test_it_has_no_score_without_an_attempt(alice: User) -> None:
    attempt(alice, 5, quiz="other/quiz")
    assert queries.best_score(alice, QUIZ) is None


def test_it_reads_the_scores_of_many_in_one_query(
    alice: User, ines: User, mallory: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for user in (alice, ines):
        attempt(user, 1)
        attempt(user, 2, quiz="other/quiz")
    attempt(mallory, 5)
    with django_assert_num_queries(1):
        scores = queries.best_scores([alice.pk, ines.pk], [QUIZ, "other/quiz"])
    assert set(scores) == {(u.pk, q) for u in (alice, ines) for q in (QUIZ, "other/quiz")}
    with django_assert_num_queries(1):
        activity = queries.last_activity([alice.pk, mallory.pk])
    assert set(activity) == {alice.pk, mallory.pk}


@pytest.mark.usefixtures("cohort")
def test_it_shows_attempts_to_learner_and_instructor_alone(
    alice: User, ines: User, mallory: User
) -> None:
    own = attempt(alice, 1)
    attempt(ines, 1)
    assert list(queries.visible_to(alice)) == [own]
    assert own in queries.visible_to(ines)
    assert not queries.visible_to(mallory).exists()


def test_it_hides_an_instructors_attempts_from_learners(
    alice: User, ines: User, cohort: Cohort
) -> None:
    attempt(ines, 1)
    assert not queries.visible_to(alice).exists()
