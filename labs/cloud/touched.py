"""Which resources a call is about, named as the trace names who makes calls: "queue orders"."""

from collections.abc import Iterator, Mapping
from typing import Any

MAX_RESOURCES = 10
MAX_NAME = 200
# By service: the parameters that name a resource, by its kind.
_PARAMETERS: dict[str, dict[str, str]] = {
    "sqs": {"QueueUrl": "queue", "QueueName": "queue"},
    "sns": {"TopicArn": "topic", "TargetArn": "topic", "Name": "topic"},
    "dynamodb": {"TableName": "table"},
    "dynamodbstreams": {"StreamArn": "table", "TableName": "table"},
    "s3": {"Bucket": "bucket"},
    "lambda": {"FunctionName": "function"},
    "events": {"Rule": "rule", "Name": "rule"},
    "stepfunctions": {
        "stateMachineArn": "state machine",
        "executionArn": "state machine",
        "name": "state machine",
    },
    "scheduler": {"Name": "schedule"},
    "pipes": {"Name": "pipe"},
    "kinesis": {"StreamName": "stream", "StreamARN": "stream"},
    "rds-data": {"resourceArn": "cluster"},
    "ecs": {"cluster": "cluster"},
    "secretsmanager": {"SecretId": "secret"},
    "ssm": {"Name": "parameter"},
}
# The name of these is not the last part of their ARN.
_AFTER = {"function": ":function:", "state machine": ":execution:", "table": ":table/"}
_NAMES_A_BUS = {"CreateEventBus", "DeleteEventBus", "DescribeEventBus"}


def resources_of(service: str, operation: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The resources that a call names, each once; () if it names none that is known here."""
    found = dict.fromkeys(
        f"{kind} {name}"[:MAX_NAME] for kind, name in _named(service, operation, values) if name
    )
    return tuple(found)[:MAX_RESOURCES]


def _named(service: str, operation: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if service == "events" and operation in _NAMES_A_BUS:
        yield "bus", _name("bus", values.get("Name"))
        return
    for parameter, kind in _PARAMETERS.get(service, {}).items():
        if name := _name(kind, values.get(parameter)):
            yield kind, name
            break
    if operation == "PutEvents":
        for entry in _mappings(values.get("Entries")):
            yield "bus", _name("bus", entry.get("EventBusName") or "default")
    if service == "dynamodb":
        yield from _tables(values)


def _tables(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Of batches and transactions."""
    if isinstance(batch := values.get("RequestItems"), Mapping):
        for name in batch:
            yield "table", _name("table", name)
    for item in _mappings(values.get("TransactItems")):
        for action in item.values():
            if isinstance(action, Mapping):
                yield "table", _name("table", action.get("TableName"))


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, Mapping))


def _name(kind: str, value: Any) -> str:
    """The resource's name, of its name, ARN or URL."""
    if not isinstance(value, str):
        return ""
    _, _, rest = value.partition(_AFTER.get(kind, ":::"))
    if rest:
        return rest.partition(":")[0].partition("/")[0]
    if kind == "function":
        return value.partition(":")[0]  # "worker:live"
    return value.rpartition(":")[2].rpartition("/")[2]
