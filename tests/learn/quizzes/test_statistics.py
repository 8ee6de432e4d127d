"""Figures of questions and quizzes, read from the database."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from learn.accounts.models import User
from learn.catalog.catalogue import Course, Question, Quiz, get_course
from learn.cohorts.models import Cohort
from learn.cohorts.queries import learners_of
from learn.quizzes.answering import ask, give, keep_version, save
from learn.quizzes.models import Answer, Attempt
from learn.quizzes.quiz_statistics import QuizStatistics, distribution, of_quiz
from learn.quizzes.reliability import Reliability
from learn.quizzes.statistics import Figures, of_module
from tests.learn.course_files import write_course
from tests.learn.quizzes.answer_rows import (
    CHANGES,
    NAMES,
    NOON,
    answer_all,
    attempt,
    first_answer,
    make_learners,
    option_id,
)


@pytest.fixture
def course(tmp_path: Path, settings: Settings) -> Course:
    settings.CONTENT_DIRS = (write_course(tmp_path / "content", CHANGES),)
    return get_course()


@pytest.fixture
def questions(course: Course) -> list[Question]:
    found = [course.question(f"queues/{name}") for name in NAMES]
    return [question for question in found if question]


@pytest.fixture
def quiz(course: Course) -> Quiz:
    found = course.quiz("queues/five")
    assert found is not None
    return found


def figures_of(cohort: Cohort, question: Question) -> Figures:
    statistics = of_module(learners_of(cohort), question.module)
    return statistics.of(question.content_hash)


def test_it_gathers_the_figures_of_a_question(cohort: Cohort, questions: list[Question]) -> None:
    learners = make_learners(cohort, 10)
    answer_all(learners, questions)

    figures = figures_of(cohort, questions[2])

    # m/M <= n/N: 2/5 <= n/10 for the six learners from 4 on.
    assert figures.count == 10
    assert figures.facility == pytest.approx(0.6)
    assert figures.low is not None
    assert figures.high is not None
    assert figures.low < 0.6 < figures.high
    assert figures.discrimination is not None
    assert figures.discrimination > 0.5
    assert figures.seconds == pytest.approx(40, abs=0.01)
    assert [(choice.summary, choice.count, choice.is_right) for choice in figures.choices] == [
        (option_id(questions[2], right=True), 6, True),
        (option_id(questions[2], right=False), 4, False),
    ]
    assert figures.choices[1].top == 0
    assert figures.choices[1].bottom == 1


def test_it_looks_at_this_cohort_alone(
    cohort: Cohort, mallory: User, questions: list[Question]
) -> None:
    Answer.objects.bulk_create(
        [first_answer(learner, questions[0]) for learner in make_learners(cohort, 6)]
        + [first_answer(mallory, questions[0], 0.0)]
    )

    assert figures_of(cohort, questions[0]).count == 6
    assert of_module(None).of(questions[0].content_hash).count == 7


def test_it_looks_at_first_answers_alone(cohort: Cohort, questions: list[Question]) -> None:
    learners = make_learners(cohort, 5)
    Answer.objects.bulk_create(
        first_answer(learner, questions[0], score, is_first=first)
        for learner in learners
        for score, first in ((0.0, True), (1.0, False))
    )

    figures = figures_of(cohort, questions[0])

    assert (figures.count, figures.facility) == (5, 0.0)


def test_it_only_counts_fewer_than_five_answers(cohort: Cohort, questions: list[Question]) -> None:
    learners = make_learners(cohort, 4)
    answer_all(learners, questions)

    figures = figures_of(cohort, questions[0])

    assert (figures.count, figures.is_enough) == (4, False)
    for value in (figures.facility, figures.low, figures.discrimination, figures.seconds):
        assert value is None
    assert [(choice.count, choice.share) for choice in figures.choices] == [(4, 0.0)]


def test_it_keeps_versions_apart(cohort: Cohort, questions: list[Question]) -> None:
    old = replace(questions[0], content_hash="0" * 64)
    learners = make_learners(cohort, 12)
    Answer.objects.bulk_create(
        first_answer(learner, old if n < 5 else questions[0], float(n >= 5))
        for n, learner in enumerate(learners)
    )

    statistics = of_module(learners_of(cohort), "queues")

    assert statistics.of(old.content_hash).facility == 0
    assert statistics.of(questions[0].content_hash).facility == 1
    found = statistics.versions_of("queues/a1")
    assert {version.content_hash for version in found} == {
        old.content_hash,
        questions[0].content_hash,
    }


@pytest.mark.parametrize(
    ("fields", "timed"),
    [
        ({"source": Answer.Source.LESSON}, 6),
        ({"source": Answer.Source.REVIEW}, 6),
        ({"source": Answer.Source.QUIZ}, 0),
        ({"seconds": 3601}, 0),
        ({"seconds": -5}, 0),
        ({"seconds": None}, 0),
    ],
)
def test_it_times_what_was_asked_alone_and_answered_at_a_sitting(
    cohort: Cohort, questions: list[Question], fields: dict[str, object], timed: int
) -> None:
    Answer.objects.bulk_create(
        first_answer(learner, questions[0], **fields)  # type: ignore[arg-type]
        for learner in make_learners(cohort, 6)
    )

    figures = figures_of(cohort, questions[0])

    assert figures.timed == timed
    assert (figures.seconds is not None) == bool(timed)


def test_it_tells_who_opened_hints(cohort: Cohort, questions: list[Question]) -> None:
    Answer.objects.bulk_create(
        first_answer(learner, questions[0], hints_shown=n % 2 * 3)
        for n, learner in enumerate(make_learners(cohort, 8))
    )

    assert figures_of(cohort, questions[0]).hinted == 0.5


def test_it_does_not_mix_the_strength_in_two_modules(
    cohort: Cohort, questions: list[Question]
) -> None:
    # Who is right in one module is wrong in the other.
    others = [
        replace(each, module="other", content_hash=each.content_hash[::-1]) for each in questions
    ]
    learners = make_learners(cohort, 10)
    answer_all(learners, questions)
    answer_all(learners[::-1], others)

    whole, alone = of_module(learners_of(cohort)), of_module(learners_of(cohort), "queues")

    for question in questions[1:]:  # All are right in the first.
        one, other = (each.of(question.content_hash) for each in (whole, alone))
        assert one.discrimination is not None
        assert one.discrimination == pytest.approx(other.discrimination)
        assert [choice.top for choice in one.choices] == [choice.top for choice in other.choices]


def test_it_has_nothing_to_say_without_answers(cohort: Cohort, questions: list[Question]) -> None:
    assert figures_of(cohort, questions[0]) == Figures(questions[0].content_hash)


def test_it_asks_the_database_twice(
    cohort: Cohort,
    questions: list[Question],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    answer_all(make_learners(cohort, 7), questions)

    with django_assert_num_queries(2):
        of_module(learners_of(cohort))


# Quizzes


def quiz_figures(cohort: Cohort, quiz: Quiz) -> QuizStatistics:
    points = {question.path: 1 for question in quiz.questions}
    return of_quiz(learners_of(cohort), quiz.slug, points)


def attempts(cohort: Cohort, quiz: Quiz, count: int) -> list[User]:
    """Learner n of `count` answers the first so many questions rightly."""
    learners = make_learners(cohort, count)
    for n, learner in enumerate(learners):
        right = n * (len(NAMES) + 1) // count
        attempt(learner, quiz, {name: float(m < right) for m, name in enumerate(NAMES)})
    return learners


def test_it_computes_alpha_of_first_attempts(cohort: Cohort, quiz: Quiz) -> None:
    attempts(cohort, quiz, 36)

    found = quiz_figures(cohort, quiz)

    # A perfect scale of five steps, six learners on each: the textbook's formula by hand.
    facilities = [30 / 36, 24 / 36, 18 / 36, 12 / 36, 6 / 36]
    of_items = sum(p * (1 - p) for p in facilities)
    of_totals = 35 / 12  # of 0 to 5, all equally frequent
    assert isinstance(found.reliability, Reliability)
    assert found.reliability.alpha == pytest.approx(5 / 4 * (1 - of_items / of_totals))
    error = math.sqrt(of_totals * 36 / 35 * (1 - found.reliability.alpha))
    assert found.reliability.error == pytest.approx(error)
    assert found.mean == pytest.approx(0.5)
    assert found.median_minutes == 6


def test_it_takes_the_first_finished_attempt_of_each(cohort: Cohort, quiz: Quiz) -> None:
    for learner in make_learners(cohort, 6):
        wrong, right = (dict.fromkeys(NAMES, score) for score in (0.0, 1.0))
        attempt(learner, quiz, right, number=2)
        attempt(learner, quiz, wrong, number=3)
        Attempt.objects.create(
            user=learner,
            quiz=quiz.slug,
            content_hash="",
            number=1,
            rules={},
            status=Attempt.Status.MARKING,
            started_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
            max_score=5,
        )

    found = quiz_figures(cohort, quiz)

    assert (found.attempts, found.mean) == (6, 1.0)
    assert {figures.facility for figures in found.questions.by_version.values()} == {1.0}


def test_it_says_why_a_quiz_has_no_alpha(cohort: Cohort, quiz: Quiz) -> None:
    attempts(cohort, quiz, 7)

    found = quiz_figures(cohort, quiz)

    assert found.reliability == "Needs 30 learners who finished the quiz; there are 7."
    assert found.is_enough


def test_it_knows_nothing_of_a_quiz_that_nobody_took(cohort: Cohort, quiz: Quiz) -> None:
    found = quiz_figures(cohort, quiz)

    assert (found.attempts, found.mean, found.median_minutes) == (0, None, None)
    assert found.reliability == "Needs 30 learners who finished the quiz; there are 0."


def saved(learner: User, seconds: Sequence[float | None]) -> None:
    """When the answers of the learner's attempt were changed last, after its start."""
    for answer, after in zip(learner.answers.order_by("position"), seconds, strict=True):
        answer.saved_at = None if after is None else NOON + dt.timedelta(seconds=after)
        answer.save()


def test_it_times_the_questions_of_a_quiz_by_their_last_changes(
    cohort: Cohort, quiz: Quiz
) -> None:
    for learner in attempts(cohort, quiz, 6):
        saved(learner, [30, 90, 4000, 60, None])

    found = quiz_figures(cohort, quiz).questions

    seconds = [found.of(question.content_hash).seconds for question in quiz.questions]
    # The fourth was changed before the second; the third took longer than an hour.
    assert seconds == [pytest.approx(30), pytest.approx(30), None, pytest.approx(30), None]


def test_it_times_no_blank(cohort: Cohort, quiz: Quiz) -> None:
    # The last answer is blank: it was saved when the attempt was submitted.
    for learner in attempts(cohort, quiz, 6):
        saved(learner, [30, 60, 90, 120, 500])
        learner.answers.filter(position=5).update(summary="")

    found = quiz_figures(cohort, quiz).questions

    assert found.of(quiz.questions[3].content_hash).seconds == pytest.approx(30)
    assert found.of(quiz.questions[4].content_hash).seconds is None


def test_it_times_nothing_that_was_saved_at_once(cohort: Cohort, quiz: Quiz) -> None:
    for learner in attempts(cohort, quiz, 6):
        saved(learner, [300] * 5)

    found = quiz_figures(cohort, quiz).questions

    assert {figures.seconds for figures in found.by_version.values()} == {None}


def test_it_keeps_the_time_of_the_last_change_when_the_answer_is_given(
    alice: User, questions: list[Question]
) -> None:
    answer = ask(alice, questions[0], Answer.Source.QUIZ)
    fields = {"": [option_id(questions[0], right=True)]}
    save(answer, fields, NOON)
    answer.refresh_from_db()

    give(answer, fields)

    answer.refresh_from_db()
    assert answer.saved_at == NOON
    assert answer.answered_at is not None
    assert answer.answered_at > NOON


def test_it_weighs_questions_by_their_points(cohort: Cohort, quiz: Quiz) -> None:
    attempts(cohort, quiz, 36)
    learners = learners_of(cohort)
    points = {question.path: 3 for question in quiz.questions}

    of_one, of_three = (of_quiz(learners, quiz.slug, each).reliability for each in ({}, points))

    assert isinstance(of_one, Reliability)
    assert isinstance(of_three, Reliability)
    assert of_three.alpha == pytest.approx(of_one.alpha)
    assert of_three.error == pytest.approx(3 * of_one.error)


def test_it_is_one_quiz_though_a_question_was_mended(cohort: Cohort, quiz: Quiz) -> None:
    learners = attempts(cohort, quiz, 36)
    before = quiz_figures(cohort, quiz).reliability
    old = keep_version(replace(quiz.questions[0], content_hash="0" * 64))
    Answer.objects.filter(user__in=learners[::2], question="a1").update(version=old)

    after = quiz_figures(cohort, quiz).reliability

    assert isinstance(before, Reliability)
    assert isinstance(after, Reliability)
    assert after.alpha == pytest.approx(before.alpha)


def test_it_spreads_scores_into_steps() -> None:
    shares = [0.0, 0.1, 0.3, 0.3, 0.999, 1.0]

    assert distribution(shares, 10) == [1, 1, 0, 2, 0, 0, 0, 0, 0, 2]
    assert distribution([], 3) == [0, 0, 0]
