"""Every place in which moto's SQS is bent. Each has a test that fails when a new moto moves it.

What a queue does: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
"""

import contextlib
import copy
import json
from collections.abc import Callable
from typing import Any, Protocol

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.utils import unix_time_millis
from moto.sqs import models
from moto.sqs.exceptions import InvalidParameterValue, ReceiptHandleIsInvalid
from moto.sqs.models import (
    Message,
    Queue,
    SQSBackend,
    _filter_message_attributes,
    sqs_backends,
)
from moto.sqs.responses import SQSResponse

from labs.cloud import moto_sqs_moves
from labs.cloud.clock import clock
from labs.cloud.simulation import current, has_current
from labs.cloud.trace import DEFAULT_REGION

FIRST_SEQUENCE_NUMBER = 18_849_496_460_467_696_128  # of twenty digits, as AWS's
MAX_IN_FLIGHT_MS = 12 * 3600 * 1000
# On a queue: what is to be called once, when the next message comes or is given back.
WAITING = "coldstart_waiting"


class PassTime(Protocol):
    """Goes to the next moment before `until` (ms) at which something is due; False if none is."""

    def __call__(self, *, until: float) -> bool: ...


def _nothing_is_due(*, until: float) -> bool:
    return False


_pass_time: PassTime = _nothing_is_due
_delete_any_message = Queue.delete_message
_set_any_attributes = Queue._set_attributes
_get_any_attributes = SQSBackend.get_queue_attributes
_any_receive_response = SQSResponse.receive_message
_send_any_batch = SQSBackend.send_message_batch


def patch() -> None:
    """Put the seams in, before moto starts."""
    if "RedriveAllowPolicy" not in Queue.BASE_ATTRIBUTES:
        Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
    Queue.redrive_allow_policy = None
    Queue._set_attributes = _set_attributes
    Queue.add_message = _add_message
    Queue.delete_message = _delete_message
    SQSBackend.receive_message = _receive_message
    SQSBackend.get_queue_attributes = _get_attributes
    SQSBackend.send_message_batch = _send_batch
    SQSBackend.change_message_visibility = _change_visibility
    SQSResponse.receive_message = _receive_response
    moto_sqs_moves.patch()


def set_pass_time(pass_time: PassTime) -> None:
    """Let `pass_time` do what is due while a program waits in a long poll."""
    global _pass_time
    _pass_time = pass_time


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{DEFAULT_REGION}:{DEFAULT_ACCOUNT_ID}:{name}"


def queue(arn: str) -> Queue | None:
    region, account, name = arn.split(":")[3:6]
    return sqs_backends[account][region].queues.get(name)


def receive(source: Queue, count: int) -> list[Any]:
    """Up to `count` visible messages, which become invisible for the queue's timeout."""
    return _receive_now(source, count, source.visibility_timeout, ["All"])


def delete(source: Queue, message: Any) -> None:
    """Delete a received message, unless the function itself did."""
    with contextlib.suppress(ReceiptHandleIsInvalid):
        source.delete_message(message.receipt_handle)


def bodies(queue_arn: str) -> list[str]:
    """The bodies of all messages of a queue, visible or not, without receiving them."""
    source = queue(queue_arn)
    if source is None:
        return []
    _drop_expired(source)
    return [message.body for message in source._messages]


def when_sent(source: Queue, look: Callable[[], None]) -> None:
    """Call `look` once, when a message is put into the queue, or given back to it."""
    vars(source).setdefault(WAITING, []).append(look)


def next_visible_millis(source: Queue) -> float | None:
    """When the next message of the queue becomes visible, or None if none waits for its time."""
    now = clock.millis()
    waiting = [max(message.visible_at, message.delayed_until) for message in source._messages]
    return min((moment for moment in waiting if moment >= now), default=None)


def system_attributes(message: Any) -> dict[str, str]:
    """What SQS itself says about a received message, by ReceiveMessage's names."""
    first = message.approximate_first_receive_timestamp
    found = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(first),
        "MessageGroupId": message.group_id,
        "MessageDeduplicationId": message.deduplication_id,
        "SequenceNumber": message.sequence_number,
        "AWSTraceHeader": (message.system_attributes or {})
        .get("AWSTraceHeader", {})
        .get("StringValue"),
        "DeadLetterQueueSourceArn": moto_sqs_moves.source_of(message),
    }
    return {name: value for name, value in found.items() if value}


def _set_attributes(self: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
    """Attributes that are not named keep their values; a dead-letter queue may refuse a source."""
    given = dict(attributes)
    allowed = given.pop("RedriveAllowPolicy", None)
    if allowed is not None:
        self.redrive_allow_policy = allowed or None
    if given.get("RedrivePolicy"):
        _check_redrive_permission(self, given["RedrivePolicy"])
    if "Policy" not in given:
        # moto would take the queue's policy away.
        given["Policy"] = getattr(self, "policy", None) if hasattr(self, "_policy_json") else None
    _set_any_attributes(self, given, now)


def _check_redrive_permission(source: Queue, policy: Any) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""
    try:
        arn = (json.loads(policy) if isinstance(policy, str) else policy)["deadLetterTargetArn"]
        target = queue(arn)
        allowed = json.loads(getattr(target, "redrive_allow_policy", None) or "{}")
    except (ValueError, KeyError, TypeError):
        return  # moto says what is wrong with it
    permission = allowed.get("redrivePermission", "allowAll")
    sources = allowed.get("sourceQueueArns", [])
    if permission == "denyAll" or (permission == "byQueue" and source.queue_arn not in sources):
        raise InvalidParameterValue(
            f"Value {policy} for parameter RedrivePolicy is invalid. Reason: The dead-letter "
            "queue's RedriveAllowPolicy does not allow this source queue."
        )


def _get_attributes(self: SQSBackend, queue_name: str, attribute_names: list[str]) -> Any:
    _drop_expired(self.get_queue(queue_name))
    return _get_any_attributes(self, queue_name, attribute_names)


def _add_message(self: Queue, message: Message) -> None:
    """moto invokes mapped functions here, and knows duplicates by what is still in the queue."""
    if self.fifo_queue:
        original = _duplicate(self, message)
        if original is not None:
            message.id, message.sequence_number = original.id, original.sequence_number
            return
        number = vars(self).setdefault("coldstart_sequence", FIRST_SEQUENCE_NUMBER)
        self.coldstart_sequence = number + 256
        message.sequence_number = str(number)
    self._messages.append(message)
    _tell_waiting(self)


def _send_batch(
    self: SQSBackend, queue_name: str, entries: dict[str, dict[str, Any]]
) -> tuple[list[Message], list[dict[str, Any]]]:
    """Without the entries that a fault refuses."""
    refused: dict[str, dict[str, Any]] = {}
    for number, entry in entries.items() if has_current() else ():
        if why := current().failed_entry("sqs", "SendMessageBatch"):
            refused[number] = {"Id": entry["Id"], **why}
    sent = {number: entry for number, entry in entries.items() if number not in refused}
    messages, failed = _send_any_batch(self, queue_name, sent)
    return messages, [*failed, *refused.values()]


def _duplicate(target: Queue, message: Message) -> Message | None:
    """The message that this one repeats within five minutes, deleted or not."""
    if message.deduplication_id is None:
        return None
    known: dict[Any, Message] = vars(target).setdefault("coldstart_sent", {})
    is_by_group = str(target.deduplication_scope) == "messageGroup"
    key = (message.group_id if is_by_group else "", message.deduplication_id)
    original = known.get(key)
    if original is not None:
        age = message.sent_timestamp - original.coldstart_first_sent
        if age < models.DEDUPLICATION_TIME_IN_SECONDS * 1000:
            return original
    message.coldstart_first_sent = message.sent_timestamp
    known[key] = message
    return None


def _delete_message(self: Queue, receipt_handle: str) -> None:
    """Only the newest receipt handle deletes; an older one changes nothing, and is no error.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
    """
    for index, message in enumerate(self._messages):
        if message.receipt_handle == receipt_handle:
            # moto would look through the whole queue, twice.
            del self._messages[index]
            self.pending_messages.discard(message)
            self.deleted_messages.update(message.all_receipt_handles)
            return
    if has_current() and any(
        receipt_handle in message._old_receipt_handles for message in self._messages
    ):
        return
    _delete_any_message(self, receipt_handle)


def _change_visibility(
    self: SQSBackend, queue_name: str, receipt_handle: str, visibility_timeout: int
) -> None:
    """Twelve hours count from the first receive; what is not in flight cannot be changed."""
    source = self.get_queue(queue_name)
    message = next(
        (one for one in source._messages if one.had_receipt_handle(receipt_handle)), None
    )
    if message is None:
        if receipt_handle not in source.deleted_messages:
            raise ReceiptHandleIsInvalid
        raise InvalidParameterValue(_not_in_flight(receipt_handle))
    if message.visible and message not in source.pending_messages:
        raise InvalidParameterValue(_not_in_flight(receipt_handle))
    received = vars(message).get("coldstart_received", message.sent_timestamp)
    if unix_time_millis() + int(visibility_timeout) * 1000 - received > MAX_IN_FLIGHT_MS:
        raise InvalidParameterValue(
            f"Value {visibility_timeout} for parameter VisibilityTimeout is invalid. Reason: "
            "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
        )
    message.change_visibility(visibility_timeout)
    if not int(visibility_timeout):
        message.visible_at = 0.0
        source.pending_messages.discard(message)
    _tell_waiting(source)


def _tell_waiting(source: Queue) -> None:
    for look in vars(source).pop(WAITING, ()):
        look()


def _not_in_flight(receipt_handle: str) -> str:
    return (
        f"Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: Message does not "
        "exist or is not available for visibility timeout change."
    )


def _receive_response(self: SQSResponse) -> Any:
    """Says also from which queue a message came to its dead-letter queue."""
    answer = _any_receive_response(self)
    names = {
        *self._get_param("AttributeNames", []),
        *self._get_param("MessageSystemAttributeNames", []),
    }
    if names & {"All", "DeadLetterQueueSourceArn"}:
        source = self.sqs_backend.get_queue(self._get_queue_name())
        arns = {one.id: moto_sqs_moves.source_of(one) for one in source._messages}
        for message in answer.result.get("Messages", []):
            if arn := arns.get(message["MessageId"]):
                message.setdefault("Attributes", {})["DeadLetterQueueSourceArn"] = arn
    return answer


def _receive_message(
    self: SQSBackend,
    queue_name: str,
    count: int,
    wait_seconds_timeout: int,
    visibility_timeout: int,
    message_attribute_names: list[str] | None = None,
) -> list[Any]:
    """Long polling on virtual time: moto would sleep."""
    source = self.get_queue(queue_name)
    end = clock.millis() + (wait_seconds_timeout or 0) * 1000
    while True:
        messages = _receive_now(source, count, visibility_timeout, message_attribute_names or [])
        if messages or clock.millis() >= end:
            return messages
        moment = next_visible_millis(source) or end
        # What else is due before that may put a message into this queue.
        if not (has_current() and _pass_time(until=min(moment, end))):
            clock.advance_to(min(moment + 1, end))


def _receive_now(source: Queue, count: int, timeout: Any, names: list[str]) -> list[Any]:
    """Copies of up to `count` messages; those that were received too often are put aside."""
    _drop_expired(source)
    received: list[Any] = []
    blocked = _groups_in_flight(source) if source.fifo_queue else set()
    for message in list(source._messages):
        if len(received) >= count:
            break
        if not message.visible or message.delayed:
            blocked.add(message.group_id)  # those behind it wait, in a FIFO queue
            continue
        source.pending_messages.discard(message)
        if source.fifo_queue and message.group_id in blocked:
            continue
        if moto_sqs_moves.put_aside(source, message):
            continue
        source.pending_messages.add(message)
        message.mark_received(visibility_timeout=timeout)
        message.coldstart_received = unix_time_millis()
        if not int(timeout or 0):
            source.pending_messages.discard(message)
        copied = copy.copy(message)
        _filter_message_attributes(copied, names)
        received.append(copied)
    return received


def _groups_in_flight(source: Queue) -> set[str | None]:
    return {message.group_id for message in source._messages if not message.visible}


def _drop_expired(source: Queue) -> None:
    """Messages that are older than the queue keeps them are gone."""
    oldest = unix_time_millis() - source.message_retention_period * 1000
    if any(message.sent_timestamp <= oldest for message in source._messages):
        kept = [message for message in source._messages if message.sent_timestamp > oldest]
        source._messages = kept
        source._pending_messages &= set(kept)
