"""State machines, executed with mocked results of their tasks."""

import json
from typing import Any

import pytest

from tests.labs.evaluation.conftest import Evaluate, got, refusal

CHARGE = "arn:aws:lambda:us-east-1:123456789012:function:charge"


def pay(retry: Any = "<answer>") -> dict[str, Any]:
    """A machine whose Retry the learner writes."""
    task = {"Type": "Task", "Resource": CHARGE, "Retry": retry, "Next": "Thank"}
    return {"StartAt": "Pay", "States": {"Pay": task, "Thank": {"Type": "Succeed"}}}


def one(state: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"StartAt": "A", "States": {"A": {"End": True, **state}}, **top}


FAILS_TWICE = [{"error": "Busy", "cause": "later"}, {"error": "Busy"}, {"result": {"paid": True}}]


@pytest.mark.parametrize(
    ("retry", "ending"),
    [
        ([{"ErrorEquals": ["Busy"], "MaxAttempts": 2}], ("SUCCEEDED", {"paid": True}, None)),
        ([{"ErrorEquals": ["States.ALL"]}], ("SUCCEEDED", {"paid": True}, None)),
        ([{"ErrorEquals": ["Busy"], "MaxAttempts": 1}], ("FAILED", None, "Busy")),
        ([{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 5}], ("FAILED", None, "Busy")),
    ],
)
def test_a_part_is_tried_in_its_definition(evaluate: Evaluate, retry: Any, ending: Any) -> None:
    case = {"input": {"id": 1}, "tasks": {"Pay": FAILS_TWICE}}

    (found,) = got(evaluate("asl", retry, case, definition=pay()))

    assert (found["status"], found["output"], found["error"]) == ending
    assert found["path"] == (["Pay", "Thank"] if found["output"] else ["Pay"])


def test_the_last_result_stands_for_all_that_follow(evaluate: Evaluate) -> None:
    retry = [{"ErrorEquals": ["Busy"], "MaxAttempts": 4}]
    case = {"tasks": {"Pay": [{"error": "Busy", "cause": "why"}]}}

    (found,) = got(evaluate("asl", retry, case, definition=pay()))

    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Busy", "why")


@pytest.mark.parametrize("name", ["Pay", CHARGE, "*"])
def test_results_are_found_by_state_by_resource_or_for_all(evaluate: Evaluate, name: str) -> None:
    case = {"tasks": {name: [{"result": "done"}]}}

    (found,) = got(evaluate("asl", pay([]), case))

    assert found["output"] == "done"


def test_a_task_without_a_result_is_the_cases_error(evaluate: Evaluate) -> None:
    catching = pay([])
    catching["States"]["Pay"]["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Thank"}]

    (outcome,) = evaluate("asl", catching, {"tasks": {"Other": [{"result": 1}]}}).outcomes

    assert (outcome.got, "'Pay' is none that this case has a result for" in outcome.error) == (
        None,
        True,
    )


def test_a_choice_goes_where_its_rules_say(evaluate: Evaluate) -> None:
    rules = [{"Variable": "$.n", "NumericGreaterThan": 10, "Next": "Big"}]
    definition = {
        "StartAt": "Choose",
        "States": {
            "Choose": {"Type": "Choice", "Choices": "<answer>", "Default": "Small"},
            "Big": {"Type": "Pass", "End": True},
            "Small": {"Type": "Pass", "End": True},
        },
    }
    cases = [{"input": {"n": n}} for n in (10, 11)]

    found = got(evaluate("asl", rules, *cases, definition=definition))

    assert [execution["path"][-1] for execution in found] == ["Small", "Big"]


def test_items_of_a_map_take_results_in_turn(evaluate: Evaluate) -> None:
    processor = {
        "StartAt": "B",
        "States": {"B": {"Type": "Task", "Resource": CHARGE, "End": True}},
    }
    mapped = one({"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": processor})
    case = {"input": [1, 2], "tasks": {"B": [{"result": "x"}, {"result": "y"}]}}

    (found,) = got(evaluate("asl", mapped, case))

    assert (found["output"], found["path"]) == (["x", "y"], ["A", "B", "B"])


def test_time_is_virtual_and_the_same_for_each_case(evaluate: Evaluate) -> None:
    waiting = one({"Type": "Wait", "Seconds": 86400, "End": False, "Next": "B"})
    del waiting["States"]["A"]["End"]
    waiting["States"]["B"] = {
        "Type": "Pass",
        "Parameters": {"at.$": "$$.State.EnteredTime"},
        "End": True,
    }

    first, second = got(evaluate("asl", waiting, {}, {}))

    assert first == second
    assert first["output"]["at"].startswith("2026-01-16T09:30:00")


def test_jsonata_can_be_the_language(evaluate: Evaluate) -> None:
    definition = one({"Type": "Pass", "Output": "<answer>"})
    options = {"definition": definition, "query_language": "JSONata"}

    artefact = json.dumps("{% $sum($states.input.n) %}")
    (found,) = got(evaluate("asl", artefact, {"input": {"n": [1, 2]}}, **options))

    assert found["output"] == 3


def test_what_fails_at_run_time_is_a_failure_and_no_refusal(evaluate: Evaluate) -> None:
    failing = one({"Type": "Pass", "Parameters": {"x.$": "$.missing"}})

    (found,) = got(evaluate("asl", failing, {"input": {}}))

    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "$.missing" in found["cause"]


@pytest.mark.parametrize(
    ("artefact", "told"),
    [
        (one({"Type": "Pas"}), "SCHEMA_VALIDATION_FAILED"),
        ({"StartAt": "B", "States": {"A": {"Type": "Pass", "End": True}}}, "MISSING_TRANSITION"),
        ("{", "INVALID_JSON_DESCRIPTION"),
        ('{\n"StartAt" "A"}', "at line 2, column 11."),
        ("StartAt: A\nStates: {}", "at line 1, column 1."),
        ('{"StartAt": "A", "StartAt": "A"}', "SCHEMA_VALIDATION_FAILED"),
    ],
)
def test_it_refuses_a_definition_as_step_functions_does(
    evaluate: Evaluate, artefact: Any, told: str
) -> None:
    message = refusal(evaluate("asl", artefact, {}))

    assert message.startswith("Invalid State Machine Definition: '")
    assert told in message


@pytest.mark.parametrize(
    ("artefact", "told"),
    [
        ('[{"ErrorEquals": ["Busy"],}]', "at line 1, column 26."),
        ('[{"ErrorEquals": [], "ErrorEquals": ["Busy"]}]', 'The name "ErrorEquals" stands twice'),
        ("[NaN]", "NaN is none of its values"),
        ('[{"ErrorEquals": ["Busy"], "MaxAttempts": "2"}]', "/States/Pay/Retry[0]/MaxAttempts"),
    ],
)
def test_it_refuses_a_part_with_its_place(evaluate: Evaluate, artefact: str, told: str) -> None:
    assert told in refusal(evaluate("asl", artefact, {}, definition=pay()))


def test_an_endless_execution_is_stopped(evaluate: Evaluate) -> None:
    rules = [{"Variable": "$.x", "IsPresent": True, "Next": "B"}]
    endless = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Choice", "Choices": rules, "Default": "W"},
            "W": {"Type": "Wait", "Seconds": 60, "Next": "A"},
            "B": {"Type": "Succeed"},
        },
    }

    looping, done = evaluate("asl", endless, {"input": {}}, {"input": {"x": 1}}).outcomes

    assert "took more than 2,000 steps" in looping.error
    assert done.got["path"] == ["A", "B"]
