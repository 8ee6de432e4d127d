"""The context object in TestState: the caller's own, or one for a state that runs alone."""

from typing import Any

from labs.cloud import moto_lambda
from labs.cloud.clock import iso
from labs.cloud.services.stepfunctions.api.answers import ApiError
from labs.cloud.services.stepfunctions.execution.history import now
from labs.cloud.services.stepfunctions.language import strict_json
from labs.cloud.services.stepfunctions.language.machine import State, TaskState
from labs.cloud.services.stepfunctions.language.validation import resources

STATE_NAME = "StateName"
_ALLOWED = {
    "Execution": {
        *("Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"),
    },
    "State": {"EnteredTime", "Name", "RetryCount"},
    "StateMachine": {"Id", "Name"},
    "Task": {"Token"},
}


def given(text: str, state: State) -> dict[str, Any]:
    """The caller's context object.

    Raises:
        ApiError: it has what no context object has, or what this state's has not.
    """
    try:
        context = strict_json.loads(text)
    except ValueError:
        raise _refused("Context object must be valid JSON") from None
    if not isinstance(context, dict):
        raise _refused("Context object must be a JSON object")
    for name, part in context.items():
        _check(name, part)
    is_waiting = isinstance(state, TaskState) and resources.has_pattern(state.resource)
    if "Task" in context and not is_waiting:
        raise _refused(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or "
            "'.waitForTaskToken' service integration pattern"
        )
    return context


def usual(
    data: Any, role_arn: str | None, region: str, account: str, retries: int | None
) -> dict[str, Any]:
    """Of an execution that does not exist; `retries` is None for a state that never retries."""
    machine, execution = moto_lambda.new_id(), moto_lambda.new_id()
    prefix = f"arn:aws:states:{region}:{account}"
    moment = iso(now())
    return {
        "Execution": {
            "Id": f"{prefix}:express:{machine}:{execution}",
            "Input": data,
            "Name": execution,
            "RoleArn": role_arn,
            "StartTime": moment,
        },
        "StateMachine": {"Id": f"{prefix}:stateMachine:{machine}", "Name": machine},
        "State": {
            "Name": STATE_NAME,
            "EnteredTime": moment,
            **({} if retries is None else {"RetryCount": retries}),
        },
    }


def _check(name: str, part: Any) -> None:
    if name == "Map":
        raise _refused("'Map' field is not supported when mocking a Context object")
    if name not in _ALLOWED:
        raise _refused(f"Field '{name}' is not allowed")
    if not isinstance(part, dict):
        raise _refused(f"Field '{name}' must be an object")
    for inner in part:
        if inner not in _ALLOWED[name]:
            raise _refused(f"Field '{inner}' is not allowed")


def _refused(reason: str) -> ApiError:
    return ApiError("ValidationException", f"Invalid Context object provided: {reason}")
