import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from learn.accounts.models import User
from learn.catalog.catalogue import Quiz
from learn.cohorts.models import Cohort
from learn.quizzes import queries
from learn.quizzes.models import Attempt
from tests.learn.quizzes.conftest import MakeQuiz


def attempt(user: User, quiz: Quiz, score: float, max_score: int = 5) -> Attempt:
    """A marked one."""
    return Attempt.objects.create(
        user=user,
        quiz=quiz.slug,
        number=Attempt.objects.filter(user=user).count() + 1,
        rules=quiz.rules.to_json(),
        status=Attempt.Status.MARKED,
        started_at=timezone.now(),
        submitted_at=timezone.now(),
        score=score,
        max_score=max_score,
    )


@pytest.mark.parametrize(("counts", "score"), [("best", 4), ("last", 3), ("first", 2)])
def test_it_finds_the_attempt_that_counts(
    alice: User, make_quiz: MakeQuiz, counts: str, score: int
) -> None:
    quiz = make_quiz(f'counts = "{counts}"')
    for points in (2, 4, 3):
        attempt(alice, quiz, points)
    found = queries.counted_scores([alice.pk], [quiz])
    assert found == {(alice.pk, "queues/check"): queries.QuizScore(score, 5, attempts=3)}


def test_it_compares_attempts_by_their_share(alice: User, quiz: Quiz) -> None:
    attempt(alice, quiz, 4, 6)
    attempt(alice, quiz, 4, 5)
    [score] = queries.counted_scores([alice.pk], [quiz]).values()
    assert score == queries.QuizScore(4, 5, attempts=2)


def test_an_attempt_that_is_not_marked_does_not_count(alice: User, quiz: Quiz) -> None:
    one = attempt(alice, quiz, 4)
    Attempt.objects.filter(pk=one.pk).update(status=Attempt.Status.MARKING, score=None)
    assert queries.counted_scores([alice.pk], [quiz]) == {}


def test_it_reads_the_scores_of_many_in_one_query(
    alice: User,
    ines: User,
    mallory: User,
    quiz: Quiz,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for user in (alice, ines, mallory):
        attempt(user, quiz, 1)
    with django_assert_num_queries(1):
        scores = queries.counted_scores([alice.pk, ines.pk], [quiz])
    assert set(scores) == {(alice.pk, quiz.slug), (ines.pk, quiz.slug)}
    with django_assert_num_queries(1):
        activity = queries.last_activity([alice.pk, mallory.pk])
    assert set(activity) == {alice.pk, mallory.pk}


@pytest.mark.usefixtures("cohort")
def test_it_shows_attempts_to_learner_and_instructor_alone(
    alice: User, ines: User, mallory: User, quiz: Quiz
) -> None:
    own = attempt(alice, quiz, 1)
    attempt(ines, quiz, 1)
    assert list(queries.visible_to(alice)) == [own]
    assert own in queries.visible_to(ines)
    assert not queries.visible_to(mallory).exists()


def test_it_hides_an_instructors_attempts_from_learners(
    alice: User, ines: User, cohort: Cohort, quiz: Quiz
) -> None:
    attempt(ines, quiz, 1)
    assert not queries.visible_to(alice).exists()
