"""Operations on the runs of distributed Maps."""

from typing import Any

from labs.cloud.services.stepfunctions.api.answers import ApiError, check_arn, execution_of, page
from labs.cloud.services.stepfunctions.execution.model import MapRun
from labs.cloud.services.stepfunctions.execution.store import store

type Asked = dict[str, Any]

_COUNTED = ("SUCCEEDED", "FAILED", "RUNNING", "PENDING", "TIMED_OUT", "ABORTED")
_NAMES = ("succeeded", "failed", "running", "pending", "timedOut", "aborted")


def list_map_runs(asked: Asked, _region: str) -> Asked:
    execution = execution_of(asked["executionArn"])
    found = [run for run in store().map_runs.values() if run.execution_arn == execution.arn]
    rows, token = page(found[::-1], asked.get("nextToken"), asked.get("maxResults"))
    return {"mapRuns": [_row(run) for run in rows], "nextToken": token}


def describe_map_run(asked: Asked, _region: str) -> Asked:
    run = _map_run(asked["mapRunArn"])
    told = {
        "mapRunArn": run.arn,
        "executionArn": run.execution_arn,
        "status": run.status,
        "startDate": run.started,
        "stopDate": run.stopped,
        "maxConcurrency": run.max_concurrency,
        "toleratedFailurePercentage": run.tolerated_percentage,
        "toleratedFailureCount": run.tolerated_count,
        "itemCounts": _counts(run, run.item_counts, run.total),
        "executionCounts": _counts(run, [1] * len(run.children), None),
        "redriveCount": run.redrive_count,
        "redriveDate": run.redriven,
    }
    return {key: value for key, value in told.items() if value is not None}


def update_map_run(asked: Asked, _region: str) -> Asked:
    run = _map_run(asked["mapRunArn"])
    run.max_concurrency = asked.get("maxConcurrency", run.max_concurrency)
    run.tolerated_count = asked.get("toleratedFailureCount", run.tolerated_count)
    percentage = asked.get("toleratedFailurePercentage", run.tolerated_percentage)
    run.tolerated_percentage = percentage
    return {}


def _map_run(arn: str) -> MapRun:
    check_arn(arn, "mapRun")
    found = store().map_runs.get(arn)
    if found is None:
        raise ApiError("ResourceNotFound", f"Resource not found: '{arn}'")
    return found


def _row(run: MapRun) -> Asked:
    told = {
        "executionArn": run.execution_arn,
        "mapRunArn": run.arn,
        "stateMachineArn": f"{run.machine_arn}/{run.label}",
        "startDate": run.started,
        "stopDate": run.stopped,
    }
    return {key: value for key, value in told.items() if value is not None}


def _counts(run: MapRun, weights: list[int], total: int | None) -> Asked:
    """How many there are by status; `weights` is what each child counts for."""
    counts = dict.fromkeys(_NAMES, 0)
    names = dict(zip(_COUNTED, _NAMES, strict=True))
    for child, weight in zip(run.children, weights, strict=True):
        counts[names.get(child.status, "pending")] += weight
    whole = sum(counts.values())
    if total is not None and total > whole:
        counts["aborted" if run.stopped else "pending"] += total - whole
    return {
        **counts,
        "total": sum(counts.values()),
        "resultsWritten": run.results_written,
        "failuresNotRedrivable": 0,
        "pendingRedrive": 0,
    }
