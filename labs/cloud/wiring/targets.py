"""Where events go: the last step of each route, with the permission that it needs.

Each delivery stands in the trace as a call of its sender ("topic orders": lambda Invoke), and one
that is refused with the error that refused it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud import moto_lambda, moto_logs, moto_seams
from labs.cloud.clock import clock
from labs.cloud.iam import resource_policies
from labs.cloud.lambda_runtime import asynchronous
from labs.cloud.service_calls import call, noted
from labs.cloud.simulation import current


@dataclass(frozen=True)
class Sender:
    """A resource that sends events by itself.

    `name` is as the trace says it ("rule nightly"), `service` the principal to which policies give
    their permission ("events.amazonaws.com"), `arn` the resource's. `has_role` is whether it
    works with a role, so that no resource policy is asked.
    """

    name: str
    service: str
    arn: str
    has_role: bool = False


def to_function(sender: Sender, arn: str, event: str) -> None:
    """Invoke a function asynchronously with an event (JSON).

    Raises:
        ClientError: there is none (ResourceNotFoundException), or its policy does not let the
            sender in (AccessDeniedException).
    """
    with noted(sender.name, "lambda", "Invoke", _invocation(arn, event)) as answer:
        check_function(sender, arn)
        answer["ResponseMetadata"] = {"HTTPStatusCode": 202}
    asynchronous.invoke_later(arn, event, made_by=sender.name)


def check_function(sender: Sender, arn: str) -> Any:
    """moto's function, if it is there and lets the sender in; raises as `to_function`."""
    function = moto_lambda.function(arn)
    if function is None:
        raise refused("Invoke", "ResourceNotFoundException", f"Function not found: {arn}", 404)
    policy = {"Statement": moto_lambda.policy_statements(function)}
    # A function's own policy is that of $LATEST, however it is named.
    if not _lets_in(sender, policy, "lambda:InvokeFunction", arn.removesuffix(":$LATEST")):
        raise _denial(sender, "Invoke", arn)
    return function


def to_queue(sender: Sender, arn: str, body: str, **more: Any) -> None:
    """Send a message to a queue; `more` are other parameters of SendMessage.

    Raises:
        ClientError: there is no such queue, or its policy does not let the sender in.
    """
    region, account, name = arn.split(":")[3:6]
    url = f"https://sqs.{region}.amazonaws.com/{account}/{name}"
    parameters = {"QueueUrl": url, "MessageBody": body, **more}
    queue = moto_seams.queue(arn)
    if queue and not _lets_in(sender, queue.policy, "sqs:SendMessage", arn):
        _refuse(sender, "sqs", "SendMessage", parameters, arn)
    call(sender.name, "sqs", "SendMessage", parameters, region=region)


def to_topic(sender: Sender, arn: str, message: str, **more: Any) -> None:
    """Publish to a topic; `more` are other parameters of Publish.

    Raises:
        ClientError: there is no such topic, or its policy does not let the sender in.
    """
    parameters = {"TopicArn": arn, "Message": message, **more}
    topic = moto_seams.topic(arn)
    if topic and not _lets_in(sender, topic.policy, "sns:Publish", arn):
        _refuse(sender, "sns", "Publish", parameters, arn)
    call(sender.name, "sns", "Publish", parameters, region=arn.split(":")[3])


def to_bus(sender: Sender, bus_arn: str, entry: Mapping[str, Any]) -> None:
    """Put an event on a bus; `entry` is one of PutEvents, without the bus.

    Raises:
        ClientError: there is no such bus, the entry is refused, or its policy denies it.
    """
    region = bus_arn.split(":")[3]
    parameters = {"Entries": [{**entry, "EventBusName": bus_arn}]}
    answer = call(sender.name, "events", "PutEvents", parameters, region=region)
    for failed in answer["Entries"]:
        if "ErrorCode" in failed:
            raise refused("PutEvents", failed["ErrorCode"], failed["ErrorMessage"], 400)


def to_log_group(sender: Sender, arn: str, stream: str, line: str) -> None:
    """Write a line to a log group, in a stream that is made if it is missing.

    Raises:
        ClientError: there is no such group, or no resource policy of CloudWatch Logs lets the
            sender write to it.
    """
    plain = arn.removesuffix(":*")
    region, name = arn.split(":")[3], plain.split(":log-group:")[-1]
    where = {"logGroupName": name, "logStreamName": stream}
    policies = [*moto_logs.resource_policies(region), None]
    if not any(_lets_in(sender, each, "logs:PutLogEvents", f"{plain}:*") for each in policies):
        _refuse(sender, "logs", "PutLogEvents", where, arn)
    try:
        call(sender.name, "logs", "CreateLogStream", where, region=region)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
    event = {"timestamp": int(clock.millis()), "message": line}
    call(sender.name, "logs", "PutLogEvents", {**where, "logEvents": [event]}, region=region)


def to_state_machine(sender: Sender, arn: str, data: str, **more: Any) -> str:
    """Start an execution with an input (JSON); its ARN. `more` are parameters of StartExecution.

    Services start machines with a role, so no policy is asked.

    Raises:
        ClientError: there is no such machine, or the input is none.
    """
    parameters = {"stateMachineArn": arn, "input": data, **more}
    region = arn.split(":")[3]
    answer = call(sender.name, "stepfunctions", "StartExecution", parameters, region=region)
    return str(answer["executionArn"])


def refused(operation: str, code: str, message: str, status: int = 403) -> ClientError:
    """The error of a delivery that is not made."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status},
        },
        operation,
    )


def _invocation(arn: str, event: str) -> Mapping[str, str]:
    return {"FunctionName": arn, "InvocationType": "Event", "Payload": event}


def _lets_in(sender: Sender, policy: Any, action: str, arn: str) -> bool:
    if sender.has_role or not current().checks_permissions:
        return True
    return resource_policies.allows(
        policy, service=sender.service, action=action, resource=arn, source_arn=sender.arn
    )


def _refuse(
    sender: Sender, service: str, operation: str, parameters: Mapping[str, Any], arn: str
) -> None:
    with noted(sender.name, service, operation, parameters):
        raise _denial(sender, operation, arn)


def _denial(sender: Sender, operation: str, arn: str) -> ClientError:
    message = f"The policy of {arn} does not allow {sender.service} to do this for {sender.arn}"
    return refused(operation, "AccessDeniedException", message)
