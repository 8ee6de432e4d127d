"""Where rules, schedules and pipes send: each kind of target by its ARN.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from labs.cloud import routes
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import call, noted
from labs.cloud.wiring import targets
from labs.cloud.wiring.json_paths import MISSING, find
from labs.cloud.wiring.targets import Sender, refused

# A target of PutTargets, the input that it gets, and the event from which that was made.
type Send = Callable[[Sender, Mapping[str, Any], str, Mapping[str, Any]], None]


def send(sender: Sender, target: Mapping[str, Any], text: str, event: Mapping[str, Any]) -> None:
    """Deliver `text` to a target of PutTargets; `event` is what its parameters look into.

    Raises:
        ClientError: it is refused.
        MissingError: such a target is not simulated, which stands in the trace.
    """
    arn = target["Arn"]
    to = _destination(arn)
    if to is None:
        with noted(sender.name, arn.split(":")[2], "Deliver", {"Target": arn}):
            raise MissingError(f"as a target ({arn})")
    to(sender, target, text, event)


def what(arn: str) -> str:
    """A target in a sentence: "function f", "queue q"."""
    service, name = arn.split(":")[2], arn.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
    return f"{KINDS.get(service, service)} {name}"


KINDS = {
    "lambda": "function",
    "sqs": "queue",
    "sns": "topic",
    "states": "state machine",
    "events": "bus",
    "logs": "log group",
    "kinesis": "stream",
    "firehose": "delivery stream",
    "ecs": "cluster",
    "execute-api": "api",
}


def _destination(arn: str) -> Send | None:
    parts = arn.split(":")
    if parts[2] == "events" and not parts[5].startswith("event-bus/"):
        return None
    return DESTINATIONS.get(parts[2])


def _region(arn: str) -> str:
    return arn.split(":")[3]


def check_json(operation: str, text: str) -> None:
    """Functions and state machines take JSON alone."""
    try:
        json.loads(text)
    except ValueError:
        raise refused(operation, "InvalidJson", "The input is no valid JSON.", 400) from None


def _to_function(
    sender: Sender, target: Mapping[str, Any], text: str, _event: Mapping[str, Any]
) -> None:
    check_json("Invoke", text)
    targets.to_function(sender, target["Arn"], text)


def _to_queue(
    sender: Sender, target: Mapping[str, Any], text: str, _event: Mapping[str, Any]
) -> None:
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    targets.to_queue(sender, target["Arn"], text, **({"MessageGroupId": group} if group else {}))


def _to_topic(
    sender: Sender, target: Mapping[str, Any], text: str, _event: Mapping[str, Any]
) -> None:
    targets.to_topic(sender, target["Arn"], text)


def _to_state_machine(
    sender: Sender, target: Mapping[str, Any], text: str, _event: Mapping[str, Any]
) -> None:
    check_json("StartExecution", text)
    arn = target["Arn"]
    parameters = {"stateMachineArn": arn, "input": text}
    call(sender.name, "stepfunctions", "StartExecution", parameters, region=_region(arn))


def _to_log_group(
    sender: Sender, target: Mapping[str, Any], text: str, event: Mapping[str, Any]
) -> None:
    targets.to_log_group(sender, target["Arn"], str(event.get("id") or "events"), text)


def _to_stream(
    sender: Sender, target: Mapping[str, Any], text: str, event: Mapping[str, Any]
) -> None:
    arn = target["Arn"]
    given = target.get("KinesisParameters") or {}
    path = given.get("PartitionKeyPath")
    key = find(path, dict(event)) if path else given.get("PartitionKey", MISSING)
    parameters = {
        "StreamName": arn.rsplit("/", 1)[-1],
        "Data": text.encode(),
        "PartitionKey": str(event.get("id", "event") if key is MISSING else key),
    }
    call(sender.name, "kinesis", "PutRecord", parameters, region=_region(arn))


def _to_delivery_stream(
    sender: Sender, target: Mapping[str, Any], text: str, _event: Mapping[str, Any]
) -> None:
    arn = target["Arn"]
    name = arn.rsplit("/", 1)[-1]
    parameters = {"DeliveryStreamName": name, "Record": {"Data": text.encode()}}
    call(sender.name, "firehose", "PutRecord", parameters, region=_region(arn))


ECS_NAMES = {
    "TaskDefinitionArn": "taskDefinition",
    "TaskCount": "count",
    "LaunchType": "launchType",
    "PlatformVersion": "platformVersion",
    "Group": "group",
    "EnableECSManagedTags": "enableECSManagedTags",
    "EnableExecuteCommand": "enableExecuteCommand",
    "PropagateTags": "propagateTags",
    "ReferenceId": "referenceId",
}


def _to_cluster(
    sender: Sender, target: Mapping[str, Any], text: str, _event: Mapping[str, Any]
) -> None:
    """Run tasks; the input may be what RunTask takes as overrides."""
    arn, given = target["Arn"], target.get("EcsParameters") or {}
    parameters = {new: given[old] for old, new in ECS_NAMES.items() if given.get(old) is not None}
    network = (given.get("NetworkConfiguration") or {}).get("awsvpcConfiguration")
    if network:
        lower = {name[0].lower() + name[1:]: value for name, value in network.items()}
        parameters["networkConfiguration"] = {"awsvpcConfiguration": lower}
    parameters["cluster"] = arn
    overrides = _object(text)
    if "containerOverrides" in overrides:
        parameters["overrides"] = overrides
    call(sender.name, "ecs", "RunTask", parameters, region=_region(arn))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _to_bus(
    sender: Sender, target: Mapping[str, Any], text: str, _event: Mapping[str, Any]
) -> None:
    """A schedule's or pipe's own event, with the parameters that name its source and type."""
    given = target.get("EventBridgeParameters") or {}
    detail_type = given.get("DetailType", "Event")
    entry = {"Source": given.get("Source", ""), "DetailType": detail_type, "Detail": text}
    targets.to_bus(sender, target["Arn"], entry)


def _to_api(
    sender: Sender, target: Mapping[str, Any], text: str, _event: Mapping[str, Any]
) -> None:
    call_api(sender, target["Arn"], text, target.get("HttpParameters") or {})


def call_api(sender: Sender, arn: str, body: str, parameters: Mapping[str, Any]) -> str:
    """Call an API of API Gateway, `arn:...:api-id/stage/METHOD/path`; its response's body.

    Raises:
        ClientError: it answers with an error.
        MissingError: there is no such API here.
    """
    region, name = arn.split(":")[3], arn.split(":", 5)[5]
    api, stage, method, *rest = name.split("/")
    path = "/".join(["", *([] if stage == "$default" else [stage]), *rest])
    for value in parameters.get("PathParameterValues") or []:
        path = path.replace("*", quote(value, safe=""), 1)
    host = f"{api}.execute-api.{region}.amazonaws.com"
    query = urlencode(parameters.get("QueryStringParameters") or {})
    headers = HTTPHeaders()
    for header, value in (parameters.get("HeaderParameters") or {}).items():
        headers[header] = value
    headers["Content-Type"] = "application/json"
    url = f"https://{host}{path}" + (f"?{query}" if query else "")
    verb = "POST" if method == "*" else method
    operation = f"{verb} {path}"
    with noted(sender.name, "execute-api", operation, {"body": body}) as answer:
        request = AWSPreparedRequest(verb, url, headers, body.encode(), False)
        route = routes.find(host)
        response = route.handler(request) if route else None
        if response is None:
            raise MissingError("without such an API")
        status, _headers, content = response
        answer["ResponseMetadata"] = {"HTTPStatusCode": status}
        text = content.decode("utf-8", "replace")
        if status >= 400:
            code = "TooManyRequests" if status == 429 else f"Http{status}"
            raise refused(operation, code, text, status)
    return text


DESTINATIONS: dict[str, Send] = {
    "lambda": _to_function,
    "sqs": _to_queue,
    "sns": _to_topic,
    "states": _to_state_machine,
    "logs": _to_log_group,
    "kinesis": _to_stream,
    "firehose": _to_delivery_stream,
    "ecs": _to_cluster,
    "events": _to_bus,
    "execute-api": _to_api,
}
