"""What becomes of stream records that a function could not process: the on-failure destination.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud import moto_lambda
from labs.cloud.clock import clock, iso_of
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.service_calls import call
from labs.cloud.wiring import targets
from labs.cloud.wiring.mappings import name_of
from labs.cloud.wiring.stream_logs import Entry

EXHAUSTED, EXPIRED = "RetryAttemptsExhausted", "RecordAgeExceeded"


def report(
    mapping: Any,
    shard_id: str,
    entries: list[Entry],
    condition: str,
    calls: int,
    invocation: Invocation | None,
) -> None:
    """Tell the mapping's destination about records that are given up; nothing without one."""
    arn = ((mapping.destination_config or {}).get("OnFailure") or {}).get("Destination")
    if not arn:
        return
    about = _about(mapping, shard_id, entries, condition, calls, invocation)
    # It is the function's role that lets Lambda send.
    sender = targets.Sender(name_of(mapping), "lambda.amazonaws.com", mapping.arn, has_role=True)
    service = arn.split(":")[2]
    try:
        if service == "sqs":
            targets.to_queue(sender, arn, json.dumps(about))
        elif service == "sns":
            targets.to_topic(sender, arn, json.dumps(about))
        else:
            _to_bucket(mapping, arn, shard_id, entries, about)
    except ClientError:
        return  # it is in the trace


def _about(
    mapping: Any,
    shard_id: str,
    entries: list[Entry],
    condition: str,
    calls: int,
    invocation: Invocation | None,
) -> dict[str, Any]:
    kind = "DDBStreamBatchInfo" if ":dynamodb:" in mapping.event_source_arn else "KinesisBatchInfo"
    response = {}
    if invocation is not None:
        response["responseContext"] = {
            "statusCode": 200,
            "executedVersion": invocation.version,
            "functionError": "Unhandled" if invocation.error else None,
        }
    return {
        "requestContext": {
            "requestId": invocation.request_id if invocation else moto_lambda.new_id(),
            "functionArn": mapping.function_arn,
            "condition": condition,
            "approximateInvokeCount": calls,
        },
        **response,
        "version": "1.0",
        "timestamp": iso_of(clock.millis(), "milliseconds"),
        kind: {
            "shardId": shard_id,
            "startSequenceNumber": entries[0].sequence_number,
            "endSequenceNumber": entries[-1].sequence_number,
            "approximateArrivalOfFirstRecord": iso_of(entries[0].arrived_ms, "seconds"),
            "approximateArrivalOfLastRecord": iso_of(entries[-1].arrived_ms, "seconds"),
            "batchSize": len(entries),
            "streamArn": mapping.event_source_arn,
        },
    }


def _to_bucket(
    mapping: Any, arn: str, shard_id: str, entries: list[Entry], about: dict[str, Any]
) -> None:
    """A bucket gets the records, too."""
    now = clock.now()
    key = (
        f"aws/lambda/{mapping.uuid}/{shard_id}/{now:%Y/%m/%d}/"
        f"{now:%Y-%m-%dT%H.%M.%S}-{moto_lambda.new_id()}"
    )
    payload = json.dumps({"Records": [entry.record for entry in entries]})
    body = json.dumps({**about, "payload": payload}).encode()
    bucket = arn.split(":::")[-1]
    asked = {"Bucket": bucket, "Key": key, "Body": body}
    call(name_of(mapping), "s3", "PutObject", asked, region=mapping.region)
