"""From a topic to its subscribers: each delivery on its own, after Publish was answered."""

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud import moto_sns
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import noted
from labs.cloud.simulation import current
from labs.cloud.wiring import targets
from labs.cloud.wiring.sns import filter_policies
from labs.cloud.wiring.sns.notifications import Notification, as_event, as_message
from labs.cloud.wiring.targets import Sender

# When another attempt is made after an error of the endpoint's side, in ms: three at once, two
# after a second, ten with growing waits. AWS goes on every 20 s for 23 days, which nobody awaits.
# https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
RETRY_MS = (0, 0, 1000, 1000, *(min(1000 * 2**number, 20_000) for number in range(10)))
RETRIED = {"ConnectionClosed", "ServiceUnavailable", "InternalError", "InternalFailure"}
THROTTLES = ("Throttl", "TooManyRequests", "RequestLimitExceeded")
SERVER_ERROR = 500
MAX_ATTRIBUTES = 10  # of a message in a queue


@dataclass(frozen=True)
class Subscription:
    """What delivery needs of one. `redrive_arn` is its dead-letter queue's, or ""."""

    arn: str
    protocol: str
    endpoint: str
    topic_arn: str
    is_raw: bool
    redrive_arn: str
    filter_policy: str
    filter_scope: str

    @property
    def sender(self) -> Sender:
        name = self.topic_arn.rpartition(":")[2]
        return Sender(f"topic {name}", "sns.amazonaws.com", self.topic_arn)

    def wants(self, notification: Notification) -> bool:
        return filter_policies.wants(
            self.filter_policy,
            self.filter_scope,
            notification.attributes,
            notification.text(self.protocol),
        )


def deliver(topic: Any, notification: Notification) -> None:
    """Send a message on its way to all who subscribed to moto's topic and want it."""
    for found in moto_sns.subscriptions(topic):
        if found.attributes.get("PendingConfirmation") is True:
            continue
        subscription = _subscription(found)
        if subscription.wants(notification):
            _put(subscription, notification, attempt=0, after_ms=0)


def _subscription(found: Any) -> Subscription:
    attributes = found.attributes
    return Subscription(
        found.arn,
        found.protocol,
        found.endpoint,
        found.topic_arn,
        str(attributes.get("RawMessageDelivery")).lower() == "true",
        redrive_arn(attributes.get("RedrivePolicy")),
        attributes.get("FilterPolicy") or "",
        attributes.get("FilterPolicyScope") or filter_policies.ATTRIBUTES,
    )


def _put(
    subscription: Subscription, notification: Notification, *, attempt: int, after_ms: int
) -> None:
    target = subscription.endpoint.rpartition(":")[2]
    current().agenda.put(
        lambda: _attempt(subscription, notification, attempt),
        what=f"a message from {subscription.sender.name} to {subscription.protocol} {target}",
        after_ms=after_ms,
    )


def _attempt(subscription: Subscription, notification: Notification, attempt: int) -> None:
    try:
        _send(subscription, notification)
    except ClientError as error:
        if _may_pass(error) and attempt < len(RETRY_MS):
            waits_ms = RETRY_MS[attempt]
            _put(subscription, notification, attempt=attempt + 1, after_ms=waits_ms)
        else:
            _redrive(subscription, notification)


def _may_pass(error: ClientError) -> bool:
    """Whether it is the endpoint's side's; an error of the client is none that passes."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    code = str(error.response["Error"].get("Code"))
    return status >= SERVER_ERROR or code in RETRIED or any(word in code for word in THROTTLES)


def _send(subscription: Subscription, notification: Notification) -> None:
    match subscription.protocol:
        case "lambda":
            event = as_event(notification, subscription.arn)
            targets.to_function(subscription.sender, subscription.endpoint, event)
        case "sqs":
            _to_queue(subscription, notification, subscription.endpoint)
        case protocol:
            # SMS, a phone, a stream: nobody is there, and that is no failure of the learner's.
            asked = {"Protocol": protocol, "Endpoint": subscription.endpoint}
            with (
                suppress(MissingError),
                noted(subscription.sender.name, "sns", "Deliver", asked),
            ):
                raise MissingError(f"to {protocol}")


def _redrive(subscription: Subscription, notification: Notification) -> None:
    """Into the dead-letter queue, if there is one; what fails on the way there is lost."""
    if not subscription.redrive_arn:
        return
    try:
        _to_queue(subscription, notification, subscription.redrive_arn)
    except ClientError:
        return  # stands in the trace


def _to_queue(subscription: Subscription, notification: Notification, arn: str) -> None:
    protocol = subscription.protocol
    more: dict[str, Any] = {}
    body = notification.text(protocol)
    if subscription.is_raw:
        more = _attributes(notification.attributes)
    else:
        body = as_message(notification, protocol, subscription.arn)
    if arn.endswith(".fifo"):
        more["MessageGroupId"] = notification.group_id or notification.topic_arn
        more["MessageDeduplicationId"] = notification.deduplication_id or notification.message_id
    elif notification.group_id and not notification.sequence_number:
        # Of a standard topic it goes on to fair queues.
        more["MessageGroupId"] = notification.group_id
    targets.to_queue(subscription.sender, arn, body, **more)


def _attributes(attributes: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A message's attributes as parameters of SendMessage.

    Raises:
        ClientError: there are more than a queue takes; AWS discards the message.
    """
    if len(attributes) > MAX_ATTRIBUTES:
        reason = f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum"
        raise targets.refused("SendMessage", "InvalidParameterValue", reason, 400)
    found = {name: _attribute(one["Type"], one["Value"]) for name, one in attributes.items()}
    return {"MessageAttributes": found} if found else {}


def _attribute(kind: str, value: str) -> dict[str, Any]:
    if kind.startswith("Binary"):
        return {"DataType": kind, "BinaryValue": base64.b64decode(value)}
    return {"DataType": kind, "StringValue": value}


def redrive_arn(policy: str | None) -> str:
    """The dead-letter queue that a RedrivePolicy names, or ""."""
    return str(json.loads(policy).get("deadLetterTargetArn", "")) if policy else ""
