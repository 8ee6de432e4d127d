"""SQS -> Lambda: what an event source mapping does with a queue.

Rules: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html,
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html.

One batch of a mapping is at work at a time, as functions run one after the other here: a maximum
concurrency is kept by that, whatever it is. A batch that is throttled comes back when its
visibility timeout is over; the attempts that Lambda makes until then are not simulated.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from labs.cloud import moto_mappings, moto_seams, moto_sqs
from labs.cloud.agenda import Entry
from labs.cloud.clock import clock
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.simulation import current
from labs.cloud.wiring.event_filters import Filters
from labs.cloud.wiring.mappings import (
    REPORT_FAILURES,
    by_size,
    function_name,
    invoke,
    is_active,
    name_of,
)


@dataclass
class Gathered:
    """Messages that a mapping has received, and holds until its batching window is over."""

    messages: list[Any] = field(default_factory=list)
    end: Entry | None = None
    is_over: bool = False


class QueueMappings:
    """The source of an account's mapped queues."""

    def __init__(self) -> None:
        self._gathered: dict[str, Gathered] = {}  # by the mapping's id

    def deliver(self) -> int:
        """Fetch one batch for each mapping that has messages; how many were fetched or sent."""
        return sum(self._poll(mapping) for mapping in _mappings())

    def next_moment(self) -> float | None:
        """When a message of a mapped queue becomes visible (ms since 1970), or None."""
        queues = (moto_seams.queue(mapping.event_source_arn) for mapping in _mappings())
        moments = (moto_seams.next_visible_millis(queue) for queue in queues if queue)
        return min((moment for moment in moments if moment is not None), default=None)

    def _poll(self, mapping: Any) -> int:
        queue = moto_seams.queue(mapping.event_source_arn)
        if queue is None or not is_active(mapping):
            return 0
        gathered = self._gathered.setdefault(mapping.uuid, Gathered())
        room = mapping.batch_size - len(gathered.messages)
        received = moto_sqs.receive(queue, room)
        gathered.messages += _wanted(mapping, queue, received)
        if not gathered.messages or not (received or gathered.is_over):
            return len(received)
        window = mapping.max_batch_window or 0
        if window and len(gathered.messages) < mapping.batch_size and not gathered.is_over:
            if gathered.end is None:
                self._plan_end(mapping, gathered, window)
            return len(received)
        del self._gathered[mapping.uuid]
        if gathered.end:
            gathered.end.cancel()
        _deliver(mapping, queue, gathered.messages)
        return 1

    def _plan_end(self, mapping: Any, gathered: Gathered, seconds: int) -> None:
        """The window opens with the first message, and closes after so many seconds."""

        def end() -> None:
            gathered.is_over = True

        what = f"{name_of(mapping)} to function {function_name(mapping)}"
        gathered.end = current().agenda.put(end, what=what, after_ms=seconds * 1000)


def _mappings() -> Iterator[Any]:
    for mapping in moto_mappings.event_source_mappings():
        if mapping.enabled and moto_mappings.service_of(mapping) == "sqs":
            yield mapping


def _wanted(mapping: Any, queue: Any, messages: list[Any]) -> list[Any]:
    """Those that pass the filters; Lambda deletes the others."""
    if not mapping.filter_criteria:
        return messages
    filters = Filters(mapping.filter_criteria, mapping.event_source_arn)
    found = []
    for message in messages:
        if filters.wants(_record(message, mapping)):
            found.append(message)
        else:
            moto_sqs.delete(queue, message)
    return found


def _deliver(mapping: Any, queue: Any, messages: list[Any]) -> None:
    """Deliver a batch, in more than one event if it is too large for one."""
    now = clock.millis()
    # While they were gathered, some may have become visible to others again.
    alive = [
        message for message in messages if message.visible_at >= now or not message.visible_at
    ]
    by_id = {message.id: message for message in alive}
    records = [_record(message, mapping) for message in alive]
    for event in by_size(records, [_size(record) for record in records]):
        batch = [by_id[record["messageId"]] for record in event]
        _settle(mapping, queue, batch, invoke(mapping, event))


def _settle(mapping: Any, queue: Any, batch: list[Any], invocation: Invocation | None) -> None:
    """What failed stays in the queue, invisible until its timeout has passed."""
    ids = {message.id for message in batch}
    retried = ids if invocation is None or invocation.error else set()
    if not retried and invocation and REPORT_FAILURES in (mapping.function_response_types or []):
        retried = failed_ids(invocation.response, ids)
    for message in batch:
        if message.id not in retried and not current().faults.keeps(queue.name):
            moto_sqs.delete(queue, message)


def failed_ids(response: Any, batch: set[str]) -> set[str]:
    """The ids that a partial batch response asks to deliver again.

    An empty or missing list is a success; a response that cannot be understood, or names a
    message that was not in the batch, fails the whole batch.
    """
    if response is None:
        return set()
    if not isinstance(response, dict):
        return batch
    failures = response.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        return batch
    ids = [item.get("itemIdentifier") if isinstance(item, dict) else None for item in failures]
    named = {identifier for identifier in ids if isinstance(identifier, str)}
    understood = len(named) == len(set(map(str, ids))) and named <= batch
    return named if understood else batch


def _record(message: Any, mapping: Any) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    attributes = message.message_attributes
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": moto_sqs.system_attributes(message),
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        **({"md5OfMessageAttributes": message.attribute_md5} if attributes else {}),
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.event_source_arn,
        "awsRegion": mapping.event_source_arn.split(":")[3],
    }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    """A message attribute with the names that Lambda's event uses."""
    if (binary := value.get("BinaryValue")) is not None:
        text = base64.b64encode(binary).decode() if isinstance(binary, bytes) else binary
        kind = {"binaryValue": text}
    else:
        kind = {"stringValue": value.get("StringValue")}
    return {
        **kind,
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value.get("DataType"),
    }


def _size(record: dict[str, Any]) -> int:
    """About as many bytes as it takes in an event."""
    return len(record["body"].encode()) + len(str(record["messageAttributes"])) + 1000
