"""A sample of the recordings, run as artefacts: through the evaluators, behind the walls."""

import json
from typing import Any

import pytest

import labs
from labs import Evaluation
from tests.conformance import FOLDER, Outcome, exceptions, read, surprises
from tests.conformance.test_stepfunctions import _Mask

EVERY = 10  # case of the files, as each is a job of its own
SQS = {"invoked": True, "dropped": False}


def run() -> list[Outcome]:
    return [*_patterns(), *_filters(), *_machines()]


def _patterns() -> list[Outcome]:
    recorded, ruler = (read(f"event_patterns_{name}.json") for name in ("aws_recorded", "ruler"))
    cases = (recorded + ruler)[::EVERY]
    return [Outcome("evaluators, event patterns", case["name"], _pattern(case)) for case in cases]


def _pattern(case: dict[str, Any]) -> str:
    found = _evaluated("event_pattern", case["pattern"], {"event": case["event"] or "{}"})
    if case["expected"] == "error":
        told = case.get("error_message", "")
        return "" if found.verdict == "invalid" and told in found.message else str(found)
    return _same(found, case["expected"] == "match")


def _filters() -> list[Outcome]:
    return [
        Outcome("evaluators, event filters", case["name"], _filter(case))
        for case in read("event_source_filters.json")
        if case["source"] == "sqs"
    ]


def _filter(case: dict[str, Any]) -> str:
    record = {"body": case.get("message_body", "")}
    found = _evaluated("event_filter", case["filter_pattern"], {"record": record}, source="sqs")
    if case["expected"] not in SQS:
        return "" if found.verdict == "invalid" else str(found)
    return _same(found, SQS[case["expected"]])


def _machines() -> list[Outcome]:
    pure = [
        case
        for case in read("stepfunctions.json")
        if case["tier"] == "pure" and len(case["definition"]) <= labs.MAX_ARTEFACT_CHARS
    ]
    return [
        Outcome("evaluators, state machines", case["name"], _machine(case))
        for case in pure[::EVERY]
        if not case["sync"]
    ]


def _machine(case: dict[str, Any]) -> str:
    data = json.loads(case["input"]) if case["input"] else {}
    found = _evaluated("asl", case["definition"], {"input": data}, type=case["type"])
    if found.verdict != "evaluated" or found.outcomes[0].error:
        return str(found)
    got, expected, mask = found.outcomes[0].got, case["expected"], _Mask(case)
    for name in ("status", "error", "cause"):
        if name in expected and not mask.fits(expected[name], got[name]):
            return f"{name} {got[name]!r}, not {expected[name]!r}"
    if "output" in expected:
        output = expected["output"]
        wanted = json.loads(output) if isinstance(output, str) else output
        if not mask.fits(wanted, got["output"]):
            return f"output {got['output']!r}, not {wanted!r}"
    # Branches beside each other enter their states in no order that AWS promises.
    entered = sorted(expected.get("states_entered", got["path"]))
    return "" if sorted(got["path"]) == entered else f"path {got['path']}, not {entered}"


def _evaluated(evaluator: str, artefact: str, case: dict[str, Any], **options: Any) -> Evaluation:
    return labs.evaluate(
        {"evaluator": evaluator, "artefact": artefact, "options": options, "cases": [case]}
    )


def _same(found: Evaluation, expected: bool) -> str:
    return "" if [one.got for one in found.outcomes] == [expected] else str(found)


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="CONFORMANCE_DIR is not set")
def test_evaluators_agree_with_aws() -> None:
    assert surprises(run(), exceptions("evaluations")) == []
