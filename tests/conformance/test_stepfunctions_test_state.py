"""TestState's answers, as AWS recorded them."""

import os
from typing import Any

import pytest

from tests.conformance import Outcome, exceptions, read, stepfunctions_calls, surprises


def run() -> list[Outcome]:
    return [
        Outcome("Step Functions TestState", case["name"], _difference(case))
        for case in read("stepfunctions_test_state.json")
    ]


@pytest.mark.slow
@pytest.mark.skipif("CONFORMANCE_DIR" not in os.environ, reason="the recordings are not here")
def test_states_are_tested_as_on_aws(moto: None) -> None:
    assert surprises(run(), exceptions("stepfunctions_test_state")) == []


def _difference(case: dict[str, Any]) -> str:
    with stepfunctions_calls.account():
        stepfunctions_calls.set_up(case["setup"])
        try:
            answer = stepfunctions_calls.call("stepfunctions", "test_state", case["params"])
        except Exception as error:
            return f"breaks: {type(error).__name__}: {error}"
    answer.pop("ResponseMetadata")
    for name in sorted({*answer, *case["expected"]}):
        expected, actual = case["expected"].get(name), answer.get(name)
        if not stepfunctions_calls.same(expected, actual):
            return f"{name} is {actual}, not {expected}"
    return ""
