"""What several operations share: AWS's errors, ARNs and pages."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Any

from moto.core.exceptions import JsonRESTError

from labs.cloud.services.stepfunctions.execution.model import Execution
from labs.cloud.services.stepfunctions.execution.store import store

MAX_DATA_BYTES = 256 * 1024
MAX_NAME = 80
MAX_PAGE, PAGE = 1000, 100
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
_NOT_IN_NAMES = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")


class ApiError(JsonRESTError):  # type: ignore[misc] # moto has no types
    """An error of the Step Functions API."""

    code = 400

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(kind, message)


def not_for_this_type() -> ApiError:
    return ApiError(
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )


def check_name(name: str) -> None:
    """Raises InvalidName."""
    if not 1 <= len(name) <= MAX_NAME or _NOT_IN_NAMES.search(name):
        raise ApiError("InvalidName", f"Invalid Name: '{name}'")


def check_arn(arn: str, *kinds: str) -> None:
    """Raises InvalidArn for what is no ARN of Step Functions of one of these kinds."""
    parts = arn.split(":")
    if parts[0] != "arn" or len(parts) < 3 or parts[2] != "states":
        raise ApiError("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    if len(parts) < 7 or parts[5] not in kinds:
        kind = parts[5] if len(parts) > 5 else ""
        told = f"Invalid Arn: 'Resource type not valid in this context: {kind}'"
        raise ApiError("InvalidArn", told)


def execution_of(arn: str) -> Execution:
    """A Standard execution.

    Raises:
        ApiError: there is none.
    """
    check_arn(arn, "execution", "express")
    if arn.split(":")[5] == "express":
        raise not_for_this_type()
    found = store().executions.get(arn)
    if found is None:
        raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
    return found


def check_json(text: str, kind: str, told: str) -> Any:
    """The value of a JSON text; else an error that says what Java's parser would."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ApiError(kind, f"{told}: '{json_fault(text)}'") from None


def json_fault(text: str) -> str:
    """What is wrong with a text that is no JSON."""
    word = re.match(r"\s*([A-Za-z_$][\w$]*)", text)
    if word:
        return (
            f"Unrecognized token '{word[1]}': was expecting (JSON String, Number, Array, Object "
            "or token 'null', 'true' or 'false')"
        )
    if not text.strip():
        return "No content to map due to end-of-input"
    return f"Unexpected character ('{text.strip()[-1]}' (code {ord(text.strip()[-1])}))"


def page[T](
    rows: Sequence[T], token: str | None, size: int | None, *, largest: int = MAX_PAGE
) -> tuple[list[T], str | None]:
    """One page of rows and the token of the next; a size of 0 is the usual one.

    Raises:
        ApiError: the token is none of ours.
    """
    start = _offset(token)
    end = start + min(size or PAGE, largest)
    return list(rows[start:end]), _token(end) if end < len(rows) else None


def _token(offset: int) -> str:
    return base64.b64encode(f"coldstart:{offset}".encode()).decode()


def _offset(token: str | None) -> int:
    if not token:
        return 0
    try:
        text = base64.b64decode(token, validate=True).decode()
        return int(text.removeprefix("coldstart:"))
    except (ValueError, binascii.Error):
        raise ApiError("InvalidToken", "Invalid Token: 'Invalid token'") from None
