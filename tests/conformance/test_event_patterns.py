"""TestEventPattern compared with AWS's answers, and with those of its open engine."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.guest import Guest, GuestError, Serve
from labs.cloud.simulation import set_current
from tests.conformance import FOLDER, Outcome, exceptions, read, surprises

NAME = "event_patterns"
CODE = "InvalidEventPatternException"
FILES = {
    "event patterns, recorded": "event_patterns_aws_recorded.json",
    "event patterns, ruler": "event_patterns_ruler.json",
}


def run() -> list[Outcome]:
    account = Account(_no_guest, seed=1)
    events = boto3.client("events", region_name="us-east-1")
    try:
        return [
            Outcome(category, case["name"], _difference(events, case))
            for category, file in FILES.items()
            for case in read(file)
        ]
    finally:
        account.close()
        set_current(None)


def _no_guest(_serve: Serve, _memory_mb: int) -> Guest:
    raise GuestError("nothing runs here")


def _difference(events: Any, case: dict[str, Any]) -> str:
    event, pattern = case["event"] or "{}", case["pattern"]
    try:
        answer = events.test_event_pattern(Event=event, EventPattern=pattern)
    except ClientError as error:
        found = error.response["Error"]
        if case["expected"] != "error" or found["Code"] != case.get("error_code", CODE):
            return f"{found['Code']}: {found['Message']}"
        expected = case.get("error_message", "")
        # AWS's whole message was recorded; the engine says what goes into it.
        is_same = found["Message"] == expected if "error_code" in case else expected in str(error)
        return "" if is_same else f"{found['Message']} instead of {expected}"
    result = "match" if answer["Result"] else "nomatch"
    return "" if result == case["expected"] else f"{result} instead of {case['expected']}"


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="CONFORMANCE_DIR is not set")
@pytest.mark.usefixtures("moto")
def test_it_answers_as_aws_does() -> None:
    assert surprises(run(), exceptions(NAME)) == []
