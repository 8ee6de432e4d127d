"""Calls that Step Functions refuses, with the error that AWS recorded."""

import os
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from tests.conformance import Outcome, exceptions, read, stepfunctions_calls, surprises

# Of these the recording has no words of AWS's, only its code.
WITHOUT_WORDS = "Error=ValueError"


def run() -> list[Outcome]:
    return [
        Outcome("Step Functions API errors", case["name"], _difference(case))
        for case in read("stepfunctions_api_errors.json")
    ]


@pytest.mark.slow
@pytest.mark.skipif("CONFORMANCE_DIR" not in os.environ, reason="the recordings are not here")
def test_calls_are_refused_as_on_aws(moto: None) -> None:
    assert surprises(run(), exceptions("stepfunctions_api_errors")) == []


def _difference(case: dict[str, Any]) -> str:
    expected = case["expected_error"]
    with stepfunctions_calls.account():
        stepfunctions_calls.set_up(case["setup"])
        try:
            stepfunctions_calls.call("stepfunctions", case["op"], case["params"])
        except (ClientError, ParamValidationError) as error:
            code, message = stepfunctions_calls.error_of(error)
        except Exception as error:
            return f"breaks: {type(error).__name__}: {error}"
        else:
            return f"is not refused with {expected['Code']}"
    if code != expected["Code"]:
        return f"{code} instead of {expected['Code']}: {message}"
    if WITHOUT_WORDS in expected["Message"] or stepfunctions_calls.matches(
        expected["Message"], message
    ):
        return ""
    return f"says {message!r} instead of {expected['Message']!r}"
