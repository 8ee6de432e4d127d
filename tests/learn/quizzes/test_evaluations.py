"""Answers that wait for a worker: sent once, marked once, or opened again at nobody's fault."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from learn.accounts.models import User
from learn.celery import app
from learn.questions.fields import AnswerError
from learn.quizzes import answering, evaluations, tasks
from learn.quizzes.models import Answer
from learn.quizzes.presentation import fault_of
from learn.quizzes.signals import answer_marked
from tests.learn.quizzes.evaluated import (
    WRONG,
    Broker,
    asked,
    attempt_of,
    fields,
    found_by_worker,
    lose_time,
    pattern_question,
    verdict,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Broker:
    settings.SUBMISSION_RESEND_SECONDS = 30
    broker = Broker()
    monkeypatch.setattr(app, "send_task", broker.send_task)
    return broker


@pytest.fixture
def answer(alice: User, tmp_path: Path) -> Answer:
    """Asked in a lesson."""
    return asked(alice, pattern_question(tmp_path))


def give(answer: Answer, text: str = "") -> Answer:
    return answering.give(answer, fields(text) if text else fields())


def record(message: dict[str, Any], **changes: Any) -> None:
    tasks.record_evaluation(**{**found_by_worker(message), **changes})


def reloaded(answer: Answer) -> Answer:
    return Answer.objects.get(pk=answer.pk)


# --- The way there and back -------------------------------------------------------------------


def test_it_waits_for_a_worker(answer: Answer, broker: Broker) -> None:
    give(answer)
    [message] = broker.messages
    assert message["job"]["evaluator"] == "event_pattern"
    kept = reloaded(answer)
    assert (kept.status, kept.score, kept.send_count) == ("marking", None, 1)
    assert answering.mark_of(kept, answering.variant_for(kept)) is None


@pytest.mark.parametrize(("text", "score"), [("", 1), (WRONG, 0), ('{"source": "shop"}', 0)])
def test_it_marks_what_a_worker_found(
    answer: Answer, broker: Broker, text: str, score: float
) -> None:
    give(answer, text)
    record(broker.messages[0])
    kept = reloaded(answer)
    assert (kept.status, kept.score, kept.is_first) == ("marked", score, True)
    mark = answering.mark_of(kept, answering.variant_for(kept))
    assert mark is not None
    assert mark.score == score


def test_it_tells_who_listens(answer: Answer, broker: Broker) -> None:
    heard = []

    def listen(sender: object, answer: Answer, **_: object) -> None:
        heard.append((answer.pk, answer.status, answer.score))

    answer_marked.connect(listen)
    try:
        give(answer, WRONG)
        assert heard == []
        record(broker.messages[0])
        record(broker.messages[0])
    finally:
        answer_marked.disconnect(listen)
    assert heard == [(answer.pk, "marked", 0)]


def test_it_keeps_what_is_not_text_for_a_database(answer: Answer, broker: Broker) -> None:
    give(answer)
    evaluation = verdict("invalid", "a\0b\ud800c")
    record(broker.messages[0], evaluation=evaluation)
    kept = reloaded(answer).evaluation
    assert kept is not None
    assert kept["message"] == "a\ufffdb?c"


def test_it_sends_nothing_that_is_rolled_back(answer: Answer, broker: Broker) -> None:
    from django.db import transaction

    with transaction.atomic():
        give(answer)
        transaction.set_rollback(True)
    assert broker.messages == []
    assert reloaded(answer).status == "open"


# --- What changes nothing ---------------------------------------------------------------------


def test_it_marks_once_if_the_evaluation_comes_twice(answer: Answer, broker: Broker) -> None:
    give(answer)
    record(broker.messages[0])
    before = reloaded(answer)
    record(broker.messages[0])
    record(broker.messages[0], evaluation=verdict("timed_out"))
    after = reloaded(answer)
    assert (after.marked_at, after.score) == (before.marked_at, 1)
    assert after.evaluation == before.evaluation


@pytest.mark.parametrize(
    "evaluation",
    [
        None,
        [],
        {},
        {"verdict": "wonderful"},
        {"verdict": "evaluated", "outcomes": "all"},
        {"verdict": "evaluated", "message": "", "outcomes": []},
        {"verdict": "evaluated", "message": "", "outcomes": [{"got": True, "error": ""}] * 5},
        {"verdict": "evaluated", "message": "", "outcomes": [{"got": "x" * 700_000}] * 4},
    ],
)
def test_it_drops_a_broken_evaluation(
    answer: Answer, broker: Broker, evaluation: object, caplog: pytest.LogCaptureFixture
) -> None:
    give(answer)
    record(broker.messages[0], evaluation=evaluation)
    kept = reloaded(answer)
    assert (kept.status, kept.evaluation) == ("marking", None)
    assert f"no evaluation of answer '{answer.pk}-" in caplog.text


@pytest.mark.parametrize(
    "forge", ["", "0", "x", "-1", "9" * 30, "{pk}", "{pk}-", "{pk}-abc", None]
)
def test_it_drops_an_evaluation_of_nothing(
    answer: Answer, broker: Broker, forge: str | None
) -> None:
    give(answer)
    record(broker.messages[0], answer=forge and forge.format(pk=answer.pk))
    assert reloaded(answer).status == "marking"


def test_it_drops_the_evaluation_of_what_was_written_before(
    answer: Answer, broker: Broker
) -> None:
    give(answer)
    record(broker.messages[0], evaluation=verdict("engine_error"))
    give(reloaded(answer), WRONG)
    record(broker.messages[0])
    assert reloaded(answer).status == "marking"
    record(broker.messages[1])
    assert reloaded(answer).score == 0


def test_it_drops_the_evaluation_of_an_open_answer(answer: Answer, broker: Broker) -> None:
    give(answer)
    Answer.objects.update(status="open")
    record(broker.messages[0])
    assert reloaded(answer).status == "open"


# --- Nobody's fault ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["engine_error", "not_simulated"])
def test_it_opens_an_answer_again_that_could_not_be_marked(
    answer: Answer, broker: Broker, name: str
) -> None:
    give(answer)
    record(broker.messages[0], evaluation=verdict(name))
    kept = reloaded(answer)
    assert (kept.status, kept.score, kept.answered_at) == ("open", None, None)
    assert kept.fields == fields()
    assert fault_of(kept) == "Some sentence." or "our fault, and costs nothing" in fault_of(kept)
    give(kept)
    again = reloaded(answer)
    assert (again.status, again.evaluation, fault_of(again)) == ("marking", None, "")


def test_it_asks_again_for_an_answer_of_an_attempt(
    alice: User, tmp_path: Path, broker: Broker
) -> None:
    read = pattern_question(tmp_path)
    attempt = attempt_of(alice)
    one, other = (asked(alice, read, attempt, position) for position in (0, 1))
    give(one)
    give(other)
    record(broker.messages[0], evaluation=verdict("engine_error"))
    assert reloaded(one).status == "marking"
    assert broker.answers == [one.pk, other.pk]
    record(broker.messages[1])
    assert evaluations.resend_lost() == 0
    lose_time(3600)
    assert evaluations.resend_lost() == 1
    record(broker.messages[2])
    assert (reloaded(one).score, reloaded(other).score) == (1, 1)


def test_it_marks_an_answer_of_an_attempt_that_nothing_can_evaluate(
    alice: User, tmp_path: Path, broker: Broker
) -> None:
    answer = asked(alice, pattern_question(tmp_path), attempt_of(alice))
    give(answer)
    record(broker.messages[0], evaluation=verdict("not_simulated", "No attempt was used."))
    kept = reloaded(answer)
    assert kept.score == 0
    assert kept.evaluation is not None
    assert "tell your instructor" in kept.evaluation["message"]


# --- One at a time ----------------------------------------------------------------------------


def test_it_sends_one_answer_of_a_user_at_a_time(
    alice: User, ines: User, tmp_path: Path, broker: Broker
) -> None:
    read = pattern_question(tmp_path)
    first, second, third = (give(asked(alice, read)) for _ in range(3))
    other = give(asked(ines, read))
    assert broker.answers == [first.pk, other.pk]
    record(broker.messages[0])
    assert broker.answers == [first.pk, other.pk, second.pk]
    record(broker.messages[2], evaluation=verdict("engine_error"))
    assert broker.answers[3:] == [third.pk]


def test_it_takes_so_many_in_a_minute_and_all_of_an_attempt(
    alice: User, tmp_path: Path, settings: Settings
) -> None:
    settings.SUBMISSIONS_PER_MINUTE = 2
    read = pattern_question(tmp_path)
    give(asked(alice, read))
    give(asked(alice, read))
    refused = asked(alice, read)
    with pytest.raises(AnswerError, match="wait a minute"):
        give(refused)
    assert reloaded(refused).status == "open"
    attempt = attempt_of(alice)
    for position in range(3):
        give(asked(alice, read, attempt, position))


# --- Losses -----------------------------------------------------------------------------------


def test_it_sends_a_lost_message_again(answer: Answer, broker: Broker) -> None:
    give(answer)
    lose_time(25)
    assert evaluations.resend_lost() == 0
    lose_time(10)
    tasks.resend_lost()
    tasks.resend_lost()
    assert broker.answers == [answer.pk, answer.pk]
    assert broker.messages[0] == broker.messages[1]
    lose_time(35)
    assert evaluations.resend_lost() == 0


def test_it_sends_what_the_broker_did_not_take(answer: Answer, broker: Broker) -> None:
    broker.is_down = True
    give(answer)
    assert (reloaded(answer).sent_at, reloaded(answer).send_count) == (None, 0)
    assert evaluations.resend_lost() == 0
    broker.is_down = False
    assert evaluations.resend_lost() == 1
    record(broker.messages[0])
    assert reloaded(answer).score == 1


def test_it_waits_longer_while_a_long_queue_moves(
    alice: User, ines: User, tmp_path: Path, broker: Broker
) -> None:
    read = pattern_question(tmp_path)
    quick, slow = asked(ines, read), asked(alice, read)
    give(quick)
    give(slow)
    lose_time(35)
    record(broker.messages[0])
    assert evaluations.resend_lost() == 0


def test_it_gives_up_and_opens_the_answer_again(answer: Answer, broker: Broker) -> None:
    give(answer)
    for _ in range(7):
        lose_time(7200)
        evaluations.resend_lost()
    assert len(broker.messages) == 6
    kept = reloaded(answer)
    assert kept.status == "open"
    assert "our fault" in fault_of(kept)


def test_it_never_gives_up_an_answer_of_an_attempt(
    alice: User, tmp_path: Path, broker: Broker
) -> None:
    answer = give(asked(alice, pattern_question(tmp_path), attempt_of(alice)))
    for _ in range(8):
        lose_time(7200)
        evaluations.resend_lost()
    assert len(broker.messages) == 9
    record(broker.messages[-1])
    assert reloaded(answer).score == 1


def test_it_is_known_by_the_names_that_workers_use() -> None:
    assert {"quizzes.record_evaluation", "quizzes.resend_lost"} <= set(app.tasks)
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "quizzes.resend_lost" in scheduled
