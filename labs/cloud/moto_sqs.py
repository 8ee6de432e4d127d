"""Every place in which moto's SQS is bent. Each has a test that fails when a new moto moves it."""

import contextlib
from typing import Any, Protocol

from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from labs.cloud.clock import clock
from labs.cloud.trace import DEFAULT_REGION


class PassTime(Protocol):
    """Goes to the next moment before `until` (ms) at which something is due; False if none is."""

    def __call__(self, *, until: float) -> bool: ...


def _nothing_is_due(*, until: float) -> bool:
    return False


_pass_time: PassTime = _nothing_is_due


_add_message = Queue.add_message
_receive_now = SQSBackend.receive_message


def patch() -> None:
    """Put the seams in, before moto starts."""
    # moto invokes mapped functions inside SendMessage, one message at a time, and never again.
    Queue.add_message = _add_message_only
    SQSBackend.receive_message = _receive_message


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
    backend = sqs_backends[DEFAULT_ACCOUNT_ID][DEFAULT_REGION]
    timeout = source.visibility_timeout
    return list(backend.receive_message(source.name, count, 0, timeout, ["All"]))


def delete(source: Queue, message: Any) -> None:
    """Delete a received message, unless the function itself did."""
    with contextlib.suppress(ReceiptHandleIsInvalid):
        source.delete_message(message.receipt_handle)


def bodies(queue_arn: str) -> list[str]:
    """The bodies of all messages of a queue, visible or not, without receiving them."""
    source = queue(queue_arn)
    return [message.body for message in source._messages] if source else []


def next_visible_millis(source: Queue) -> float | None:
    """When the next message of the queue becomes visible, or None if none waits for its time."""
    now = clock.millis()
    waiting = [max(message.visible_at, message.delayed_until) for message in source._messages]
    return min((moment for moment in waiting if moment >= now), default=None)


def _add_message_only(self: Queue, message: Any) -> None:
    mappings, self.lambda_event_source_mappings = self.lambda_event_source_mappings, {}
    try:
        _add_message(self, message)
    finally:
        self.lambda_event_source_mappings = mappings


def _receive_message(
    self: SQSBackend, queue_name: str, count: int, wait_seconds: int, *arguments: Any
) -> list[Any]:
    """Long polling on virtual time: moto would sleep."""
    end = clock.millis() + (wait_seconds or 0) * 1000
    while True:
        messages: list[Any] = _receive_now(self, queue_name, count, 0, *arguments)
        if messages or clock.millis() >= end:
            return messages
        moment = next_visible_millis(self.get_queue(queue_name)) or end
        # What else is due before that may put a message into this queue.
        if not _pass_time(until=min(moment, end)):
            clock.advance_to(min(moment + 1, end))
