"""What executions write to CloudWatch Logs, event by event.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from typing import Any

from labs.cloud import moto_stepfunctions
from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.model import Execution

FATAL = ("ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut")
_ERROR_ENDINGS = ("Failed", "TimedOut", "Aborted", "EvaluationFailed")
_DATA = ("input", "output", "parameters", "cause", "error", "assignedVariables")


def write(execution: Execution, event: dict[str, Any]) -> None:
    """Log one event of the history, where the machine's configuration asks for it."""
    logging = execution.source.logging
    if not _is_wanted(str(event["type"]), str(logging.get("level", "OFF"))):
        return
    with_data = bool(logging.get("includeExecutionData"))
    text = as_json(_line(execution, event, with_data=with_data))
    for destination in logging.get("destinations") or ():
        arn = destination.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        if arn:
            moto_stepfunctions.log(arn, _stream(execution), text)


def _is_wanted(kind: str, level: str) -> bool:
    if level == "ERROR":
        return kind.endswith(_ERROR_ENDINGS)
    return level == "ALL" or (level == "FATAL" and kind in FATAL)


def _line(execution: Execution, event: dict[str, Any], *, with_data: bool) -> dict[str, Any]:
    details: dict[str, Any] = next(
        (value for key, value in event.items() if key.endswith("Details")), {}
    )
    if not with_data:
        details = {key: value for key, value in details.items() if key not in _DATA}
    return {
        "id": str(event["id"]),
        "type": event["type"],
        "details": details,
        "redrive_count": str(execution.redrive_count),
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(round(event["timestamp"].timestamp() * 1000)),
        "execution_arn": execution.arn,
    }


def _stream(execution: Execution) -> str:
    moment = execution.started.strftime("%Y-%m-%d-%H-%M")
    return f"states/{execution.source.name}/{moment}/{execution.name[:8]}"
