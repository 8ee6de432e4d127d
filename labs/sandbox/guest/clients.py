"""Clients made ahead: making one costs as much as four calls, and every program makes some.

The zygote makes one of each; the first `boto3.client("s3")` of a child takes it. What asks for
anything special (another region, an endpoint, a session of its own) gets what boto3 makes.
"""

import os
from collections.abc import Callable
from typing import Any

import boto3
from boto3.session import Session

from labs.sandbox import user_agent

# The clients and resources that labs use most.
CLIENTS = ("sqs", "dynamodb", "s3", "sns", "lambda", "events", "stepfunctions", "iam", "logs")
RESOURCES = ("dynamodb", "s3", "sqs")
# Set in each function; a session reads the latter when it is made, and the default one is by then.
_OF_LAMBDA = ("AWS_LAMBDA_", "AWS_EXECUTION_ENV")
_make = {"client": Session.client, "resource": Session.resource}


# What they are made to do once, against canned replies, so that their models are in memory.
_ITEM = {"TableName": "warm", "Key": {"id": {"S": "1"}}}
_QUEUE = {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/warm"}
_OBJECT = {"Bucket": "warm", "Key": "warm"}
EXERCISES: dict[str, dict[str, dict[str, Any]]] = {
    "sqs": {
        "create_queue": {"QueueName": "warm"},
        "send_message": {
            "QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/w",
            "MessageBody": "x",
        },
        "receive_message": {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/w"},
    },
    "dynamodb": {
        "get_item": _ITEM,
        "put_item": {"TableName": "warm", "Item": {"id": {"S": "1"}}},
        "update_item": _ITEM,
    },
    "s3": {
        "create_bucket": {"Bucket": "warm"},
        "put_object": {**_OBJECT, "Body": b"x"},
        "get_object": _OBJECT,
    },
    "events": {"put_events": {"Entries": [{"Source": "warm", "DetailType": "x", "Detail": "{}"}]}},
}
# What programs make of a resource.
SUBRESOURCES: dict[str, Callable[[Any], object]] = {
    "dynamodb": lambda dynamodb: dynamodb.Table("warm"),
    "s3": lambda s3: (s3.Bucket("warm"), s3.Object("warm", "warm")),
    "sqs": lambda sqs: sqs.Queue("https://sqs.us-east-1.amazonaws.com/1/warm"),
}


def _exercise(client: Any) -> None:
    for operation, parameters in EXERCISES.get(client.meta.service_model.service_name, {}).items():
        getattr(client, operation)(**parameters)


class Ready:
    """What was made ahead, by ("client", "s3"); each is given away once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Any] = {}
        self._session: Session | None = None
        self._settings: dict[str, str] = {}

    def make(self) -> None:
        """In the zygote: make all with the default session, and take over from boto3."""
        boto3.setup_default_session()
        self._session = boto3.DEFAULT_SESSION
        self._settings = _settings()
        _keep_classes(self._session)
        user_agent.keep()
        for kind, names in (("client", CLIENTS), ("resource", RESOURCES)):
            for name in names:
                made = getattr(boto3, kind)(name)
                _exercise(made if kind == "client" else made.meta.client)
                if kind == "resource":
                    SUBRESOURCES[name](made)
                self._made[kind, name] = made
        Session.client = self._taking("client")
        Session.resource = self._taking("resource")

    def _taking(self, kind: str) -> Any:
        def take(session: Session, service_name: str, *arguments: Any, **options: Any) -> Any:
            usual = session is self._session and not arguments and not options
            if usual and self._settings == _settings() and (kind, service_name) in self._made:
                return self._made.pop((kind, service_name))
            return _make[kind](session, service_name, *arguments, **options)

        return take


def _keep_classes(session: Any) -> None:
    """Build the class of a resource once, and not for each `resource.Table(...)` again."""
    factory = session.resource_factory
    classes: dict[tuple[str, str, str], Any] = {}
    build = factory.load_from_definition

    def load(
        resource_name: str, single_resource_json_definition: Any, service_context: Any
    ) -> Any:
        model = service_context.service_model
        key = model.service_name, model.api_version, resource_name
        if key not in classes:
            classes[key] = build(resource_name, single_resource_json_definition, service_context)
        return classes[key]

    factory.load_from_definition = load


def _settings() -> dict[str, str]:
    """What botocore reads from the environment when it makes a client."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("AWS_", "BOTO_")) and not name.startswith(_OF_LAMBDA)
    }
