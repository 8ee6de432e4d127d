"""Operations of workers: task tokens and activities."""

from typing import Any

from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.api.answers import (
    MAX_DATA_BYTES,
    ApiError,
    check_arn,
    check_json,
)
from labs.cloud.services.stepfunctions.execution.integrations import activities
from labs.cloud.services.stepfunctions.execution.store import store
from labs.cloud.services.stepfunctions.execution.tokens import WaitingTask
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.simulation import current

POLL_MS = 60_000

type Asked = dict[str, Any]


def send_task_success(asked: Asked, _region: str) -> Asked:
    waiting = _waiting(asked["taskToken"])
    text = asked["output"]
    if len(text.encode()) > MAX_DATA_BYTES:
        raise ApiError("InvalidOutput", "Invalid Output: 'The output is too large'")
    waiting.ended.resolve(check_json(text, "InvalidOutput", "Invalid Output"))
    waiting.close()
    return {}


def send_task_failure(asked: Asked, _region: str) -> Asked:
    waiting = _waiting(asked["taskToken"])
    error = StatesError(asked.get("error"), asked.get("cause"))
    waiting.ended.fail(error)
    waiting.close()
    return {}


def send_task_heartbeat(asked: Asked, _region: str) -> Asked:
    _waiting(asked["taskToken"]).beat()
    return {}


def get_activity_task(asked: Asked, _region: str) -> Asked:
    """Waits for a task for up to a minute of virtual time; without one all is null."""
    arn = asked["activityArn"]
    check_arn(arn, "activity")
    if not activities.exists(arn):
        raise ApiError("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")
    until = clock.millis() + POLL_MS
    current().wait_until(lambda: activities.is_wanted(arn), until=until)
    task = activities.take(arn, asked.get("workerName") or "")
    if task is None:
        return {}
    return {"taskToken": task.waiting.token, "input": task.input}


def _waiting(token: str) -> WaitingTask:
    tokens = store().tokens
    if token not in tokens:
        raise ApiError("InvalidToken", "Invalid Token: 'Invalid token'")
    found: WaitingTask | None = tokens[token]
    if found is None:
        told = "Task Timed Out: 'Provided task does not exist anymore'"
        raise ApiError("TaskTimedOut", told)
    return found
