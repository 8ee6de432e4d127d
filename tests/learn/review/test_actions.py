"""Cards after answers and failed labs, and a review that goes on."""

import datetime as dt
import uuid
from collections.abc import Callable
from itertools import pairwise

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from labs import CheckResult, GradeReport, Verdict
from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.questions.question import Mark
from learn.quizzes import actions as quiz_actions
from learn.quizzes import answering
from learn.quizzes.models import Answer
from learn.review import actions, queries
from learn.review.models import DAILY_REVIEWS, Card, StudyDay
from learn.submissions.actions import record_report
from learn.submissions.models import Submission
from learn.submissions.reports import Report
from tests.learn.review.conftest import LAB_SLUG, Respond, card, option_of, question_at

REVIEW = Answer.Source.REVIEW

type Clock = time_machine.Traveller
type Submit = Callable[..., Submission]


@pytest.fixture
def submit(alice: User) -> Submit:
    """Alice submits, and the named checks fail."""

    def submit(*failed: str, verdict: Verdict = Verdict.FAILED) -> Submission:
        submission = Submission.objects.create(
            user=alice, lab=LAB_SLUG, files={}, seed=1, created_at=timezone.now()
        )
        checks = tuple(
            CheckResult(name, name, Verdict.FAILED, 0, 1, "No.", visible=True) for name in failed
        )
        record_report(submission.pk, Report(GradeReport(LAB_SLUG, verdict, checks=checks), None))
        submission.refresh_from_db()
        return submission

    return submit


def give(answer: Answer | None, *, right: bool = True) -> Answer:
    assert answer is not None
    return answering.give(answer, option_of(f"{answer.module}/{answer.question}", right=right))


def due_paths(user: User) -> set[str]:
    return {f"{one.module}/{one.question}" for one in queries.due(user, queries.current_day())}


@pytest.mark.parametrize(("right", "days", "lapses"), [(True, 2, 0), (False, 1, 1)])
def test_an_answer_makes_a_card(
    clock: Clock, respond: Respond, alice: User, right: bool, days: int, lapses: int
) -> None:
    respond("topics/a", right=right)
    made = card(alice, "topics/a")
    assert made.due_on == dt.date(2026, 9, 7) + dt.timedelta(days=days)
    assert (made.lapses, made.lab, made.is_stopped) == (lapses, "", False)


def test_the_next_answer_moves_the_card(clock: Clock, respond: Respond, alice: User) -> None:
    respond("topics/a")
    first = card(alice, "topics/a")
    clock.shift(dt.timedelta(days=2))
    respond("topics/a")
    moved = card(alice, "topics/a")
    assert moved.pk == first.pk
    assert moved.due_on - first.due_on > dt.timedelta(days=5)
    assert moved.stability
    assert first.stability
    assert moved.stability > first.stability


def test_answers_within_minutes_count_once(clock: Clock, respond: Respond, alice: User) -> None:
    respond("topics/a", right=False)
    once = card(alice, "topics/a")
    for _ in range(10):
        clock.shift(dt.timedelta(minutes=1))
        respond("topics/a", right=False)
    often = card(alice, "topics/a")
    assert (often.due_on, often.stability) == (once.due_on, once.stability)


def test_hints_make_the_next_pause_shorter(clock: Clock, respond: Respond, alice: User) -> None:
    respond("topics/a")
    helped = answering.ask(alice, question_at("topics/b"), Answer.Source.LESSON)
    answering.show_hint(helped, {})
    helped.refresh_from_db()
    give(helped)
    assert card(alice, "topics/b").due_on < card(alice, "topics/a").due_on


def test_a_quick_right_review_makes_a_longer_pause(
    clock: Clock, respond: Respond, alice: User
) -> None:
    respond("topics/a")
    respond("topics/b")
    clock.shift(dt.timedelta(days=2))
    for path, seconds in (("topics/a", 10), ("topics/b", 60)):
        asked = answering.ask(alice, question_at(path), REVIEW)
        clock.shift(dt.timedelta(seconds=seconds))
        give(asked)
    assert card(alice, "topics/a").due_on > card(alice, "topics/b").due_on


def test_an_answer_that_is_marked_late_counts_when_it_was_given(clock: Clock, alice: User) -> None:
    asked = answering.ask(alice, question_at("topics/a"), Answer.Source.LESSON)
    Answer.objects.filter(pk=asked.pk).update(
        status=Answer.Status.MARKING, answered_at=timezone.now()
    )
    asked.refresh_from_db()
    clock.shift(dt.timedelta(days=1))
    with transaction.atomic():
        answering.record_mark(asked, Mark(1.0))
    assert card(alice, "topics/a").due_on == dt.date(2026, 9, 9)
    assert StudyDay.objects.get().day == dt.date(2026, 9, 7)


def test_a_mark_that_is_taken_back_leaves_no_card(alice: User) -> None:
    asked = answering.ask(alice, question_at("topics/a"), Answer.Source.LESSON)
    with transaction.atomic():
        give(asked)
        assert Card.objects.exists()
        transaction.set_rollback(True)
    assert not Card.objects.exists()
    assert not StudyDay.objects.exists()


def test_a_quiz_makes_its_cards_when_it_is_submitted(alice: User) -> None:
    quiz = get_course().quiz("queues/check")
    assert quiz
    attempt = quiz_actions.start(alice, quiz)
    path = f"queues/{attempt.answers.get(position=1).question}"
    quiz_actions.save(attempt, {1: option_of(path)})
    assert not Card.objects.exists()
    quiz_actions.submit(attempt, with_blanks=True)
    assert {one.path: one.lapses for one in Card.objects.all()} == {
        one.path: int(one.path != path) for one in quiz.questions
    }
    assert StudyDay.objects.get().answers == 2


def test_the_database_takes_one_card_for_each_question(respond: Respond, alice: User) -> None:
    respond("topics/a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.create(user=alice, module="topics", question="a", due_on=dt.date(2026, 9, 7))


def test_it_asks_all_that_is_due_mixed_and_no_more(
    clock: Clock, respond: Respond, alice: User
) -> None:
    paths = ["queues/how-often", "queues/who-deletes", "tables/a", "topics/a", "topics/b"]
    for path in paths:
        respond(path)
    respond("tables/b", right=False)
    clock.shift(dt.timedelta(days=2))
    respond("tables/b")
    seen = []
    while answer := actions.ask_next(alice):
        seen.append(f"{answer.module}/{answer.question}")
        give(answer)
    assert sorted(seen) == paths
    modules = [path.partition("/")[0] for path in seen]
    assert all(one != other for one, other in pairwise(modules))
    day = StudyDay.objects.get(day=queries.current_day())
    assert (day.reviews, day.right_reviews, day.answers) == (5, 5, 6)


def test_it_asks_again_what_waits_for_an_answer(
    clock: Clock, respond: Respond, alice: User
) -> None:
    respond("topics/a")
    respond("tables/a")
    clock.shift(dt.timedelta(days=2))
    first = actions.ask_next(alice)
    clock.shift(dt.timedelta(hours=9))
    second = actions.ask_next(alice)
    assert first == second
    assert Answer.objects.filter(source=REVIEW).count() == 1


def test_it_asks_a_fresh_variant_each_time(clock: Clock, respond: Respond, alice: User) -> None:
    respond("topics/a")
    seeds = set()
    for _ in range(3):
        clock.move_to(dt.datetime.combine(card(alice, "topics/a").due_on, dt.time(9), dt.UTC))
        seeds.add(give(actions.ask_next(alice)).seed)
    assert len(seeds) == 3


def test_it_says_when_it_is_enough_and_goes_on_when_asked(
    clock: Clock, respond: Respond, alice: User
) -> None:
    respond("topics/a")
    clock.shift(dt.timedelta(days=2))
    StudyDay.objects.create(user=alice, day=queries.current_day(), reviews=DAILY_REVIEWS)
    assert actions.ask_next(alice) is None
    assert actions.ask_next(alice, more=True) is not None
    assert StudyDay.objects.get(day=queries.current_day()).review_limit == 2 * DAILY_REVIEWS


def test_more_is_not_asked_for_twice(alice: User) -> None:
    StudyDay.objects.create(user=alice, day=queries.current_day(), reviews=DAILY_REVIEWS)
    for _ in range(3):
        actions.ask_next(alice, more=True)
    assert StudyDay.objects.get().review_limit == 2 * DAILY_REVIEWS


def test_a_skipped_question_comes_tomorrow_as_it_was(
    clock: Clock, respond: Respond, alice: User
) -> None:
    respond("topics/a")
    clock.shift(dt.timedelta(days=2))
    asked = actions.ask_next(alice)
    assert asked is not None
    actions.skip_today(asked)
    assert actions.ask_next(alice) is None
    clock.shift(dt.timedelta(days=1))
    assert actions.ask_next(alice) == asked


def test_skipping_moves_nothing_that_was_answered_meanwhile(
    clock: Clock, respond: Respond, alice: User
) -> None:
    respond("topics/a")
    clock.shift(dt.timedelta(days=2))
    asked = give(actions.ask_next(alice))
    due_on = card(alice, "topics/a").due_on
    actions.skip_today(asked)
    assert card(alice, "topics/a").due_on == due_on


def test_a_stopped_question_is_asked_no_more_until_it_is_put_back(
    clock: Clock, respond: Respond, alice: User
) -> None:
    respond("topics/a")
    clock.shift(dt.timedelta(days=2))
    asked = actions.ask_next(alice)
    assert asked is not None
    actions.stop_asking(asked)
    assert due_paths(alice) == set()
    assert actions.ask_again(alice) == 1
    assert due_paths(alice) == {"topics/a"}


def test_a_failed_check_makes_its_questions_due(clock: Clock, submit: Submit, alice: User) -> None:
    submission = submit("two")
    assert submission.reviews == [["retries", 4]]
    assert due_paths(alice) == {"topics/a", "topics/b", "topics/d", "tables/a"}
    assert card(alice, "topics/a").concept_name == "retries"
    assert card(alice, "topics/a").memory is None


def test_a_question_of_a_failed_check_is_scheduled_by_its_first_answer(
    clock: Clock, submit: Submit, alice: User
) -> None:
    submit("two")
    give(actions.ask_next(alice))
    (answered,) = Card.objects.filter(user=alice, answered_at__isnull=False)
    assert answered.due_on == dt.date(2026, 9, 9)
    assert (answered.lab, answered.concept) == ("", "")


def test_a_failed_check_takes_what_is_remembered_worst(
    clock: Clock, submit: Submit, respond: Respond, alice: User
) -> None:
    for path, right in (("topics/a", True), ("topics/b", False)):
        respond(path, right=right)
    before = card(alice, "topics/a")
    submission = submit("three")
    assert submission.reviews == [["idempotency", 1], ["retries", 4]]
    assert card(alice, "topics/a").due_on == dt.date(2026, 9, 7)
    assert card(alice, "topics/a").stability == before.stability


def test_forty_failed_submissions_ask_once_a_day(
    clock: Clock, submit: Submit, alice: User
) -> None:
    submit("two")
    while answer := actions.ask_next(alice):
        give(answer)
    for _ in range(3):
        assert submit("two").reviews == []
    assert due_paths(alice) == set()
    assert submit("three").reviews == [["idempotency", 1]]
    clock.shift(dt.timedelta(days=1))
    assert submit("two").reviews == [["retries", 4]]


@pytest.mark.parametrize("verdict", [Verdict.ENGINE_ERROR, Verdict.NOT_SIMULATED])
def test_what_costs_no_attempt_asks_for_nothing(submit: Submit, verdict: Verdict) -> None:
    assert submit("two", verdict=verdict).reviews == []
    assert not Card.objects.exists()


def test_a_failed_check_leaves_stopped_questions_alone(
    submit: Submit, respond: Respond, alice: User
) -> None:
    actions.stop_asking(respond("topics/a"))
    assert submit("two").reviews == [["retries", 3]]
    assert "topics/a" not in due_paths(alice)


def test_a_report_that_comes_twice_asks_once(submit: Submit, alice: User) -> None:
    submission = submit("two")
    again = Report(GradeReport(LAB_SLUG, Verdict.FAILED), None)
    assert not record_report(submission.pk, again)
    assert not record_report(uuid.uuid4(), again)
    submission.refresh_from_db()
    assert submission.reviews == [["retries", 4]]
