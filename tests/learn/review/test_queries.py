"""What is due, and the review as a whole."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from learn.accounts.models import User
from learn.quizzes import answering
from learn.quizzes.models import Answer, Attempt
from learn.review import queries
from learn.review.models import Card, StudyDay
from tests.learn.course_files import write_course
from tests.learn.review.conftest import COURSE_FILES, Respond, question_at

type Clock = time_machine.Traveller


def due_paths(user: User) -> list[str]:
    return [f"{one.module}/{one.question}" for one in queries.due(user, queries.current_day())]


def make_due(user: User, *paths: str) -> None:
    for path in paths:
        module, _, slug = path.partition("/")
        Card.objects.create(user=user, module=module, question=slug, due_on=queries.current_day())


def attempt_with(user: User, path: str, status: Attempt.Status) -> Attempt:
    """An attempt at the quiz of the question's module, in which the question is asked."""
    module, _, _ = path.partition("/")
    attempt = Attempt.objects.create(
        user=user,
        quiz=f"{module}/all",
        number=1,
        rules={},
        status=status,
        started_at=timezone.now(),
        submitted_at=None if status == Attempt.Status.OPEN else timezone.now(),
        max_score=4,
        score=None if status == Attempt.Status.OPEN else 1,
    )
    answering.ask(user, question_at(path), Answer.Source.QUIZ, attempt=attempt, position=1)
    return attempt


def test_it_finds_what_is_due_today(clock: Clock, respond: Respond, alice: User) -> None:
    respond("topics/a")
    respond("topics/b", right=False)
    assert due_paths(alice) == []
    clock.shift(dt.timedelta(days=1))
    assert due_paths(alice) == ["topics/b"]
    clock.shift(dt.timedelta(days=1))
    assert due_paths(alice) == ["topics/b", "topics/a"]


def test_everybody_has_cards_of_their_own(alice: User, mallory: User) -> None:
    make_due(alice, "topics/a")
    assert due_paths(mallory) == []
    assert queries.due_count(mallory) == 0
    assert queries.overview_of(mallory).is_empty


def test_a_question_that_left_the_course_is_hidden_and_kept(
    alice: User, tmp_path: Path, settings: Settings
) -> None:
    make_due(alice, "topics/a", "topics/gone")
    assert due_paths(alice) == ["topics/a"]
    assert queries.due_count(alice) == 1
    files = {
        **COURSE_FILES,
        "topics/questions/gone.yaml": COURSE_FILES["tables/questions/b.yaml"],
        "topics/quizzes/all.toml": 'title = "All"\nquestions = ["a", "b", "c", "d", "gone"]\n',
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "later", files),)
    assert due_paths(alice) == ["topics/a", "topics/gone"]


def test_a_question_of_an_open_quiz_is_not_asked(alice: User) -> None:
    make_due(alice, "topics/a", "tables/a")
    attempt = attempt_with(alice, "topics/a", Attempt.Status.OPEN)
    assert due_paths(alice) == ["tables/a"]
    assert queries.due_count(alice) == 1
    Attempt.objects.filter(pk=attempt.pk).update(status=Attempt.Status.MARKED, score=1)
    assert due_paths(alice) == ["topics/a", "tables/a"]


def test_the_open_quiz_of_another_learner_hides_nothing(alice: User, mallory: User) -> None:
    make_due(alice, "topics/a")
    attempt_with(mallory, "topics/a", Attempt.Status.OPEN)
    assert due_paths(alice) == ["topics/a"]


def test_a_question_that_is_being_marked_is_not_asked(alice: User) -> None:
    make_due(alice, "topics/a")
    asked = answering.ask(alice, question_at("topics/a"), Answer.Source.REVIEW)
    Answer.objects.filter(pk=asked.pk).update(status=Answer.Status.MARKING)
    assert due_paths(alice) == []


@pytest.mark.parametrize(
    ("review", "hidden"),
    [
        ("", False),
        ('solutions = "never"', True),
        ('solutions = "after_passing"\npass_percent = 50', True),
        ('solutions = "after_passing"\npass_percent = 20', False),
    ],
)
def test_it_tells_nothing_that_a_quiz_keeps_back(
    alice: User, tmp_path: Path, settings: Settings, review: str, hidden: bool
) -> None:
    quiz = COURSE_FILES["topics/quizzes/all.toml"] + f"\n[review]\n{review}\n"
    files = {**COURSE_FILES, "topics/quizzes/all.toml": quiz}
    settings.CONTENT_DIRS = (write_course(tmp_path / "strict", files),)
    make_due(alice, "topics/b", "tables/a")
    assert due_paths(alice) == ["topics/b", "tables/a"]
    attempt_with(alice, "topics/a", Attempt.Status.MARKED)
    assert due_paths(alice) == (["tables/a"] if hidden else ["topics/b", "tables/a"])
    assert queries.overview_of(alice).forecast[0].count == (1 if hidden else 2)


def test_a_failed_lab_does_not_tell_what_a_quiz_keeps_for_itself(
    alice: User, tmp_path: Path, settings: Settings
) -> None:
    quiz = COURSE_FILES["topics/quizzes/all.toml"] + '\n[review]\nsolutions = "never"\n'
    files = {**COURSE_FILES, "topics/quizzes/all.toml": quiz}
    settings.CONTENT_DIRS = (write_course(tmp_path / "strict", files),)
    (found,) = queries.candidates(alice.pk, ["retries"], "queues").values()
    assert [question.path for question in found] == ["tables/a"]
    make_due(alice, "topics/a")
    (found,) = queries.candidates(alice.pk, ["retries"], "queues").values()
    assert {question.path for question in found} == {"tables/a", "topics/a"}


def test_it_counts_no_further_than_the_header_shows(alice: User) -> None:
    day = queries.current_day()
    Card.objects.bulk_create(
        Card(user=alice, module="topics", question=f"gone-{n}", due_on=day) for n in range(120)
    )
    assert queries.due_count(alice) == 0


def test_it_counts_in_one_query(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_due(alice, "topics/a", "tables/a")
    with django_assert_num_queries(1):
        assert queries.due_count(alice) == 2


def test_it_shows_the_whole_review(clock: Clock, respond: Respond, alice: User) -> None:
    respond("topics/a")
    respond("topics/b", right=False)
    respond("tables/a")
    clock.shift(dt.timedelta(days=1))
    overview = queries.overview_of(alice)
    assert [day.count for day in overview.forecast[:3]] == [1, 2, 0]
    assert overview.streak == 1
    assert [(one.module.slug, one.cards) for one in overview.strengths] == [
        ("topics", 2),
        ("tables", 1),
    ]
    topics, tables = overview.strengths
    assert 50 < topics.percent < tables.percent < 100


def test_it_foretells_what_will_be_remembered_tomorrow(respond: Respond, alice: User) -> None:
    respond("topics/a", right=False)
    (topics,) = queries.overview_of(alice).strengths
    assert topics.percent < 95


def test_it_takes_the_same_queries_for_any_number_of_cards(
    clock: Clock,
    respond: Respond,
    alice: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for path in ("topics/a", "topics/b", "tables/a", "tables/b"):
        respond(path)
    clock.shift(dt.timedelta(days=3))
    with django_assert_num_queries(4):  # today, what is due, all cards, days
        queries.overview_of(alice)


def test_today_has_so_many_reviews_as_are_enough(alice: User) -> None:
    make_due(alice, "topics/a", "topics/b", "tables/a")
    StudyDay.objects.create(
        user=alice, day=queries.current_day(), reviews=3, review_limit=5, answers=3
    )
    today = queries.today_of(alice)
    assert (today.left, len(today.due), today.number, today.count) == (2, 3, 4, 5)
