"""What the instructor's pages gather."""

from collections.abc import Callable

import pytest
from django.http import Http404
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from labs import Verdict
from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.cohorts.actions import create_cohort, join
from learn.cohorts.models import Cohort
from learn.dashboard import queries
from learn.quizzes.models import Attempt
from learn.submissions.models import Status, Submission

LAB = "sqs/partial-batch"
QUIZ = "sqs/partial-batches"


def submitted(user: User, verdict: Verdict | None, score: int = 0) -> Submission:
    """A row as the submissions app leaves it; without a verdict it is still queued."""
    now = timezone.now()
    return Submission.objects.create(
        user=user,
        lab=LAB,
        content_hash="0" * 64,
        files={"handler.py": "def handler(event, context): ..."},
        seed=1,
        status=Status.GRADED if verdict else Status.QUEUED,
        verdict=verdict or "",
        score=score,
        max_score=10 if verdict else 0,
        created_at=now,
        graded_at=now if verdict else None,
    )


def answered(user: User, score: float) -> Attempt:
    """A marked attempt at the quiz."""
    now = timezone.now()
    return Attempt.objects.create(
        user=user,
        quiz=QUIZ,
        content_hash="0" * 64,
        number=Attempt.objects.filter(user=user).count() + 1,
        rules={},
        status=Attempt.Status.MARKED,
        started_at=now,
        submitted_at=now,
        score=score,
        max_score=5,
    )


def row_of(cohort: Cohort, user: User) -> queries.LearnerRow:
    rows = queries.overview(cohort, get_course()).rows
    return next(row for row in rows if row.user == user)


def test_it_shows_a_learner_who_has_done_nothing(alice: User, cohort: Cohort) -> None:
    row = row_of(cohort, alice)

    assert [score for _, score in row.scores if score] == []
    assert [state for _, state in row.states if state] == []
    assert row.last_activity is None
    assert not row.is_stuck


def test_it_shows_the_best_attempt_and_the_lab(alice: User, cohort: Cohort) -> None:
    answered(alice, 4)
    answered(alice, 2)
    newest = submitted(alice, Verdict.PASSED, 10)

    row = row_of(cohort, alice)

    score = {quiz.slug: score for quiz, score in row.scores}[QUIZ]
    assert score is not None
    assert (score.score, score.max_score) == (4, 5)
    state = {lab.slug: state for lab, state in row.states}[LAB]
    assert state is not None
    assert state.passed
    assert row.last_activity == newest.created_at


def test_it_takes_the_later_of_quiz_and_lab_for_the_last_activity(
    alice: User, cohort: Cohort
) -> None:
    submitted(alice, Verdict.FAILED)
    attempt = answered(alice, 1)

    assert queries.last_activity([alice.pk]) == {alice.pk: attempt.started_at}


def test_it_sees_who_is_stuck(alice: User, cohort: Cohort) -> None:
    for _ in range(2):
        submitted(alice, Verdict.FAILED)
    assert not row_of(cohort, alice).is_stuck

    submitted(alice, Verdict.CRASHED)

    assert row_of(cohort, alice).is_stuck
    assert queries.overview(cohort, get_course()).stuck == 1


def test_it_does_not_call_stuck_who_passed_or_met_our_errors(
    alice: User, cohort: Cohort, make_user: Callable[[str], User]
) -> None:
    bob = make_user("Bob")
    join(bob, cohort)
    for _ in range(3):
        submitted(alice, Verdict.FAILED)
        submitted(bob, Verdict.ENGINE_ERROR)
    submitted(alice, Verdict.PASSED, 10)

    assert queries.overview(cohort, get_course()).stuck == 0


def test_it_counts_who_passed_each_lab(
    alice: User, cohort: Cohort, make_user: Callable[[str], User]
) -> None:
    join(make_user("Bob"), cohort)
    submitted(alice, Verdict.PASSED, 10)

    progress = {lab.slug: n for lab, n in queries.overview(cohort, get_course()).lab_progress}

    assert progress[LAB] == 1


def test_it_asks_the_database_the_same_for_any_number_of_learners(
    cohort: Cohort,
    make_user: Callable[[str], User],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        user = make_user(f"Learner{number}")
        join(user, cohort)
        answered(user, 3)
        submitted(user, Verdict.FAILED)
    course = get_course()

    with django_assert_max_num_queries(5):
        rows = queries.overview(cohort, course).rows

    assert len(rows) == 13


def test_it_gives_a_cohort_only_to_its_instructor(
    alice: User, ines: User, mallory: User, cohort: Cohort
) -> None:
    assert queries.cohort_for(ines, cohort.pk) == cohort
    for stranger in (alice, mallory):
        with pytest.raises(Http404):
            queries.cohort_for(stranger, cohort.pk)


def test_it_gives_a_learner_only_through_a_cohort_of_theirs(
    alice: User, ines: User, mallory: User, cohort: Cohort
) -> None:
    other = create_cohort(ines, "Autumn term")

    assert queries.learner_for(ines, cohort.pk, alice.pk) == (cohort, alice)
    for pk, learner in ((other.pk, alice), (cohort.pk, mallory), (cohort.pk, ines)):
        with pytest.raises(Http404):
            queries.learner_for(ines, pk, learner.pk)


def test_it_lists_work_newest_first_and_cuts_it_off(alice: User, cohort: Cohort) -> None:
    made = [submitted(alice, Verdict.FAILED) for _ in range(queries.SUBMISSIONS_SHOWN + 2)]

    work = next(one for one in queries.lab_work(alice, get_course()) if one.lab.slug == LAB)

    newest = [one.shown.submission for one in work.submissions]
    assert newest == made[: -queries.SUBMISSIONS_SHOWN - 1 : -1]
    assert work.hidden == 2


def test_it_gathers_one_learners_work_in_two_queries(
    alice: User, cohort: Cohort, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        submitted(alice, Verdict.FAILED)
        answered(alice, 2)
    course = get_course()

    with django_assert_max_num_queries(2):
        labs = queries.lab_work(alice, course)
        quizzes = queries.quiz_work(alice, course)

    assert sum(len(work.submissions) for work in labs) == 5
    assert sum(len(work.attempts) for work in quizzes) == 5
