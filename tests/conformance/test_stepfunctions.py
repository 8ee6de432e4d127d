"""Step Functions executions that AWS recorded, run in an account of this process.

Compared are status, output, error, cause and the types of the history's events. What AWS's
recordings mask ("<uuid:1>", "start-date") matches anything.
"""

import base64
import contextlib
import json
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest

from labs.cloud.account import Account
from labs.cloud.clients import client
from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.execution.model import Execution
from labs.cloud.services.stepfunctions.execution.store import store
from labs.cloud.simulation import set_current
from tests.conformance import Outcome, exceptions, read, surprises

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/machine"
LONGEST_MS = 10 * 366 * 24 * 3600 * 1000
TAGS = ("distributed-map", "task-token", "nested-sfn", "express", "jsonata", "variables")
# Of newer AWS than some recordings.
NEWER = {"RedriveCount", "RedriveStatus", "RedriveStatusReason"}
ATTEMPTS = re.compile(r" \(SDK Attempt Count: \d+\)")
SUFFIX = re.compile(r"-[0-9a-f]{8}\b")  # with which the recordings name resources
_PLACEHOLDER = re.compile(r"<[^<>]+>")


def run() -> list[Outcome]:
    return [
        Outcome(_category(case), case["name"], _difference(case))
        for case in read("stepfunctions.json")
    ]


@pytest.mark.slow
@pytest.mark.skipif("CONFORMANCE_DIR" not in os.environ, reason="the recordings are not here")
def test_executions_end_as_on_aws(moto: None) -> None:
    assert surprises(run(), exceptions("stepfunctions")) == []


def _category(case: dict[str, Any]) -> str:
    if case["group"] == "choice_operators":
        return "Step Functions, choice tables"
    if case["group"] == "intrinsic_functions":
        return "Step Functions, intrinsics"
    tag = next((tag for tag in TAGS if tag in case["tags"]), "")
    return f"Step Functions, {case['tier']}" + (f", {tag}" if tag else "")


def _difference(case: dict[str, Any]) -> str:
    with _account() as account:
        try:
            execution = _executed(account, case)
        except Exception as error:
            if os.environ.get("CONFORMANCE_DEBUG"):
                raise
            return f"could not be run: {type(error).__name__}: {error}"
        return _compared(case, execution)


@contextlib.contextmanager
def _account() -> Iterator[Account]:
    account = Account(_no_guest, seed=7)
    try:
        yield account
    finally:
        account.close()
        set_current(None)


def _no_guest(*_arguments: Any) -> Any:
    raise AssertionError("these recordings have no functions")


def _executed(account: Account, case: dict[str, Any]) -> Execution:
    for step in case["setup"]:
        _set_up(step)
    for nested in case["nested_state_machines"]:
        _create(nested["name"], nested["definition"], nested.get("type", "STANDARD"))
    for number, helper in enumerate(case["helpers"]):
        arn = _create(f"helper-{number}", helper["definition"], "STANDARD")
        _client("stepfunctions").start_execution(stateMachineArn=arn, input=helper["input"])
    machine = _machine_name(case)
    arn = _create(machine, case["definition"], case["type"], _role(case))
    if case["name"].endswith("_on_deleted"):
        activity = case["setup"][0]["response"]["activityArn"]
        _client("stepfunctions").delete_activity(activityArn=activity)
    known = set(store().executions)
    start = "start_sync_execution" if case["sync"] else "start_execution"
    given = {} if case["input"] is None else {"input": case["input"]}
    getattr(_client("stepfunctions"), start)(stateMachineArn=arn, **given)
    (new,) = set(store().executions) - known
    execution = store().executions[new]
    if case["expected"]["status"] == "ABORTED":
        account.wait_until(lambda: False, until=clock.millis() + 1)
        _client("stepfunctions").stop_execution(executionArn=new)
    if not case["replayable"]:
        _answer(account, case)
    account.wait_until(lambda: not execution.is_running, until=clock.millis() + LONGEST_MS)
    return execution


def _answer(account: Account, case: dict[str, Any]) -> None:
    """Do with the task's token what the recorded test did, where it received a message."""
    for step in case["setup"]:
        if step["op"] != "receive_message" or "TaskSubmitted" not in _told_kinds(case):
            continue
        account.settle()
        (message,) = _client("sqs").receive_message(QueueUrl=step["params"]["QueueUrl"])[
            "Messages"
        ]
        body = json.loads(message["Body"])
        token = (
            json.loads(body["Message"])["TaskToken"] if "Message" in body else body["TaskToken"]
        )
        if "TaskFailed" in _told_kinds(case):
            _client("stepfunctions").send_task_failure(taskToken=token)
        else:
            _client("stepfunctions").send_task_success(taskToken=token, output="{}")


def _told_kinds(case: dict[str, Any]) -> list[str]:
    return list(case["expected"].get("history_types", ()))


def _set_up(step: dict[str, Any]) -> None:
    if step["op"] == "receive_message":
        return
    parameters = _decoded(step["params"])
    getattr(_client(step["service"]), step["op"])(**parameters)


def _client(service: str) -> Any:
    return client(service, REGION)


def _decoded(value: Any) -> Any:
    """Binary values stand as {"__b64__": ...}."""
    if isinstance(value, dict):
        if set(value) == {"__b64__"}:
            return base64.b64decode(value["__b64__"])
        return {key: _decoded(one) for key, one in value.items()}
    return [_decoded(one) for one in value] if isinstance(value, list) else value


def _create(name: str, definition: str, kind: str, role: str = ROLE) -> str:
    created = _client("stepfunctions").create_state_machine(
        name=name, definition=definition, roleArn=role, type=kind
    )
    return str(created["stateMachineArn"])


def _machine_name(case: dict[str, Any]) -> str:
    nested = {one["name"] for one in case["nested_state_machines"]}
    names = [
        name
        for name, told in case["regex_rewrites"]
        if told.startswith("<ArnPart") and name not in nested
    ]
    return names[-1] if names else "machine"


def _role(case: dict[str, Any]) -> str:
    arns = [arn for arn, _ in case["regex_rewrites"] if arn.startswith("arn:aws:iam:")]
    return arns[-1] if arns else ROLE


def _compared(case: dict[str, Any], execution: Execution) -> str:
    expected, mask = case["expected"], _Mask(case)
    if execution.status != expected["status"]:
        return f"status {execution.status}: {execution.error}: {execution.cause}"
    for name in ("output", "error", "cause"):
        found = getattr(execution, name)
        if name in expected and not mask.fits(_value(expected[name]), _value(found)):
            return f"{name} {found!r}, not {expected[name]!r}"
    kinds = [event["type"] for event in execution.history.events]
    if "history_types" in expected and kinds != expected["history_types"]:
        return f"history {kinds}, not {expected['history_types']}"
    return ""


def _value(text: Any) -> Any:
    """JSON where it is some."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


class _Mask:
    """Compares with what the recording masks."""

    def __init__(self, case: dict[str, Any]) -> None:
        self._opaque = set(case["opaque_values"])
        self._rewrites = [(re.compile(one), told) for one, told in case["regex_rewrites"]]

    def fits(self, expected: Any, found: Any) -> bool:
        if isinstance(expected, dict) and isinstance(found, dict):
            keys = [key for key in found if key not in NEWER or key in expected]
            return sorted(keys) == sorted(expected) and all(
                self._member_fits(key, expected[key], found[key]) for key in keys
            )
        if isinstance(expected, list) and isinstance(found, list):
            return len(expected) == len(found) and all(map(self.fits, expected, found))
        if isinstance(expected, str):
            return self._text_fits(expected, found)
        return bool(type(expected) is type(found) and expected == found)

    def _member_fits(self, key: str, expected: Any, found: Any) -> bool:
        if key in ("SdkHttpMetadata", "SdkResponseMetadata"):
            return isinstance(found, dict) and sorted(found) == sorted(expected)
        return self.fits(expected, found)

    def _text_fits(self, expected: str, found: Any) -> bool:
        if expected in self._opaque or expected == "table-name":
            return True
        expected = SUFFIX.sub("-0", expected)
        if not isinstance(found, str):
            return bool(_PLACEHOLDER.fullmatch(expected))
        text = SUFFIX.sub("-0", ATTEMPTS.sub("", found))
        if self._pattern(expected).fullmatch(text):
            return True
        text = ATTEMPTS.sub("", found)
        for pattern, told in self._rewrites:
            text = pattern.sub(told.replace("\\", "\\\\"), text)
        text = SUFFIX.sub("-0", text)
        return bool(self._pattern(expected).fullmatch(text))

    def _pattern(self, expected: str) -> re.Pattern[str]:
        """`expected` with its masks open, and in the account of the recordings or in ours."""
        parts = _PLACEHOLDER.split(ATTEMPTS.sub("", expected))
        text = "(?s:.*)".join(re.escape(part) for part in parts)
        return re.compile(text.replace("111111111111", "(111111111111|123456789012)"))
