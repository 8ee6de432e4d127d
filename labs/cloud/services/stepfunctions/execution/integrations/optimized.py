"""The optimised integrations: "arn:aws:states:::sqs:sendMessage" and the like.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from labs.cloud.lambda_runtime import logs
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import call as service_call
from labs.cloud.services.stepfunctions.execution.flow import Job
from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.integrations import (
    addresses,
    containers,
    functions,
    machines,
    services,
    shapes,
)
from labs.cloud.services.stepfunctions.execution.integrations.resources import Resource
from labs.cloud.services.stepfunctions.language.errors import StatesError

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.run import Run

CONTENT_TYPES = {"sns": "text/xml"}


@dataclass(frozen=True)
class Called:
    """What a call gave; `job` is done with the result of .sync."""

    result: Any
    job: Job | None = None


def call(run: "Run", resource: Resource, arguments: Any) -> Called:
    """Make the call.

    Raises:
        StatesError: AWS's error, as Step Functions names it.
        MissingError: this is not simulated.
    """
    name = f"{resource.service}:{resource.action}"
    if name in _OWN:
        return _OWN[name](run, resource, arguments)
    if resource.service not in ("sqs", "sns", "dynamodb", "events"):
        raise MissingError(f"({name})")
    if name == "sqs:sendMessage":
        _check_address(arguments)
    return Called(plain(run, resource, arguments))


def plain(run: "Run", resource: Resource, arguments: Any, *, dates: str = "millis") -> Any:
    """The result of a call, with what is told of HTTP."""
    service = services.boto3_name(resource.service) or resource.service
    try:
        answer = services.made(run.made_by, service, resource.action, arguments, run.region)
    except ClientError as error:
        raise services.named_error(resource.service, error, run.region) from None
    operation = services.operation_of(service, resource.action, run.region)
    result = services.result_of(operation, answer, dates=dates)
    kind = CONTENT_TYPES.get(resource.service, "application/x-amz-json-1.0")
    return {**result, **shapes.http_metadata(answer, kind)}


def _check_address(arguments: Any) -> None:
    """The host of a queue's URL is where the message is sent."""
    host = urlsplit(str(arguments.get("QueueUrl", ""))).hostname or ""
    if host and not host.endswith((".amazonaws.com", ".api.aws")):
        cause = f"Unable to execute HTTP request: {host}: Name or service not known"
        raise StatesError("SQS.SdkClientException", cause)


def _invoke(run: "Run", _resource: Resource, arguments: Any) -> Called:
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html"""
    name, qualifier = str(arguments["FunctionName"]), arguments.get("Qualifier")
    arn = functions.full_arn(name, run.region)
    if qualifier:
        arn = f"{':'.join(arn.split(':')[:7])}:{qualifier}"
    event = as_json(arguments.get("Payload", {}))
    if arguments.get("InvocationType", "RequestResponse") != "RequestResponse":
        return Called(_sent(run, arn, event, arguments["InvocationType"]))
    invocation = functions.invoke(run.made_by, arn, event, run.region)
    functions.raise_failure(invocation)
    metadata = shapes.http_metadata(
        {"ResponseMetadata": {"RequestId": invocation.request_id, "HTTPStatusCode": 200}},
        "application/json",
    )
    result = {"ExecutedVersion": invocation.version, "Payload": invocation.response}
    if arguments.get("LogType") == "Tail":
        result["LogResult"] = base64.b64encode(logs.tail(invocation.log)).decode()
    return Called({**result, **metadata, "StatusCode": 200})


def _sent(run: "Run", arn: str, event: str, kind: str) -> Any:
    """Invoke without waiting for the function."""
    parameters = {"FunctionName": arn, "Payload": event, "InvocationType": kind}
    try:
        answer = service_call(run.made_by, "lambda", "Invoke", parameters, region=run.region)
    except ClientError as error:
        raise services.named_error("lambda", error, run.region) from None
    metadata = shapes.http_metadata(answer, "application/json")
    return {"Payload": "", **metadata, "StatusCode": answer["StatusCode"]}


def _put_events(run: "Run", resource: Resource, arguments: Any) -> Called:
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html"""
    own = [run.execution.arn, run.execution.source.arn]
    entries = [
        {**entry, "Resources": [*entry.get("Resources", []), *own]}
        for entry in arguments.get("Entries", [])
    ]
    result = plain(run, resource, {**arguments, "Entries": entries})
    if result.get("FailedEntryCount"):
        raise StatesError("EventBridge.FailedEntry", as_json(result))
    return Called(result)


def _start_execution(run: "Run", resource: Resource, arguments: Any) -> Called:
    given = {**arguments, "Input": machines.input_text(arguments.get("Input"))}
    result = plain(run, resource, given)
    if not resource.is_sync:
        return Called(result)
    as_text = resource.pattern == ".sync"
    return Called(result, machines.end_of(run, str(result["ExecutionArn"]), as_text=as_text))


def _run_task(run: "Run", resource: Resource, arguments: Any) -> Called:
    result = plain(run, resource, arguments)
    if result.get("Failures") and not result.get("Tasks"):
        raise StatesError("ECS.AmazonECSException", as_json(result["Failures"]))
    if not resource.is_sync:
        return Called(result)
    return Called(result, containers.end_of(run, arguments, result["Tasks"]))


def _api(run: "Run", _resource: Resource, arguments: Any) -> Called:
    return Called(addresses.invoke_api(run.made_by, arguments))


def _http(run: "Run", _resource: Resource, arguments: Any) -> Called:
    return Called(addresses.invoke_http(run.made_by, arguments))


_OWN: dict[str, Callable[["Run", Resource, Any], Called]] = {
    "lambda:invoke": _invoke,
    "events:putEvents": _put_events,
    "states:startExecution": _start_execution,
    "ecs:runTask": _run_task,
    "apigateway:invoke": _api,
    "http:invoke": _http,
}
