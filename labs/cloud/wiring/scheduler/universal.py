"""Universal targets: any API call, `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

import json
from typing import Any

from botocore.exceptions import UnknownServiceError

from labs.cloud.clients import client
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import call, noted
from labs.cloud.wiring.targets import Sender, refused

PREFIX = "arn:aws:scheduler:::aws-sdk:"
# The names of the AWS SDK for Java, where boto3 has other ones.
SERVICES = {
    "sfn": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "rdsdata": "rds-data",
}
READING = (
    *("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select"),
    *("batchGet", "lookup", "transactGet"),
)


def is_universal(arn: str) -> bool:
    return arn.startswith("arn:aws:scheduler:::")


def why_refused(arn: str) -> str:
    """Why it can be no target, or ""."""
    parts = arn.removeprefix(PREFIX).split(":")
    if not arn.startswith(PREFIX) or len(parts) != 2 or not all(parts):
        return "a universal target is arn:aws:scheduler:::aws-sdk:service:apiAction"
    if not parts[1][0].islower():
        return "an action begins with a lower-case letter"
    if parts[1].startswith(READING):
        return "actions that only read are not supported"
    return ""


def call_api(sender: Sender, arn: str, text: str, region: str) -> None:
    """Make the call, with the input (JSON) as its parameters.

    Raises:
        ClientError: it is refused.
        MissingError: there is no such operation.
    """
    name, action = arn.removeprefix(PREFIX).split(":")
    service, operation = SERVICES.get(name, name), action[0].upper() + action[1:]
    try:
        parameters = json.loads(text)
    except ValueError:
        raise refused(operation, "InvalidJson", "The input is no valid JSON.", 400) from None
    try:
        model = client(service, region).meta.service_model
        operation = _as_in(operation, model.operation_names)
        shape = model.operation_model(operation).input_shape
    except (UnknownServiceError, KeyError):
        with noted(sender.name, service, operation, parameters):
            raise MissingError("as a universal target") from None
    call(sender.name, service, operation, _shaped(shape, parameters), region=region)


def _as_in(name: str, known: list[str]) -> str:
    """The same name with the model's letters."""
    return {each.lower(): each for each in known}[name.lower()]


def _shaped(shape: Any, value: Any) -> Any:
    """Parameters with the model's names and types: inputs write names with a capital letter."""
    if shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {name.lower(): name for name in shape.members}
        known = {names.get(name.lower(), name): inner for name, inner in value.items()}
        members = shape.members
        return {name: _shaped(members.get(name), inner) for name, inner in known.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_shaped(shape.member, inner) for inner in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: _shaped(shape.value, inner) for name, inner in value.items()}
    if shape.type_name == "blob" and isinstance(value, str):
        return value.encode()
    if shape.type_name == "string" and isinstance(value, dict | list):
        return json.dumps(value)
    return value
