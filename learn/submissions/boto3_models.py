"""What boto3's clients and resources offer, as the lab page's editor completes it.

`{"clients": {service: members}, "resources": {service: {resource: members}}}`, where the resource
"" is that of the service itself. Members are `{name: parameters}`: names of parameters, those
that are required first and ending in "*", or None for an attribute.
"""

import inspect
from pathlib import Path
from typing import Any

import boto3
from botocore.model import OperationModel

type Members = dict[str, list[str] | None]

# Those that the course teaches, or that are simulated.
SERVICES = (
    "apigateway",
    "apigatewaymanagementapi",
    "apigatewayv2",
    "appsync",
    "cloudformation",
    "cloudwatch",
    "dynamodb",
    "dynamodbstreams",
    "ecs",
    "events",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "pipes",
    "rds-data",
    "s3",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
)
PATH = Path(__file__).parent / "static/submissions/built/boto3.json"


def models() -> dict[str, Any]:
    """The models of all SERVICES, from botocore's own."""
    session = boto3.Session("none", "none", region_name="us-east-1")
    with_resources = [name for name in SERVICES if name in session.get_available_resources()]
    return {
        "clients": {name: _client(session.client(name)) for name in SERVICES},
        "resources": {name: _resources(session.resource(name)) for name in with_resources},
    }


def _client(client: Any) -> Members:
    service = client.meta.service_model
    operations = client.meta.method_to_api_mapping
    members: Members = {
        method: _parameters(service.operation_model(operation))
        for method, operation in operations.items()
    }
    members["exceptions"] = None
    members["get_paginator"] = ["operation_name*"]
    if client.waiter_names:
        members["get_waiter"] = ["waiter_name*"]
    members |= {name: _arguments(client, name) for name in ("generate_presigned_url", "close")}
    if service.service_name == "s3":
        helpers = ("upload_file", "upload_fileobj", "download_file", "download_fileobj", "copy")
        members |= {name: _arguments(client, name) for name in helpers}
    return dict(sorted(members.items()))


def _resources(service: Any) -> dict[str, Members]:
    """The service's own resource, and each one that it makes."""
    model = service.meta.resource_model
    kinds = {has.name: len(has.resource.identifiers) for has in model.subresources}
    made = {name: getattr(service, name)(*["x"] * count) for name, count in kinds.items()}
    return {name: _members(one) for name, one in {"": service, **made}.items()}


def _members(resource: Any) -> Members:
    model, service = resource.meta.resource_model, resource.meta.client.meta.service_model
    actions = {action.name: action.request for action in model.actions}
    names = [name for name in dir(type(resource)) if not name.startswith("_")]
    members: Members = dict.fromkeys(names)
    for name in names:
        if request := actions.get(name):
            given = {param.target.partition("[")[0] for param in request.params}
            operation = service.operation_model(request.operation)
            members[name] = [one for one in _parameters(operation) if one.rstrip("*") not in given]
        elif callable(inspect.getattr_static(type(resource), name)):
            members[name] = []
    return members


def _parameters(operation: OperationModel) -> list[str]:
    shape = operation.input_shape
    if shape is None:
        return []
    required = set(shape.required_members)
    return [f"{name}*" for name in shape.members if name in required] + [
        name for name in shape.members if name not in required
    ]


def _arguments(client: Any, method: str) -> list[str]:
    arguments = inspect.signature(getattr(client, method)).parameters.values()
    return [one.name + "*" * (one.default is one.empty) for one in arguments]
