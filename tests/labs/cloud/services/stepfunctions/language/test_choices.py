"""The rules of Choice states."""

from typing import Any

import pytest

from labs.cloud.services.stepfunctions.language import choices
from labs.cloud.services.stepfunctions.language.errors import StatesError

DATA = {
    "n": 5,
    "text": "order-*.json",
    "when": "2026-01-01T00:00:00Z",
    "yes": True,
    "nothing": None,
    "limit": 5,
}


def holds(rule: dict[str, Any], language: str = "JSONPath") -> bool:
    return choices.holds(rule, DATA, {}, {"max": 5}, language)


@pytest.mark.parametrize(
    ("variable", "operator", "operand", "expected"),
    [
        ("$.n", "NumericEquals", 5.0, True),
        ("$.n", "NumericLessThan", 5, False),
        ("$.n", "NumericGreaterThanEqualsPath", "$.limit", True),
        ("$.n", "NumericEqualsPath", "$max", True),
        ("$.text", "NumericEquals", 5, False),
        ("$.yes", "NumericEquals", 1, False),
        ("$.text", "StringEquals", "order-*.json", True),
        ("$.text", "StringLessThan", "p", True),
        ("$.n", "StringEquals", "5", False),
        ("$.text", "StringMatches", "order*json", True),
        ("$.text", "StringMatches", r"order-\*.json", True),
        ("$.text", "StringMatches", r"order\*json", False),
        ("$.yes", "BooleanEquals", True, True),
        ("$.when", "TimestampEquals", "2026-01-01T01:00:00+01:00", True),
        ("$.when", "TimestampLessThan", "2026-01-01T00:00:00.001Z", True),
        ("$.text", "TimestampEquals", "2026-01-01T00:00:00Z", False),
        ("$.nothing", "IsNull", True, True),
        ("$.n", "IsNumeric", True, True),
        ("$.yes", "IsNumeric", False, True),
        ("$.text", "IsString", True, True),
        ("$.yes", "IsBoolean", True, True),
        ("$.when", "IsTimestamp", True, True),
        ("$.none", "IsPresent", False, True),
        ("$.nothing", "IsPresent", True, True),
        ("$none", "IsPresent", True, False),
    ],
)
def test_it_compares(variable: str, operator: str, operand: object, expected: bool) -> None:
    assert holds({"Variable": variable, operator: operand, "Next": "A"}) is expected


def test_it_combines() -> None:
    is_five = {"Variable": "$.n", "NumericEquals": 5}
    is_six = {"Variable": "$.n", "NumericEquals": 6}
    assert holds({"And": [is_five, {"Not": is_six}], "Next": "A"})
    assert holds({"Or": [is_six, is_five], "Next": "A"})
    assert not holds({"And": [is_five, is_six], "Next": "A"})


def test_a_variable_must_be_there() -> None:
    with pytest.raises(StatesError) as caught:
        holds({"Variable": "$.none", "NumericEquals": 5})
    assert caught.value.cause == (
        "Invalid path '$.none': The choice state's condition path references an invalid value."
    )


def test_a_condition_is_jsonata() -> None:
    rule = {"Condition": "{% $states.input.n > 3 %}"}
    states = {"input": DATA}
    assert choices.holds(rule, states, {}, {}, "JSONata")
    with pytest.raises(StatesError) as caught:
        choices.holds(
            {"Condition": "{% 1 %}"}, states, {}, {}, "JSONata", field="Choices[0]/Condition"
        )
    assert caught.value.error == "States.QueryEvaluationError"
    assert caught.value.cause == (
        "The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an "
        "unexpected result type. Expected 'boolean', but was 'number' for value: 1"
    )
