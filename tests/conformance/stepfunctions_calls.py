"""What the recordings of single calls to Step Functions share: an account, set-up, masks."""

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from labs.cloud.account import Account
from labs.cloud.clients import client
from labs.cloud.simulation import set_current

REGION = "us-east-1"
_MASK = re.compile(r"<[^<>]+>|ssm_nonexistent_arn|invalid_execution_arn|start-date|^date$")
_PREFIX = re.compile(r"^An error occurred \(\w+\) when calling the \w+ operation: ")


@contextlib.contextmanager
def account() -> Iterator[Account]:
    made = Account(_no_guest, seed=7)
    try:
        yield made
    finally:
        made.close()
        set_current(None)


def call(service: str, operation: str, parameters: Any) -> Any:
    return getattr(client(service, REGION), operation)(**parameters)


def set_up(steps: list[dict[str, Any]]) -> None:
    """What the recording did before; its own failures do not matter."""
    for step in steps:
        with contextlib.suppress(ClientError):
            call(step["service"], step["op"], step["params"])


def error_of(error: ClientError | ParamValidationError) -> tuple[str, str]:
    if isinstance(error, ParamValidationError):
        return "ParamValidationError", str(error)
    told = error.response["Error"]
    return told["Code"], _PREFIX.sub("", told["Message"])


def matches(expected: str, actual: str) -> bool:
    """Whether texts are the same but for what the recording masks."""
    plain = _PREFIX.sub("", expected).replace("111111111111", "123456789012")
    pattern = ".+".join(re.escape(part) for part in _MASK.split(plain))
    return bool(re.fullmatch(pattern, actual, re.DOTALL))


def same(expected: Any, actual: Any) -> bool:
    """Whether values are the same but for masks; a text may hold the JSON of a value."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(
            same(expected[key], actual[key]) for key in expected
        )
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, str) and isinstance(actual, str):
        return matches(expected, actual) or _same_json(expected, actual)
    if isinstance(actual, str):
        return _same_json(json.dumps(expected), actual)
    return bool(expected == actual)


def _same_json(expected: str, actual: str) -> bool:
    try:
        one, other = json.loads(expected), json.loads(actual)
    except ValueError:
        return False
    return not (isinstance(one, str) and isinstance(other, str)) and same(one, other)


def _no_guest(*_arguments: Any) -> Any:
    raise AssertionError("no function runs here")
