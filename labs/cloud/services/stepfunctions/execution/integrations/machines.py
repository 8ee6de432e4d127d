"""Executions that a state machine starts and waits for.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

import json
from typing import TYPE_CHECKING, Any

from labs.cloud import service_calls
from labs.cloud.services.stepfunctions.execution.flow import Job
from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.model import SUCCEEDED, Execution
from labs.cloud.services.stepfunctions.execution.redriving import redrive_status
from labs.cloud.services.stepfunctions.execution.store import store
from labs.cloud.services.stepfunctions.language.errors import StatesError

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.run import Run

INCLUDED = {"Included": True}


def input_text(value: Any) -> str:
    """The Input of startExecution, which may be JSON or a text with JSON."""
    if value is None:
        return "{}"
    return value if isinstance(value, str) else as_json(value)


def end_of(run: "Run", arn: str, *, as_text: bool) -> Job:
    """Done with what is told of an execution when it has ended; as .sync or .sync:2 tells it."""
    execution = store().executions[arn]

    def stop() -> None:
        asked = {"executionArn": arn}
        service_calls.call(run.made_by, "stepfunctions", "StopExecution", asked, region=run.region)

    told = Job(stop)

    def tell() -> None:
        described = description(execution, as_text=as_text)
        if execution.status == SUCCEEDED:
            told.resolve(described)
        else:
            told.fail(StatesError("States.TaskFailed", as_json(described)))

    execution.done.when_done(tell)
    return told


def description(execution: Execution, *, as_text: bool) -> dict[str, Any]:
    """What .sync gives as result, or as cause of a failure; input and output as JSON or text."""
    read = (lambda text: text) if as_text else json.loads
    status, reason = redrive_status(execution)
    told: dict[str, Any] = {
        "Cause": execution.cause,
        "Error": execution.error,
        "ExecutionArn": execution.arn,
        "Input": read(execution.input),
        "InputDetails": INCLUDED,
        "Name": execution.name,
        "Output": None if execution.output is None else read(execution.output),
        "OutputDetails": None if execution.output is None else INCLUDED,
        "RedriveCount": execution.redrive_count,
        "RedriveStatus": status,
        "RedriveStatusReason": reason,
        "StartDate": _millis(execution.started),
        "StateMachineArn": execution.machine_arn,
        "Status": execution.status,
        "StopDate": _millis(execution.stopped),
    }
    return {
        key: value
        for key, value in told.items()
        if value is not None or (key == "Output" and execution.output is not None)
    }


def _millis(moment: Any) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
