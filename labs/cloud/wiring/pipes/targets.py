"""The enrichments and targets of pipes.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud.clients import client
from labs.cloud.clock import clock
from labs.cloud.lambda_runtime.invocation import ThrottledError
from labs.cloud.moto_pipes import Pipe
from labs.cloud.service_calls import call, noted
from labs.cloud.simulation import current
from labs.cloud.wiring import targets
from labs.cloud.wiring.eventbridge.destinations import call_api, send
from labs.cloud.wiring.input_transformer import compact
from labs.cloud.wiring.pipes.templates import resolved
from labs.cloud.wiring.targets import Sender, refused


@dataclass(frozen=True)
class Payload:
    """What is sent for one record: the record (for parameters that are paths) and the text."""

    record: Any
    text: str


def sender_of(pipe: Pipe) -> Sender:
    """A pipe works with a role."""
    return Sender(f"pipe {pipe.name}", "pipes.amazonaws.com", pipe.arn, has_role=True)


def as_array(payloads: list[Payload]) -> str:
    """Functions and state machines get all records of a batch in an array."""
    return "[" + ",".join(_as_json(each.text) for each in payloads) + "]"


def _as_json(text: str) -> str:
    try:
        json.loads(text)
    except ValueError:
        return compact(text)
    return text


# Answers what an enrichment says, or what a target that was waited for says.
type Ask = Callable[[Pipe, str, list[Payload]], Any]


def invoke(pipe: Pipe, arn: str, payloads: list[Payload]) -> Any:
    """Invoke a function and wait.

    Raises:
        ClientError: it cannot be invoked, or it failed.
    """
    sender, text = sender_of(pipe), as_array(payloads)
    asked = {"FunctionName": arn, "InvocationType": "RequestResponse", "Payload": text}
    with noted(sender.name, "lambda", "Invoke", asked):
        function = targets.check_function(sender, arn)
        try:
            invocation = current().environments.invoke(function, text, arn=arn)
        except ThrottledError as error:
            raise refused("Invoke", "TooManyRequestsException", str(error), 429) from None
    if invocation.error is not None:
        raise refused("Invoke", "FunctionError", str(invocation.error), 200)
    return invocation.response


def run_express(pipe: Pipe, arn: str, payloads: list[Payload]) -> Any:
    """Run an Express state machine and wait; raises ClientError if it fails."""
    parameters = {"stateMachineArn": arn, "input": as_array(payloads)}
    region = arn.split(":")[3]
    name = sender_of(pipe).name
    answer = call(name, "stepfunctions", "StartSyncExecution", parameters, region=region)
    if answer["status"] != "SUCCEEDED":
        raise refused("StartSyncExecution", answer.get("error") or "Failed", "It failed.", 200)
    return json.loads(answer.get("output") or "null")


def ask_api(pipe: Pipe, arn: str, payloads: list[Payload]) -> Any:
    given = (pipe.enrichment_parameters or {}).get("HttpParameters")
    parameters = resolved(given, payloads[0].record)
    text = call_api(sender_of(pipe), arn, as_array(payloads), parameters)
    try:
        return json.loads(text)
    except ValueError:
        return text


ENRICHMENTS: dict[str, Ask] = {"lambda": invoke, "states": run_express, "execute-api": ask_api}


def to_target(pipe: Pipe, payloads: list[Payload]) -> tuple[Any, set[int]]:
    """Give payloads to the target: what it answers, and the numbers of those that failed.

    Raises:
        ClientError: none was taken.
        MissingError: such a target is not simulated.
    """
    return TARGETS[pipe.target.split(":")[2]](pipe, payloads)


type Give = Callable[[Pipe, list[Payload]], tuple[Any, set[int]]]


def _to_function(pipe: Pipe, payloads: list[Payload]) -> tuple[Any, set[int]]:
    given = (pipe.target_parameters or {}).get("LambdaFunctionParameters") or {}
    if given.get("InvocationType") != "FIRE_AND_FORGET":
        return invoke(pipe, pipe.target, payloads), set()
    targets.to_function(sender_of(pipe), pipe.target, as_array(payloads))
    return None, set()


def _to_state_machine(pipe: Pipe, payloads: list[Payload]) -> tuple[Any, set[int]]:
    given = (pipe.target_parameters or {}).get("StepFunctionStateMachineParameters") or {}
    region = pipe.target.split(":")[3]
    invocation = given.get("InvocationType") or _default_invocation(pipe.target, region)
    if invocation == "REQUEST_RESPONSE":
        return run_express(pipe, pipe.target, payloads), set()
    parameters = {"stateMachineArn": pipe.target, "input": as_array(payloads)}
    call(sender_of(pipe).name, "stepfunctions", "StartExecution", parameters, region=region)
    return None, set()


def _default_invocation(arn: str, region: str) -> str:
    """An Express machine is waited for; a standard one cannot be."""
    try:
        machine = client("stepfunctions", region).describe_state_machine(stateMachineArn=arn)
    except ClientError:
        return "FIRE_AND_FORGET"  # which then says what is wrong
    return "REQUEST_RESPONSE" if machine["type"] == "EXPRESS" else "FIRE_AND_FORGET"


def _one_by_one(give: Callable[[Pipe, Payload], None]) -> Give:
    """A target that takes one record at a time, of which each may fail by itself."""

    def give_all(pipe: Pipe, payloads: list[Payload]) -> tuple[Any, set[int]]:
        failed, error = set(), None
        for number, payload in enumerate(payloads):
            try:
                give(pipe, payload)
            except ClientError as problem:
                failed.add(number)
                error = problem
        if error is not None and len(failed) == len(payloads):
            raise error
        return None, failed

    return give_all


def _parameters(pipe: Pipe, name: str, payload: Payload) -> dict[str, Any]:
    return resolved((pipe.target_parameters or {}).get(name), payload.record)


def _to_queue(pipe: Pipe, payload: Payload) -> None:
    given = _parameters(pipe, "SqsQueueParameters", payload)
    names = ("MessageGroupId", "MessageDeduplicationId")
    more = {name: str(given[name]) for name in names if given.get(name)}
    targets.to_queue(sender_of(pipe), pipe.target, payload.text, **more)


def _to_bus(pipe: Pipe, payload: Payload) -> None:
    given = _parameters(pipe, "EventBridgeEventBusParameters", payload)
    detail_type = f"Event from {_source_name(pipe)}"
    entry = {
        "Source": given.get("Source") or f"Pipe {pipe.name}",
        "DetailType": given.get("DetailType") or detail_type,
        "Detail": payload.text,
        **({"Resources": given["Resources"]} if given.get("Resources") else {}),
    }
    targets.to_bus(sender_of(pipe), pipe.target, entry)


def _source_name(pipe: Pipe) -> str:
    return f"aws:{pipe.source.split(':')[2]}"


def _to_log_group(pipe: Pipe, payload: Payload) -> None:
    given = _parameters(pipe, "CloudWatchLogsParameters", payload)
    stream = str(given.get("LogStreamName") or pipe.name)
    targets.to_log_group(sender_of(pipe), pipe.target, stream, payload.text)


def _to_stream(pipe: Pipe, payload: Payload) -> None:
    given = _parameters(pipe, "KinesisStreamParameters", payload)
    key = {"KinesisParameters": {"PartitionKey": str(given.get("PartitionKey") or pipe.name)}}
    send(sender_of(pipe), {"Arn": pipe.target, **key}, payload.text, {})


def _to_api(pipe: Pipe, payload: Payload) -> None:
    call_api(
        sender_of(pipe), pipe.target, payload.text, _parameters(pipe, "HttpParameters", payload)
    )


def _to_cluster(pipe: Pipe, payload: Payload) -> None:
    given = _parameters(pipe, "EcsTaskParameters", payload)
    send(sender_of(pipe), {"Arn": pipe.target, "EcsParameters": given}, payload.text, {})


def _to_other(pipe: Pipe, payload: Payload) -> None:
    """A topic or delivery stream, which have no parameters."""
    send(sender_of(pipe), {"Arn": pipe.target}, payload.text, {"time": clock.now().isoformat()})


TARGETS: dict[str, Give] = {
    "lambda": _to_function,
    "states": _to_state_machine,
    "sqs": _one_by_one(_to_queue),
    "sns": _one_by_one(_to_other),
    "events": _one_by_one(_to_bus),
    "logs": _one_by_one(_to_log_group),
    "kinesis": _one_by_one(_to_stream),
    "firehose": _one_by_one(_to_other),
    "ecs": _one_by_one(_to_cluster),
    "execute-api": _one_by_one(_to_api),
}
