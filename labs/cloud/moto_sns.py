"""Every place in which moto's SNS is bent: what it publishes, and what it refuses.

Each seam has a test that fails when a new moto moves what stands here. Where there is no account,
moto is as it is.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.sns.exceptions import SNSException, SNSInvalidParameter
from moto.sns.models import SNSBackend, Topic
from moto.sns.models import Subscription as MotoSubscription
from moto.sns.responses import SNSResponse

from labs.cloud.clock import clock
from labs.cloud.simulation import current, has_current
from labs.cloud.wiring.sns import attributes, messages
from labs.cloud.wiring.sns.attributes import InvalidSubscriptionError
from labs.cloud.wiring.sns.filter_policies import ATTRIBUTES
from labs.cloud.wiring.sns.messages import InvalidMessageError
from labs.cloud.wiring.sns.notifications import Notification

DEDUPLICATION_MS = 5 * 60 * 1000
FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000


class Deliver(Protocol):
    """Sends a message on its way to all who subscribed to moto's topic."""

    def __call__(self, topic: Topic, notification: Notification) -> None: ...


def _nowhere(topic: Topic, notification: Notification) -> None:
    """There is no account that delivers."""


_deliver: Deliver = _nowhere
_publish_any = SNSBackend.publish
_publish_topic = Topic.publish
_publish_batch = SNSBackend.publish_batch
_validate_policy = SNSBackend._validate_filter_policy
_set_attributes = SNSBackend.set_subscription_attributes
_answer_publish = SNSResponse.publish
_answer_subscribe = SNSResponse.subscribe
_answer_set = SNSResponse.set_subscription_attributes
_answer_topic = SNSResponse.get_topic_attributes


def patch() -> None:
    """Put the seams in, before moto starts."""
    Topic.publish = _put_out
    SNSBackend.publish = _publish
    SNSBackend.publish_batch = _publish_each
    SNSBackend._validate_filter_policy = _leave_policy
    SNSBackend.set_subscription_attributes = _set_with_scope
    SNSResponse.publish = _respond_publish
    SNSResponse.subscribe = _respond_subscribe
    SNSResponse.set_subscription_attributes = _respond_set
    SNSResponse.get_topic_attributes = _respond_topic


def set_deliver(deliver: Deliver) -> None:
    """Let `deliver` bring messages to subscribers."""
    global _deliver
    _deliver = deliver


def subscriptions(topic: Topic) -> list[MotoSubscription]:
    """All of a topic, oldest first: moto's own way ends after a hundred."""
    return list(topic.sns_backend._get_topic_subscriptions(topic))


@dataclass
class Fifo:
    """Of an account: what FIFO topics have numbered, and what they would not send again."""

    number: int = FIRST_SEQUENCE_NUMBER
    numbers: dict[str, str] = field(default_factory=dict)
    # (topic's ARN, group or "", deduplication id) -> (until which ms, message id)
    seen: dict[tuple[str, str, str], tuple[float, str]] = field(default_factory=dict)

    def next_number(self, message_id: str) -> str:
        self.number += 1
        self.numbers[message_id] = str(self.number)
        return self.numbers[message_id]


@contextmanager
def _in_moto() -> Iterator[None]:
    """What is refused meanwhile is refused as moto does it."""
    try:
        yield
    except InvalidMessageError as error:
        raise _error(error.code, str(error)) from None
    except InvalidSubscriptionError as error:
        raise SNSInvalidParameter(str(error)) from None


def _is_strict() -> bool:
    """Whether AWS's words count; moto's own tests expect moto's."""
    return has_current() and current().checks_permissions


def _put_out(
    self: Topic,
    message: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    group_id: str | None = None,
    deduplication_id: str | None = None,
    message_structure: str | None = None,
) -> str:
    if not has_current():
        arguments = (message_attributes, group_id, deduplication_id, message_structure)
        published: str = _publish_topic(self, message, subject, *arguments)
        return published
    with _in_moto():
        by_protocol = messages.by_protocol(message) if message_structure == "json" else {}
    fifo = current().state(Fifo)
    key = ("", "", "")
    if self.fifo_topic:
        deduplication_id = deduplication_id or hashlib.sha256(message.encode()).hexdigest()
        scope = group_id if _has_group_scope(self) else ""
        key = (self.arn, scope or "", deduplication_id)
        until, known_id = fifo.seen.get(key, (0, ""))
        if until > clock.millis():
            return known_id
    message_id = str(mock_random.uuid4())
    notification = Notification(
        message_id,
        self.arn,
        message,
        subject,
        message_attributes or {},
        by_protocol,
        group_id or "",
        deduplication_id or "",
        fifo.next_number(message_id) if self.fifo_topic else "",
        str(vars(self).get("signature_version", "1")),
    )
    if self.fifo_topic:
        fifo.seen[key] = (clock.millis() + DEDUPLICATION_MS, message_id)
    self.sent_notifications.append((message_id, message, subject, message_attributes, group_id))
    _deliver(self, notification)
    return message_id


def _has_group_scope(topic: Topic) -> bool:
    return bool(vars(topic).get("fifo_throughput_scope") == "MessageGroup")


def _publish(
    self: SNSBackend,
    message: str,
    arn: str | None,
    phone_number: str | None = None,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    **more: Any,
) -> str:
    if _is_strict():
        with _in_moto():
            messages.check_message(message, subject, message_attributes or {})
        if not phone_number:
            _check_address(self, arn, more.get("group_id"), more.get("deduplication_id"))
    found: str = _publish_any(
        self, message, arn, phone_number, subject, message_attributes, **more
    )
    return found


def _check_address(
    backend: SNSBackend, arn: str | None, group_id: str | None, deduplication_id: str | None
) -> None:
    if not arn:
        raise SNSInvalidParameter(
            "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"
        )
    if len(parts := arn.split(":")) < 6:
        raise SNSInvalidParameter(
            "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, "
            f"not {len(parts)}"
        )
    topic = backend.topics.get(arn)
    if topic is None and "/" not in arn:  # as in the ARN of a phone's endpoint
        raise _error("NotFound", "Topic does not exist")
    if topic is None or not topic.fifo_topic:
        return
    if not group_id:
        raise SNSInvalidParameter(
            "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
        )
    if not deduplication_id and not topic.content_based_deduplication:
        raise SNSInvalidParameter(
            "Invalid parameter: The topic should either have ContentBasedDeduplication enabled "
            "or MessageDeduplicationId provided explicitly"
        )


def _error(code: str, message: str) -> SNSException:
    error = SNSException(message)
    error.code = code
    return error


def _publish_each(
    self: SNSBackend, topic_arn: str, publish_batch_request_entries: list[dict[str, Any]]
) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    if not _is_strict():
        before: tuple[list[dict[str, str]], list[dict[str, Any]]] = _publish_batch(
            self, topic_arn, publish_batch_request_entries
        )
        return before
    self.get_topic(topic_arn)
    with _in_moto():
        messages.check_batch(publish_batch_request_entries)
    successful: list[dict[str, str]] = []
    failed: list[dict[str, Any]] = []
    for entry in publish_batch_request_entries:
        if refused := current().failed_entry("sns", "PublishBatch"):
            failed.append({"Id": entry["Id"], **refused})
            continue
        try:
            message_id = self.publish(
                entry["Message"],
                topic_arn,
                subject=entry.get("Subject"),
                message_attributes=entry.get("MessageAttributes", {}),
                group_id=entry.get("MessageGroupId"),
                deduplication_id=entry.get("MessageDeduplicationId"),
                message_structure=entry.get("MessageStructure"),
            )
            successful.append({"Id": entry["Id"], **_named(message_id)})
        except SNSException as error:
            why = {"Code": error.code, "Message": error.message, "SenderFault": True}
            failed.append({"Id": entry["Id"], **why})
    return successful, failed


def _named(message_id: str) -> dict[str, str]:
    number = current().state(Fifo).numbers.get(message_id)
    return {"MessageId": message_id, **({"SequenceNumber": number} if number else {})}


def _leave_policy(self: SNSBackend, value: Any, scope: str | None) -> None:
    """A filter policy was checked with the request, before anything was stored."""
    if not _is_strict():
        _validate_policy(self, value, scope)


def _set_with_scope(self: SNSBackend, arn: str, name: str, value: Any) -> None:
    _set_attributes(self, arn, name, value)
    if _is_strict() and name == "FilterPolicy" and value:
        self.subscriptions[arn].attributes.setdefault("FilterPolicyScope", ATTRIBUTES)


def _respond_publish(self: SNSResponse) -> ActionResult:
    answer: ActionResult = _answer_publish(self)
    if has_current():
        message_id = answer.result["MessageId"]
        return ActionResult(_named(message_id))
    return answer


def _respond_subscribe(self: SNSResponse) -> ActionResult:
    if not _is_strict():
        return _answer_subscribe(self)
    protocol, endpoint = self._get_param("Protocol"), self._get_param("Endpoint") or ""
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    asked = dict(self._get_param("Attributes", {}))
    known = self.backend._find_subscription(topic.arn, endpoint, protocol)
    with _in_moto():
        attributes.check_endpoint(protocol, endpoint, is_fifo=bool(topic.fifo_topic))
        attributes.check_attributes(asked, protocol, where="Attributes Reason: ")
        attributes.check_same(asked, known.attributes if known else asked)
    answer: ActionResult = _answer_subscribe(self)
    subscription = self.backend.subscriptions[answer.result["SubscriptionArn"]]
    if protocol in attributes.CONFIRMED_BY_HAND:
        subscription.attributes["PendingConfirmation"] = True
        subscription.attributes["ConfirmationWasAuthenticated"] = False
        if str(self._get_param("ReturnSubscriptionArn")).lower() != "true":
            return ActionResult({"SubscriptionArn": "pending confirmation"})
    return answer


def _respond_set(self: SNSResponse) -> ActionResult:
    arn, name = self._get_param("SubscriptionArn"), self._get_param("AttributeName")
    found = self.backend.subscriptions.get(arn)
    if _is_strict() and found:
        scope = found.attributes.get("FilterPolicyScope", ATTRIBUTES)
        asked = {name: self._get_param("AttributeValue")}
        with _in_moto():
            attributes.check_attributes(asked, found.protocol, scope=scope)
    elif _is_strict():
        raise _error("NotFound", "Subscription does not exist")
    return _answer_set(self)


def _respond_topic(self: SNSResponse) -> ActionResult:
    """With the numbers of its subscriptions, which moto leaves at none."""
    if _is_strict():
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        pending = [
            one for one in subscriptions(topic) if one.attributes.get("PendingConfirmation")
        ]
        topic.subscriptions_pending = len(pending)
        topic.subscriptions_confimed = len(subscriptions(topic)) - len(pending)
    return _answer_topic(self)
