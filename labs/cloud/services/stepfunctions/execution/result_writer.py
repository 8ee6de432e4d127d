"""ResultWriter: what became of a distributed Map's children, written to S3 or given back.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud import service_calls
from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.integrations import machines, services, shapes
from labs.cloud.services.stepfunctions.execution.model import Execution, MapRun
from labs.cloud.services.stepfunctions.execution.visit import Visit
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import MISSING, ResultWriter

FAILED = "States.ResultWriterFailed"
_FILES = ("FAILED", "PENDING", "SUCCEEDED")
NONE, COMPACT, FLATTEN = "NONE", "COMPACT", "FLATTEN"


def written(visit: Visit, writer: ResultWriter, map_run: MapRun) -> Any:
    """The Map's result: where the results lie, or they themselves where no bucket is named.

    Raises:
        StatesError: States.ResultWriterFailed.
    """
    if writer.resource is None:
        return _transformed(map_run.children, writer.transformation or COMPACT, "SUCCEEDED")
    asked = _asked(visit, writer)
    bucket, prefix = asked["Bucket"], str(asked.get("Prefix", "")).strip("/")
    folder = f"{prefix}/" if prefix else ""
    folder += map_run.arn.rpartition(":")[2]
    files: dict[str, list[Any]] = {kind: [] for kind in _FILES}
    for kind in _FILES:
        if rows := _transformed(map_run.children, writer.transformation or NONE, kind):
            ending = "jsonl" if writer.output_type == "JSONL" else "json"
            key, text = f"{folder}/{kind}_0.{ending}", _text(rows, writer.output_type)
            _put(visit, bucket, key, text)
            files[kind].append({"Key": key, "Size": len(text.encode())})
    map_run.results_written = len(map_run.children)
    manifest = {"DestinationBucket": bucket, "MapRunArn": map_run.arn, "ResultFiles": files}
    key = f"{folder}/manifest.json"
    _put(visit, bucket, key, as_json(manifest))
    return {"MapRunArn": map_run.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}


def _asked(visit: Visit, writer: ResultWriter) -> dict[str, Any]:
    if writer.arguments is not MISSING:
        found: dict[str, Any] = visit.asked("ResultWriter/Arguments", writer.arguments)
        return found
    filled: dict[str, Any] = visit.filled(writer.parameters, visit.effective_input())
    return filled


def _transformed(children: list[Execution], transformation: str, kind: str) -> list[Any]:
    chosen = [child for child in children if _kind(child) == kind]
    if transformation == NONE or kind != "SUCCEEDED":
        return [_told(child) for child in chosen]
    outputs = [json.loads(child.output or "null") for child in chosen]
    if transformation == COMPACT:
        return outputs
    return [
        one for output in outputs for one in (output if isinstance(output, list) else [output])
    ]


def _kind(child: Execution) -> str:
    if child.status == "SUCCEEDED":
        return "SUCCEEDED"
    return "PENDING" if child.is_running else "FAILED"


def _told(child: Execution) -> dict[str, Any]:
    told = machines.description(child, as_text=True)
    dates = {"StartDate": child.started, "StopDate": child.stopped}
    return told | {name: shapes.iso(moment) for name, moment in dates.items() if moment}


def _text(rows: list[Any], kind: str | None) -> str:
    if kind == "JSONL":
        return "\n".join(map(as_json, rows))
    return as_json(rows)


def _put(visit: Visit, bucket: str, key: str, text: str) -> None:
    run = visit.branch.run
    asked = {
        "Bucket": bucket,
        "Key": key,
        "Body": text.encode(),
        "ContentType": "application/json",
    }
    try:
        service_calls.call(run.made_by, "s3", "PutObject", asked, region=run.region)
    except ClientError as error:
        told = services.named_error("s3", error, run.region)
        raise StatesError(FAILED, told.cause) from None
