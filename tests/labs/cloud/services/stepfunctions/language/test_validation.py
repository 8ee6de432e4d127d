"""What is wrong with a definition, in AWS's words."""

import json
from typing import Any

import pytest

from labs.cloud.services.stepfunctions.language import validation

END = {"Type": "Succeed"}
INNER = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}


def found(definition: dict[str, Any], kind: str = "STANDARD") -> list[tuple[str, str, str]]:
    told = validation.validate(json.dumps(definition), kind)
    return [(one.code, one.message, one.location) for one in told]


def of_state(state: dict[str, Any], kind: str = "STANDARD", **fields: Any) -> list[Any]:
    return found({"StartAt": "A", "States": {"A": state}, **fields}, kind)


def schema(message: str, location: str) -> tuple[str, str, str]:
    return "SCHEMA_VALIDATION_FAILED", message, location


def test_nothing_is_wrong() -> None:
    assert of_state(TASK) == []


@pytest.mark.parametrize(
    ("state", "message", "location"),
    [
        (
            {"Type": "Nope"},
            (
                "The field 'Type' should have one of these values: "
                "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]"
            ),
            "/States/A/Type",
        ),
        (
            {"Type": "Pass", "End": True, "TimeoutSeconds": 5},
            "Field 'TimeoutSeconds' is not supported",
            "/States/A",
        ),
        (
            {"Type": "Task", "End": True},
            "These fields are required: [Resource]",
            "/States/A",
        ),
        (
            {**TASK, "Resource": "create"},
            "Value is not a valid resource ARN",
            "/States/A/Resource",
        ),
        (
            {**TASK, "Resource": "arn:aws:states:::dynamodb:query"},
            (
                "The resource provided arn:aws:states:::dynamodb:query is not recognized. The "
                "value is not a valid resource ARN, or the resource is not available in this "
                "region."
            ),
            "/States/A/Resource",
        ),
        (
            {**TASK, "Credentials": {}},
            "The field 'RoleArn' is required but was missing",
            "/States/A/Credentials",
        ),
        (
            {"Type": "Wait", "Timestamp": "2016-13-05T21:29:29Z", "End": True},
            "String does not match RFC3339 timestamp",
            "/States/A/Timestamp",
        ),
        (
            {"Type": "Parallel", "Branches": [], "End": True},
            "Value cannot be empty",
            "/States/A/Branches",
        ),
        (
            {**TASK, "TimeoutSeconds": 0},
            "Minimum value is 1",
            "/States/A/TimeoutSeconds",
        ),
        (
            {**TASK, "TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t"},
            (
                "There should only be one of the following fields: "
                "[TimeoutSeconds, TimeoutSecondsPath]"
            ),
            "/States/A",
        ),
        (
            {**TASK, "Parameters": {"x": {"y.$": "States.Nope()"}}},
            (
                "The value for the field 'y.$' must be a valid JSONPath or a valid intrinsic "
                "function call"
            ),
            "/States/A/Parameters/x",
        ),
        (
            {**TASK, "ResultPath": "$.a[*]"},
            "Value is not a Reference Path",
            "/States/A/ResultPath",
        ),
        (
            {**TASK, "Output": "{% 1 %}"},
            (
                "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for "
                "the 'JSONata' QueryLanguage"
            ),
            "/States/A",
        ),
        (
            {"Type": "Map", "ItemProcessor": {**INNER, "QueryLanguage": "JSONata"}, "End": True},
            "Field 'QueryLanguage' is not supported",
            "/States/A/ItemProcessor",
        ),
    ],
)
def test_it_finds(state: dict[str, Any], message: str, location: str) -> None:
    assert schema(message, location) in of_state(state)


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (
            "arn:aws:states:us-east-1:123456789012:activity:a",
            "Express state machine does not support Activity ARN",
        ),
        (
            "arn:aws:states:::states:startExecution.sync",
            "Express state machine does not support '.sync' service integration",
        ),
        (
            "arn:aws:states:::sns:publish.waitForTaskToken",
            "Express state machine does not support '.waitForTaskToken' service integration ",
        ),
    ],
)
def test_an_express_machine_waits_for_nothing(resource: str, message: str) -> None:
    state = {**TASK, "Resource": resource}
    assert of_state(state) == []
    assert of_state(state, "EXPRESS") == [schema(message, "/States/A/Resource")]


def test_jsonata_machines_have_no_jsonpath() -> None:
    wrong = of_state(
        {"Type": "Pass", "QueryLanguage": "JSONPath", "End": True}, QueryLanguage="JSONata"
    )
    assert wrong == [
        schema(
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
            "/States/A",
        )
    ]


def test_expressions_must_be_jsonata_and_begin_somewhere() -> None:
    state = {"Type": "Pass", "Output": {"a": "{% 1 + %}", "b": "{% phone %}"}, "End": True}
    assert of_state(state, QueryLanguage="JSONata") == [
        ("INVALID_JSONATA_EXPRESSION", "Unexpected end of expression", "/States/A/Output/a"),
        (
            "UNSUPPORTED_JSONATA_EXPRESSION",
            "Reference to 'phone' at the top level is not supported.",
            "/States/A/Output/b",
        ),
    ]


def test_states_lead_to_states() -> None:
    """https://github.com/floci-io/floci/pull/2786 measured it."""
    target = "MISSING_TRANSITION_TARGET"
    assert found({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Z"}}}) == [
        (target, "Missing 'Next' target: Z", "/States/A/Next"),
        ("MISSING_END_STATE", "Workflow has no terminal state", ""),
    ]
    assert found({"StartAt": "A", "States": {"A": END, "B": END}}) == [
        (target, 'State "B" is not reachable.', "/States/B")
    ]


def test_names_are_unique_in_the_whole_machine() -> None:
    state = {"Type": "Map", "ItemProcessor": INNER, "Next": "I"}
    assert found({"StartAt": "A", "States": {"A": state, "I": END}}) == [
        ("DUPLICATE_STATE_NAME", "Duplicate State name: I", "/States/I")
    ]


@pytest.mark.parametrize("label", ["a;b", "a b", "\x81", "x" * 41, ""])
def test_labels_are_plain(label: str) -> None:
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    state = {"Type": "Map", "ItemProcessor": {**INNER, **config}, "Label": label, "End": True}
    assert [location for _, _, location in of_state(state)] == ["/States/A/Label"]


def test_warnings_refuse_nothing() -> None:
    definition = json.dumps(
        {"StartAt": "A", "States": {"A": {**TASK, "Parameters": {"x": "$.y"}}}}
    )
    (warning,) = validation.validate(definition)
    assert (warning.severity, warning.code) == ("WARNING", "NO_DOLLAR")
    assert validation.creation_error(definition) == ""


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        (
            "not JSON",
            (
                "INVALID_JSON_DESCRIPTION: Unrecognized token 'not': was expecting (JSON String, "
                "Number, Array, Object or token 'null', 'true' or 'false') at null"
            ),
        ),
        ("[]", "SCHEMA_VALIDATION_FAILED: Expected value of type Object at /"),
        ('{"StartAt": "A"}', "SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"),
        (
            '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Z"}}}',
            (
                "MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /States/A/Next, "
                "MISSING_END_STATE: Workflow has no terminal state at null"
            ),
        ),
    ],
)
def test_a_creation_is_refused(definition: str, message: str) -> None:
    assert validation.creation_error(definition) == (
        f"Invalid State Machine Definition: '{message}'"
    )


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Choice", "Choices": {}},
        {"Type": "Choice", "Choices": [3]},
        {"Type": "Choice", "Choices": [{"And": 3, "Next": "A"}]},
        {"Type": "Choice", "Choices": [{"Variable": 3, "IsPresent": 1, "Next": 4}]},
        {"Type": "Task", "Resource": 3, "Retry": 1, "Catch": [1], "End": True},
        {"Type": "Task", "Resource": "arn:aws:states:::x", "Retry": [{"ErrorEquals": 1}]},
        {"Type": "Map", "ItemProcessor": 3, "ItemReader": 4, "Label": [], "End": True},
        {"Type": "Map", "ItemProcessor": {"ProcessorConfig": 3}, "End": True},
        {"Type": "Map", "Iterator": None, "ItemBatcher": {"BatchInput": 3}, "End": True},
        {"Type": "Parallel", "Branches": [None, 3, {}], "End": True},
        {"Type": "Map", "ItemProcessor": INNER, "ItemReader": "x", "End": True},
        {"Type": "Map", "Iterator": {**INNER, "ProcessorConfig": "x"}, "End": True},
        {"Type": "Choice", "Choices": [{"Variable": None, "IsNull": True, "Next": "A"}]},
        {"Type": "Choice", "Choices": [{"Condition": True, "Assign": [], "Next": "A"}]},
        {"Type": "Wait", "Seconds": [], "Timestamp": {}, "End": 1},
        {"Type": ["Pass"]},
        {"Type": "Pass", "Next": ["A"], "Parameters": 3, "ResultPath": [], "InputPath": {}},
        3,
        None,
    ],
)
def test_anything_may_stand_in_a_definition(state: Any) -> None:
    assert of_state(state) != []
    assert of_state(state, QueryLanguage="JSONata") != []


def test_a_deep_definition_is_refused() -> None:
    deep = "[" * 400 + "]" * 400
    definition = (
        '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": '
        f'{{"a": {deep.replace("[]", "[1]")}}}, "End": true}}}}}}'
    )
    assert validation.creation_error(definition) == ""
    deeper = definition.replace("[", "[" * 50).replace("]", "]" * 50)
    assert validation.creation_error(deeper) != ""
