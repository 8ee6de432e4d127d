"""Which executions may be redriven.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from datetime import timedelta

from labs.cloud.services.stepfunctions.execution.history import MAX_EVENTS, now
from labs.cloud.services.stepfunctions.execution.model import REDRIVABLE, Execution

REDRIVABLE_DAYS = 14


def redrive_status(execution: Execution) -> tuple[str | None, str | None]:
    """(redriveStatus, redriveStatusReason); Express executions have none."""
    if execution.source.is_express:
        return None, None
    if execution.status not in REDRIVABLE:
        reason = f"Execution is {execution.status} and cannot be redriven"
        return "NOT_REDRIVABLE", reason
    if execution.map_run:
        return "REDRIVABLE_BY_MAP_RUN", None
    if len(execution.history.events) >= MAX_EVENTS - 1:
        reason = "Execution history event limit exceeded and cannot be redriven"
        return "NOT_REDRIVABLE", reason
    if execution.stopped and now() - execution.stopped > timedelta(days=REDRIVABLE_DAYS):
        return "NOT_REDRIVABLE", "Execution redrivable period exceeded"
    return "REDRIVABLE", None
