"""The progress page: what it tells, to whom, and at which cost."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from labs import Verdict
from learn.accounts.models import User
from learn.catalog.catalogue import Course, get_course
from learn.progress.mastery import Level
from learn.progress.overview import Overview, overview_of
from learn.quizzes import answering
from learn.quizzes.models import Answer, Attempt
from learn.review.models import Card
from learn.submissions.models import Kind, Status, Submission
from tests.learn.course_files import HOW_OFTEN, LAB, LESSON, QUIZ, WHO_DELETES, write_course

PAGE = "/progress/"
NOON = dt.datetime(2026, 9, 9, 12, tzinfo=dt.UTC)
CONCEPTS = '\n[concepts]\nfirst = ["retries"]\nsecond = ["deletion"]\n'
COURSE_FILES = {
    "queues/lessons/01-message-life.md": LESSON + "\n[[check: who-deletes]]\n",
    "queues/questions/who-deletes.yaml": WHO_DELETES + "concepts: [deletion]\n",
    "queues/questions/how-often.yaml": HOW_OFTEN + "concepts: [retries]\n",
    "queues/labs/worker/lab.toml": LAB + CONCEPTS,
}


@pytest.fixture(autouse=True)
def course(tmp_path: Path, settings: Settings) -> Course:
    """One concept for each of the two questions, and for each of two checks of the lab."""
    settings.CONTENT_DIRS = (write_course(tmp_path / "content", COURSE_FILES),)
    return get_course()


def answered(
    user: User,
    slug: str,
    score: float,
    at: dt.datetime = NOON,
    source: Answer.Source = Answer.Source.LESSON,
) -> Answer:
    question = get_course().question(f"queues/{slug}")
    assert question
    answer = answering.ask(user, question, source)
    is_first = not Answer.objects.filter(user=user, question=slug, is_first=True).exists()
    Answer.objects.filter(pk=answer.pk).update(
        status=Answer.Status.MARKED, score=score, answered_at=at, is_first=is_first
    )
    return answer


def submitted(user: User, verdict: Verdict, at: dt.datetime = NOON, **checks: Verdict) -> None:
    """A graded submission to the lab; `checks` have the verdicts of single ones."""
    Submission.objects.create(
        user=user,
        lab="queues/worker",
        content_hash="",
        files={},
        seed=1,
        status=Status.GRADED,
        verdict=verdict,
        max_score=10,
        report={"checks": [{"id": name, "verdict": found} for name, found in checks.items()]},
        created_at=at,
        graded_at=at,
    )


def overview(user: User, zone: str = "UTC", now: dt.datetime = NOON) -> Overview:
    return overview_of(user, get_course(), now, ZoneInfo(zone))


def percents(found: Overview) -> dict[str, int | None]:
    groups = [row.mastery for row in found.modules if row.mastery]
    return {one.concept: one.percent for group in groups for one in group.tried}


def test_answers_and_failed_checks_make_the_mastery(alice: User) -> None:
    answered(alice, "who-deletes", 1)
    answered(alice, "how-often", 1)
    submitted(alice, Verdict.FAILED, first=Verdict.FAILED, second=Verdict.PASSED)

    assert percents(overview(alice)) == {"deletion": 100, "retries": 33}


def test_a_lab_once_passed_stays_passed(alice: User) -> None:
    submitted(alice, Verdict.PASSED, NOON - dt.timedelta(hours=1))
    submitted(alice, Verdict.FAILED, first=Verdict.FAILED, second=Verdict.NOT_RUN)

    assert percents(overview(alice)) == {"deletion": 100, "retries": 100}


def test_what_never_ran_and_what_was_our_fault_say_nothing(alice: User) -> None:
    submitted(alice, Verdict.FAILED, first=Verdict.FAILED, second=Verdict.NOT_RUN)
    submitted(alice, Verdict.ENGINE_ERROR, NOON + dt.timedelta(minutes=1))

    assert percents(overview(alice)) == {"retries": 0}


def test_what_the_review_has_nearly_forgotten_counts_less(alice: User) -> None:
    answered(alice, "who-deletes", 1, NOON - dt.timedelta(days=30))
    Card.objects.create(
        user=alice,
        module="queues",
        question="who-deletes",
        due_on=NOON.date(),
        state=2,
        stability=2,
        difficulty=5,
        rating=3,
        answered_at=NOON - dt.timedelta(days=30),
    )

    [row] = overview(alice).modules
    assert row.mastery
    [deletion] = row.mastery.tried

    assert deletion.percent
    assert deletion.percent < 80
    assert deletion.level is Level.FAIR


def test_the_learner_of_another_time_zone_has_other_days(alice: User) -> None:
    late = dt.datetime(2026, 9, 8, 23, tzinfo=dt.UTC)
    answered(alice, "who-deletes", 1, late)
    answered(alice, "who-deletes", 1, late - dt.timedelta(days=1))

    in_london, in_tokyo = overview(alice), overview(alice, "Asia/Tokyo")

    assert (in_london.streak, in_london.is_active_today) == (2, False)
    # There it is the ninth already, and both answers were a day later.
    assert (in_tokyo.streak, in_tokyo.is_active_today) == (2, True)


def test_a_day_without_work_ends_the_streak(alice: User) -> None:
    for days in (0, 1, 3, 4, 5):
        answered(alice, "who-deletes", 1, NOON - dt.timedelta(days=days))

    found = overview(alice)

    assert (found.streak, found.longest_streak) == (2, 3)
    assert found.calendar.active_days == 5


def test_runs_count_as_work_but_not_as_knowledge(alice: User) -> None:
    submitted(alice, Verdict.PASSED)
    Submission.with_runs.update(kind=Kind.RUN)

    found = overview(alice)

    assert (found.streak, found.progress.done, percents(found)) == (1, 0, {})
    assert [(line.title, line.count) for line in found.recent] == [("Worker", 1)]


def test_recent_work_is_one_line_for_each_place_and_day(alice: User) -> None:
    answered(alice, "who-deletes", 0, NOON - dt.timedelta(days=1))
    answered(alice, "who-deletes", 0)
    answered(alice, "who-deletes", 1)
    answered(alice, "how-often", 1, NOON + dt.timedelta(minutes=1), Answer.Source.REVIEW)

    lines = [(line.title, line.count) for line in overview(alice).recent]

    assert lines == [("Daily review", 1), ("Life of a message", 2), ("Life of a message", 1)]


def test_what_a_quiz_keeps_back_is_not_told(
    alice: User, tmp_path: Path, settings: Settings
) -> None:
    rules = 'attempts = 2\n\n[review]\nsolutions = "after_last_attempt"\n'
    strict = QUIZ.replace('"who-deletes", ', "").replace("shuffle = false\n", rules)
    changes = COURSE_FILES | {"queues/quizzes/check.toml": strict}
    settings.CONTENT_DIRS = (write_course(tmp_path / "strict", changes),)
    [quiz] = get_course().quizzes
    attempt = Attempt.objects.create(
        user=alice,
        quiz=quiz.slug,
        content_hash=quiz.content_hash,
        number=1,
        rules=quiz.rules.to_json(),
        status=Attempt.Status.MARKED,
        started_at=NOON,
        submitted_at=NOON,
        score=1,
        max_score=1,
    )
    answer = answered(alice, "how-often", 1, source=Answer.Source.QUIZ)
    Answer.objects.filter(pk=answer.pk).update(attempt=attempt)

    assert percents(overview(alice)) == {}


def test_nobody_reads_it_without_an_account(anonymous: Client) -> None:
    assertRedirects(anonymous.get(PAGE), f"/accounts/login/?next={PAGE}")


def test_a_new_learner_is_told_how_to_begin(as_alice: Client) -> None:
    page = as_alice.get(PAGE)

    assertContains(page, "Nothing done yet")
    assertContains(page, "2 concepts not asked yet")


def test_others_answers_are_not_shown(as_alice: Client, mallory: User) -> None:
    answered(mallory, "who-deletes", 1)

    assertContains(as_alice.get(PAGE), "Nothing done yet")


def test_a_weak_concept_leads_to_the_lesson_and_the_review(as_alice: Client, alice: User) -> None:
    answered(alice, "who-deletes", 0)

    page = as_alice.get(PAGE)

    assertContains(page, "/modules/queues/lessons/message-life/#who-deletes-it")
    assertContains(page, 'href="/review/"')
    assertNotContains(page, "No concept is weak")


def test_the_page_costs_few_queries_however_much_was_done(
    as_alice: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for days in range(30):
        at = timezone.now() - dt.timedelta(days=days)
        answered(alice, "who-deletes", days % 2, at)
        submitted(alice, Verdict.FAILED, at, first=Verdict.FAILED, second=Verdict.PASSED)

    # Session, user, due reviews, answers, submissions, attempts, cards, checks of failed labs.
    with django_assert_max_num_queries(8):
        as_alice.get(PAGE)
