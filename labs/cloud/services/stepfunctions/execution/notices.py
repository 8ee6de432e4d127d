"""Events of EventBridge about executions of Standard machines.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from datetime import datetime
from typing import Any

from labs.cloud.services.stepfunctions.execution.model import Execution

SOURCE, DETAIL_TYPE = "aws.states", "Step Functions Execution Status Change"
INCLUDED = {"included": True}


def status_changed(execution: Execution) -> None:
    """Send the event, where a bus may have rules for it."""
    if execution.source.is_express or execution.map_run:
        return
    try:
        from labs.cloud.wiring import eventbridge
    except ImportError:
        return
    eventbridge.put_service_event(
        SOURCE,
        DETAIL_TYPE,
        _detail(execution),
        resources=[execution.arn],
        region=execution.source.region,
    )


def _detail(execution: Execution) -> dict[str, Any]:
    return {
        "executionArn": execution.arn,
        "stateMachineArn": execution.source.arn,
        "stateMachineVersionArn": execution.source.version_arn,
        "stateMachineAliasArn": execution.source.alias_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": _millis(execution.started),
        "stopDate": _millis(execution.stopped),
        "input": execution.input,
        "output": execution.output,
        "inputDetails": INCLUDED,
        "outputDetails": None if execution.output is None else INCLUDED,
        "error": execution.error,
        "cause": execution.cause,
        "redriveCount": execution.redrive_count,
        "redriveDate": _millis(execution.redriven),
        "redriveStatus": None,
        "redriveStatusReason": None,
    }


def _millis(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
