"""Evaluations in a worker: behind the walls, within limits, one after the other."""

import time
from typing import Any

import pytest

import labs
from labs import EvaluationVerdict, grader
from labs.sandbox import pool
from tests.labs.evaluation.attacks import FORGED, QUICK, SLOW, Attack
from tests.labs.evaluation.conftest import got, job

HONEST = (
    (job("event_pattern", {"a": ["x"]}, {"event": {"a": "x"}}, {"event": {}}), [True, False]),
    (
        job("asl", {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}, {"input": 1}),
        [{"status": "SUCCEEDED", "output": 1, "error": None, "cause": None, "path": ["A"]}],
    ),
)
TABLE: dict[str, Any] = {"keys": [{"name": "pk"}]}
MOST_SECONDS = 12  # of an attack, on a machine that does much else


def assert_evaluates_honestly() -> None:
    for asked, expected in HONEST:
        assert got(labs.evaluate(asked)) == expected


def assert_withstood(attack: Attack) -> None:
    grader.warm_up()
    zygotes = [grader.zygotes().get(entry).pid for entry in pool.LIMITS]
    started = time.monotonic()

    found = labs.evaluate(attack.job)

    assert time.monotonic() - started < MOST_SECONDS
    assert found.verdict in attack.verdicts, found
    assert attack.says in found.message, found
    assert len(found.outcomes) == (
        len(attack.job["cases"]) if found.verdict is EvaluationVerdict.EVALUATED else 0
    )
    assert_evaluates_honestly()
    assert [grader.zygotes().get(entry).pid for entry in pool.LIMITS] == zygotes


@pytest.mark.parametrize("attack", QUICK, ids=lambda attack: attack.name)
def test_it_withstands(attack: Attack) -> None:
    assert_withstood(attack)


@pytest.mark.slow
@pytest.mark.parametrize("attack", SLOW, ids=lambda attack: attack.name)
def test_it_withstands_what_takes_long(attack: Attack) -> None:
    assert_withstood(attack)


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: str(forged)[:60])
def test_a_forged_job_is_our_fault_and_no_crash(forged: Any) -> None:
    found = labs.evaluate(forged)

    assert found.verdict is EvaluationVerdict.ENGINE_ERROR
    assert found.message.startswith("On our side the job is wrong: ")
    assert not found.verdict.costs_attempt


def test_nothing_of_a_job_is_there_for_the_next() -> None:
    options = {"use": "filter", "table": TABLE}
    secret = {"items": [{"pk": "secret"}]}

    first = labs.evaluate(job("dynamodb_expression", "attribute_exists(pk)", secret, **options))
    second = labs.evaluate(job("dynamodb_expression", "attribute_exists(pk)", {}, **options))

    assert got(first)[0]["scanned"] == 1
    assert got(second) == [{"keys": [], "scanned": 0}]


def test_the_same_job_gives_the_same_answer() -> None:
    jittered = {
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True}},
    }
    asked = job("asl", jittered, {}, {})

    assert got(labs.evaluate(asked)) == got(labs.evaluate(asked))


def test_a_dying_process_is_a_limit_and_no_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    from labs import evaluator
    from labs.sandbox.run import Outcome

    monkeypatch.setattr(evaluator, "run_job", lambda *_: Outcome(None, None, b""))

    assert labs.evaluate(HONEST[0][0]).verdict is EvaluationVerdict.MEMORY_EXCEEDED


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"verdict": "passed"},
        {"verdict": "evaluated", "outcomes": []},
        {"verdict": "evaluated", "outcomes": [{"got": 1, "error": 5}] * 2},
        {"verdict": "invalid", "message": {"html": "x"}},
    ],
)
def test_a_report_that_is_none_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, report: dict[str, Any]
) -> None:
    from labs import evaluator
    from labs.sandbox.run import Outcome

    monkeypatch.setattr(evaluator, "run_job", lambda *_: Outcome(report, None, b""))

    found = labs.evaluate(HONEST[0][0])

    assert (found.verdict, found.outcomes) == (EvaluationVerdict.NOT_SIMULATED, ())


def test_problems_of_a_question_are_told_without_an_evaluation() -> None:
    assert labs.job_problems("event_pattern", {}, [{"event": {}}]) == []
    assert labs.job_problems("event_pattern", {}, [{"event": {}}, {"evnt": {}}]) == [
        "case 2: the key 'event' is missing",
        "case 2: unknown key 'evnt': did you mean 'event'?",
    ]
    assert labs.job_problems("event_filter", {"source": "sns"}, [{}]) == [
        "options: source: input should be 'sqs', 'kinesis' or 'dynamodb'",
        "case 1: the key 'record' is missing",
    ]
    assert "there is no evaluator 'x'" in labs.job_problems("x", {}, [])[0]
