"""A published message, in the forms in which subscribers get it."""

import base64
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.cloud.clock import clock, iso_of

SIGNATURE_BYTES = 256
CERTIFICATE = "SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem"


@dataclass(frozen=True)
class Notification:
    """A message on its way. `attributes` are {"name": {"Type": "String", "Value": "text"}}.

    `by_protocol` are the texts of a message with MessageStructure=json, else empty.
    `sequence_number` and `deduplication_id` are those of a FIFO topic, else "".
    """

    message_id: str
    topic_arn: str
    message: str
    subject: str | None = None
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by_protocol: Mapping[str, str] = field(default_factory=dict)
    group_id: str = ""
    deduplication_id: str = ""
    sequence_number: str = ""
    signature_version: str = "1"
    timestamp: str = field(default_factory=lambda: iso_of(clock.millis()))

    def text(self, protocol: str) -> str:
        """What a subscriber of this protocol gets as the message."""
        if not self.by_protocol:
            return self.message
        return self.by_protocol.get(protocol, self.by_protocol["default"])


def as_message(one: Notification, protocol: str, subscription_arn: str) -> str:
    """The JSON that a queue or an HTTP endpoint gets.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
    """
    region = one.topic_arn.split(":")[3]
    members: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": one.message_id,
        "SequenceNumber": one.sequence_number or None,
        "TopicArn": one.topic_arn,
        "Subject": one.subject,
        "Message": one.text(protocol),
        "Timestamp": one.timestamp,
        "SignatureVersion": one.signature_version,
        "Signature": _signature(one),
        "SigningCertURL": _certificate(region),
        "UnsubscribeURL": _unsubscribe(region, subscription_arn),
        "MessageAttributes": one.attributes or None,
    }
    found = {name: value for name, value in members.items() if value is not None}
    return json.dumps(found, indent=2, separators=(",", " : "), ensure_ascii=False)


def as_event(one: Notification, subscription_arn: str) -> str:
    """The event of a function, which gets one message each time.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    """
    region = one.topic_arn.split(":")[3]
    sns = {
        "Type": "Notification",
        "MessageId": one.message_id,
        "TopicArn": one.topic_arn,
        "Subject": one.subject,
        "Message": one.text("lambda"),
        "Timestamp": one.timestamp,
        "SignatureVersion": one.signature_version,
        "Signature": _signature(one),
        "SigningCertUrl": _certificate(region),
        "UnsubscribeUrl": _unsubscribe(region, subscription_arn),
        "MessageAttributes": one.attributes,
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "Sns": sns,
    }
    return json.dumps({"Records": [record]}, ensure_ascii=False)


def _signature(one: Notification) -> str:
    """The same in each run. Nobody can verify it, as the certificate is none."""
    signature = random.Random(one.message_id).randbytes(SIGNATURE_BYTES)  # noqa: S311 - see above
    return base64.b64encode(signature).decode()


def _certificate(region: str) -> str:
    return f"https://sns.{region}.amazonaws.com/{CERTIFICATE}"


def _unsubscribe(region: str, arn: str) -> str:
    return f"https://sns.{region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={arn}"
