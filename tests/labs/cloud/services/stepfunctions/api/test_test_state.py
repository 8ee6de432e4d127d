"""TestState."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.labs.cloud.conftest import Functions
from tests.labs.cloud.services.stepfunctions.conftest import ROLE

INVOKE = "arn:aws:states:::lambda:invoke"


@pytest.fixture
def test(client: Callable[[str], Any]) -> Callable[..., Any]:
    states = client("stepfunctions")

    def call(definition: dict[str, Any], data: Any = None, **fields: Any) -> Any:
        told = states.test_state(
            definition=json.dumps(definition), input=json.dumps(data or {}), **fields
        )
        told.pop("ResponseMetadata")
        return told

    return call


def test_a_pass_state_shows_the_datas_way(test: Callable[..., Any]) -> None:
    state = {"Type": "Pass", "InputPath": "$.a", "ResultPath": "$.r", "Next": "B"}
    told = test(state, {"a": 1}, inspectionLevel="DEBUG")
    assert (told["status"], told["nextState"], json.loads(told["output"])) == (
        "SUCCEEDED",
        "B",
        {"a": 1, "r": 1},
    )
    shown = {name: json.loads(text) for name, text in told["inspectionData"].items()}
    assert shown == {
        "input": {"a": 1},
        "afterInputPath": 1,
        "afterParameters": 1,
        "afterResultSelector": 1,
        "afterResultPath": {"a": 1, "r": 1},
    }


def test_a_task_is_really_done(test: Callable[..., Any], functions: Functions) -> None:
    functions.deploy("worker", lambda event: {"twice": event["n"] * 2})
    state = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": "worker", "Payload": {"n.$": "$.n"}},
        "ResultSelector": {"twice.$": "$.Payload.twice"},
        "End": True,
    }
    told = test(state, {"n": 4}, roleArn=ROLE)
    assert (told["status"], json.loads(told["output"])) == ("SUCCEEDED", {"twice": 8})


def test_an_error_is_caught(test: Callable[..., Any], functions: Functions) -> None:
    def broken(_event: Any) -> Any:
        raise KeyError("no")

    functions.deploy("worker", broken)
    state = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": "worker"},
        "Catch": [{"ErrorEquals": ["KeyError"], "Next": "Mend", "ResultPath": "$.e"}],
        "End": True,
    }
    told = test(state, {"n": 4}, roleArn=ROLE, inspectionLevel="DEBUG")
    assert (told["status"], told["error"], told["nextState"]) == (
        "CAUGHT_ERROR",
        "KeyError",
        "Mend",
    )
    assert json.loads(told["output"])["e"]["Error"] == "KeyError"
    assert told["inspectionData"]["errorDetails"] == {"catchIndex": 0}


def test_a_mock_answers(test: Callable[..., Any]) -> None:
    state = {
        "Type": "Task",
        "Resource": INVOKE,
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
        "End": True,
    }
    told = test(state, mock={"result": '{"StatusCode": 200}'})
    assert json.loads(told["output"]) == {"StatusCode": 200}
    failing = {"errorOutput": {"error": "E", "cause": "c"}}
    assert test(state, mock=failing)["status"] == "RETRIABLE"
    configuration = {"retrierRetryCount": 2}
    assert test(state, mock=failing, stateConfiguration=configuration)["status"] == "FAILED"


def test_a_state_of_a_machine_sees_variables_and_context(test: Callable[..., Any]) -> None:
    inner = {"Type": "Pass", "Parameters": {"v.$": "$v", "n.$": "$$.State.Name"}, "End": True}
    machine = {"StartAt": "A", "States": {"A": inner}}
    told = test(
        machine, stateName="A", variables='{"v": 3}', context='{"State": {"Name": "Here"}}'
    )
    assert json.loads(told["output"]) == {"v": 3, "n": "Here"}


@pytest.mark.parametrize(
    ("state", "fields", "code"),
    [
        ({"Type": "Pass"}, {}, "InvalidDefinition"),
        ({"Type": "Succeed"}, {"mock": {"result": "{}"}}, "ValidationException"),
        ({"Type": "Succeed"}, {"context": '{"Pokedex": {}}'}, "ValidationException"),
        ({"Type": "Succeed"}, {"stateName": "Z"}, "InvalidDefinition"),
        (
            {"Type": "Task", "Resource": INVOKE, "End": True},
            {"mock": {"result": "no JSON"}},
            "ValidationException",
        ),
        (
            {"Type": "Task", "Resource": INVOKE, "End": True},
            {"mock": {"result": '{"StatusCode": "200"}'}},
            "ValidationException",
        ),
        (
            {"Type": "Task", "Resource": INVOKE + ".waitForTaskToken", "End": True},
            {},
            "InvalidDefinition",
        ),
    ],
)
def test_it_refuses(
    test: Callable[..., Any], state: dict[str, Any], fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as caught:
        test(state, **fields)
    assert caught.value.response["Error"]["Code"] == code


def test_a_wait_is_over_at_once(test: Callable[..., Any]) -> None:
    state = {"Type": "Wait", "SecondsPath": "$.s", "Next": "B"}
    assert test(state, {"s": 1000})["nextState"] == "B"
    assert test(state)["error"] == "States.Runtime"
    asking = {"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% $no %}", "End": True}
    assert test(asking)["error"] == "States.QueryEvaluationError"
