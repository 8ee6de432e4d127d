"""Where Lambda tells how an asynchronous invocation ended: destinations, and dead-letter queues.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from labs.cloud import moto_lambda
from labs.cloud.clock import clock, iso
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import call, noted

LAMBDA = "service lambda"
MAX_ERROR_BYTES = 1024
SUCCESS = "Success"


@dataclass(frozen=True)
class Ended:
    """How it ended: `condition` is AWS's word, `last` the last attempt that ran, if any did."""

    arn: str
    request_id: str
    condition: str
    attempts: int
    last: Invocation | None

    @property
    def qualified_arn(self) -> str:
        """The function's ARN as records have it, always with a qualifier."""
        return self.arn if self.arn.count(":") > 6 else f"{self.arn}:$LATEST"

    @property
    def function(self) -> str:
        return self.arn.split(":")[6]


def record(event: str, ended: Ended) -> dict[str, Any]:
    """The invocation record that a destination gets."""
    found: dict[str, Any] = {
        "version": "1.0",
        "timestamp": iso(clock.now()),
        "requestContext": {
            "requestId": ended.request_id,
            "functionArn": ended.qualified_arn,
            "condition": ended.condition,
            "approximateInvokeCount": ended.attempts,
        },
        "requestPayload": json.loads(event),
    }
    if (last := ended.last) is None:
        return found
    context: dict[str, Any] = {"statusCode": 200, "executedVersion": last.version}
    if last.error is not None:
        context["functionError"] = "Unhandled"
    return {**found, "responseContext": context, "responsePayload": json.loads(last.payload)}


def send(destination: str, event: str, ended: Ended) -> None:
    """Send the record. One that cannot be delivered is lost, as on AWS; the trace says why."""
    text = json.dumps(record(event, ended))
    deliver = DELIVERIES.get(destination.split(":")[2], _to_nowhere)
    # What fails stands in the trace.
    with suppress(ClientError, ParamValidationError, MissingError):
        deliver(destination, text, ended)


def send_dead_letter(target: str, event: str, ended: Ended) -> None:
    """Send the event itself to a queue or topic, with the reason in attributes."""
    service, region = target.split(":")[2:4]
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": ended.request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": "200" if ended.last else "429"},
    }
    if message := _error_message(ended):
        attributes["ErrorMessage"] = {"DataType": "String", "StringValue": message}
    parameters: dict[str, Any] = {"MessageAttributes": attributes}
    with suppress(ClientError, ParamValidationError, MissingError):
        if service == "sns":
            parameters |= {"TopicArn": target, "Message": event}
            call(LAMBDA, "sns", "Publish", parameters, region=region)
        else:
            parameters |= {"QueueUrl": _queue_url(target), "MessageBody": event}
            call(LAMBDA, "sqs", "SendMessage", parameters, region=region)


def _error_message(ended: Ended) -> str:
    if ended.last is None or ended.last.error is None:
        return ""
    message = str(ended.last.error.get("errorMessage", "")).encode()[:MAX_ERROR_BYTES]
    return message.decode("utf-8", "ignore")


def _to_queue(arn: str, text: str, _ended: Ended) -> None:
    parameters: dict[str, Any] = {"QueueUrl": _queue_url(arn), "MessageBody": text}
    call(LAMBDA, "sqs", "SendMessage", parameters, region=arn.split(":")[3])


def _to_topic(arn: str, text: str, _ended: Ended) -> None:
    parameters = {"TopicArn": arn, "Message": text}
    call(LAMBDA, "sns", "Publish", parameters, region=arn.split(":")[3])


def _to_function(arn: str, text: str, _ended: Ended) -> None:
    # Here, as that module sends what it gives up to destinations.
    from labs.cloud.lambda_runtime.asynchronous import invoke_later

    parameters = {"FunctionName": arn, "InvocationType": "Event", "Payload": text}
    with noted(LAMBDA, "lambda", "Invoke", parameters) as answer:
        if moto_lambda.function(arn) is None:
            message = f"Function not found: {arn}"
            raise ClientError(
                {
                    "Error": {"Code": "ResourceNotFoundException", "Message": message},
                    "ResponseMetadata": {"HTTPStatusCode": 404},
                },
                "Invoke",
            )
        answer["ResponseMetadata"] = {"HTTPStatusCode": 202}
    invoke_later(arn, text, made_by=LAMBDA)


def _to_bus(arn: str, text: str, ended: Ended) -> None:
    kind = "Success" if ended.condition == SUCCESS else "Failure"
    entry = {
        "EventBusName": arn,
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {kind}",
        "Resources": [arn, ended.qualified_arn],
        "Detail": text,
    }
    call(LAMBDA, "events", "PutEvents", {"Entries": [entry]}, region=arn.split(":")[3])


def _to_bucket(arn: str, text: str, ended: Ended) -> None:
    now = clock.now()
    name = f"{now:%Y-%m-%dT%H.%M.%S}-{moto_lambda.new_id()}"
    parameters = {
        "Bucket": arn.split(":")[5],
        "Key": f"aws/lambda/async/{ended.function}/{now:%Y/%m/%d}/{name}",
        "Body": text.encode(),
    }
    call(LAMBDA, "s3", "PutObject", parameters, region=ended.arn.split(":")[3])


def _to_nowhere(arn: str, text: str, _ended: Ended) -> None:
    """Nothing that Lambda knows how to reach; the configuration was refused before."""


DELIVERIES: dict[str, Callable[[str, str, Ended], None]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "events": _to_bus,
    "s3": _to_bucket,
}


def _queue_url(arn: str) -> str:
    region, account, name = arn.split(":")[3:6]
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"
