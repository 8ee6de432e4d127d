"""Operations on executions. Parameters and answers are named as in the API.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
"""

from typing import Any

from labs.cloud import moto_lambda, moto_stepfunctions
from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.api.answers import (
    MAX_DATA_BYTES,
    ApiError,
    check_arn,
    check_json,
    check_name,
    execution_of,
    not_for_this_type,
    page,
)
from labs.cloud.services.stepfunctions.execution import history, run
from labs.cloud.services.stepfunctions.execution.model import PENDING_REDRIVE, Execution, Source
from labs.cloud.services.stepfunctions.execution.redriving import redrive_status
from labs.cloud.services.stepfunctions.execution.store import catch_up, store
from labs.cloud.simulation import current

INCLUDED = {"included": True}
# How long a synchronous execution may take, in virtual time, and a little more.
SYNC_MS = (run.EXPRESS_SECONDS + 5) * 1000
BILLED_STEP_MS, BILLED_MB = 100, 64

type Asked = dict[str, Any]


def start_execution(asked: Asked, region: str) -> Asked:
    source = moto_stepfunctions.source(asked["stateMachineArn"], region)
    execution = started(source, asked)
    return {"executionArn": execution.arn, "startDate": execution.started}


def start_sync_execution(asked: Asked, region: str) -> Asked:
    """It ends before the answer comes."""
    source = moto_stepfunctions.source(asked["stateMachineArn"], region)
    if not source.is_express:
        raise not_for_this_type()
    execution = started(source, asked, is_sync=True)
    until = clock.millis() + SYNC_MS
    current().wait_until(lambda: not execution.is_running, until=until)
    told = _described(execution)
    del told["redriveCount"]
    stopped = execution.stopped or execution.started
    millis = round((stopped - execution.started).total_seconds() * 1000)
    billed = max(1, -(-millis // BILLED_STEP_MS)) * BILLED_STEP_MS
    return told | {
        "billingDetails": {
            "billedDurationInMilliseconds": billed,
            "billedMemoryUsedInMB": BILLED_MB,
        }
    }


def started(source: Source, asked: Asked, *, is_sync: bool = False) -> Execution:
    """An execution begins, or the one that runs already with this name and input."""
    name, text = asked.get("name"), asked.get("input") or "{}"
    if name is not None:
        check_name(name)
    _check_input(text)
    name = name or moto_lambda.new_id()
    arn = _arn(source, name)
    existing = store().executions.get(arn)
    if existing:
        if existing.is_running and existing.input == text:
            return existing
        raise ApiError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
    header = asked.get("traceHeader")
    execution = run.start(source, arn, name, text, trace_header=header, is_sync=is_sync)
    store().executions[arn] = execution
    return execution


def describe_execution(asked: Asked, _region: str) -> Asked:
    catch_up()
    return _described(execution_of(asked["executionArn"]))


def stop_execution(asked: Asked, _region: str) -> Asked:
    execution = execution_of(asked["executionArn"])
    if execution.is_running and execution.run:
        execution.run.stop(asked.get("error"), asked.get("cause"))
    return {"stopDate": execution.stopped}


def redrive_execution(asked: Asked, _region: str) -> Asked:
    execution = execution_of(asked["executionArn"])
    status, reason = redrive_status(execution)
    if status != "REDRIVABLE":
        told = reason or "Execution is redrivable by its map run only"
        raise ApiError("ExecutionNotRedrivable", f"Execution is not redrivable: '{told}'")
    run.redrive(execution)
    return {"redriveDate": execution.redriven}


def list_executions(asked: Asked, region: str) -> Asked:
    catch_up()
    found = _wanted(asked, region)
    if status := asked.get("statusFilter"):
        found = [one for one in found if one.status == status]
    if redrive := asked.get("redriveFilter"):
        found = [one for one in found if bool(one.redrive_count) == (redrive == "REDRIVEN")]
    rows, token = page(found[::-1], asked.get("nextToken"), asked.get("maxResults"))
    return {"executions": [_row(one) for one in rows], "nextToken": token}


def get_execution_history(asked: Asked, _region: str) -> Asked:
    catch_up()
    execution = execution_of(asked["executionArn"])
    events = execution.history.events
    if asked.get("reverseOrder"):
        events = events[::-1]
    with_data = asked.get("includeExecutionData", True) is not False
    rows, token = page(events, asked.get("nextToken"), asked.get("maxResults"))
    return {"events": history.reported(rows, with_data=with_data), "nextToken": token}


def describe_state_machine_for_execution(asked: Asked, _region: str) -> Asked:
    execution = execution_of(asked["executionArn"])
    source = execution.source
    told = {
        "stateMachineArn": execution.machine_arn,
        "name": source.name,
        "definition": source.definition,
        "roleArn": source.role_arn,
        "updateDate": source.update_date,
        "loggingConfiguration": source.logging or {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }
    if execution.map_run:
        told |= {"mapRunArn": execution.map_run.arn, "label": execution.map_run.label}
    return told


def _arn(source: Source, name: str) -> str:
    kind = "express" if source.is_express else "execution"
    arn = f"{source.arn.replace(':stateMachine:', f':{kind}:')}:{name}"
    return f"{arn}:{moto_lambda.new_id()}" if source.is_express else arn


def _check_input(text: str) -> None:
    if len(text.encode()) > MAX_DATA_BYTES:
        raise ApiError(
            "ValidationException",
            "1 validation error detected: Value at 'input' failed to satisfy constraint: Member "
            f"must have length less than or equal to {MAX_DATA_BYTES}",
        )
    check_json(text, "InvalidExecutionInput", "Invalid State Machine Execution Input")


def _wanted(asked: Asked, region: str) -> list[Execution]:
    """Of a machine, a version, an alias or a map run; oldest first."""
    known = list(store().executions.values())
    if map_run_arn := asked.get("mapRunArn"):
        run_found = store().map_runs.get(map_run_arn)
        if run_found is None:
            raise ApiError("ResourceNotFound", f"Resource not found: '{map_run_arn}'")
        return [child for child in run_found.children if not child.source.is_express]
    arn = str(asked.get("stateMachineArn", ""))
    check_arn(arn, "stateMachine")
    if moto_stepfunctions.source(arn, region).is_express:
        raise not_for_this_type()
    return [
        one
        for one in known
        if not one.map_run
        and arn in (one.source.arn, one.source.version_arn, one.source.alias_arn)
    ]


def _described(execution: Execution) -> Asked:
    """Without what it has not; `output` stands for SUCCEEDED executions only."""
    status, reason = redrive_status(execution)
    told = {
        **_row(execution),
        "input": execution.input,
        "inputDetails": INCLUDED,
        "output": execution.output,
        "outputDetails": None if execution.output is None else INCLUDED,
        "error": execution.error,
        "cause": execution.cause,
        "traceHeader": execution.trace_header,
        "redriveStatus": status,
        "redriveStatusReason": reason,
    }
    told.pop("itemCount", None)
    return {key: value for key, value in told.items() if value is not None}


def _row(execution: Execution) -> Asked:
    map_run = execution.map_run
    told = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started,
        "stopDate": execution.stopped,
        "mapRunArn": map_run.arn if map_run else None,
        "itemCount": execution.item_count if map_run else None,
        "stateMachineVersionArn": execution.source.version_arn,
        "stateMachineAliasArn": execution.source.alias_arn,
        "redriveCount": execution.redrive_count,
        "redriveDate": execution.redriven,
    }
    if execution.status == PENDING_REDRIVE:
        told["stopDate"] = None
    return {key: value for key, value in told.items() if value is not None}
