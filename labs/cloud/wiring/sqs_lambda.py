"""SQS -> Lambda: what an event source mapping does with a queue.

Rules: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html and
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
"""

import json
from collections.abc import Iterator
from typing import Any

from labs.cloud import moto_lambda, moto_seams
from labs.cloud.faults import Faults
from labs.cloud.lambda_runtime.environments import Environments
from labs.cloud.lambda_runtime.invocation import ThrottledError
from labs.cloud.simulation import current

REPORT_FAILURES = "ReportBatchItemFailures"


class QueueMappings:
    """The source of an account's mapped queues."""

    def deliver(self) -> int:
        """Deliver one batch through each mapping that has messages; how many were sent."""
        simulation = current()
        return sum(
            _deliver_batch(mapping, simulation.environments, simulation.faults)
            for mapping in _mappings()
        )

    def next_moment(self) -> float | None:
        """When a message of a mapped queue becomes visible (ms since 1970), or None."""
        queues = (moto_seams.queue(mapping.event_source_arn) for mapping in _mappings())
        moments = (moto_seams.next_visible_millis(queue) for queue in queues if queue)
        return min((moment for moment in moments if moment is not None), default=None)


def _mappings() -> Iterator[Any]:
    for mapping in moto_seams.event_source_mappings():
        if mapping.enabled and mapping.event_source_arn.split(":")[2] == "sqs":
            yield mapping


def _deliver_batch(mapping: Any, environments: Environments, faults: Faults) -> int:
    queue = moto_seams.queue(mapping.event_source_arn)
    function = moto_lambda.function(mapping.function_arn)
    if queue is None or function is None:
        return 0
    messages = moto_seams.receive(queue, mapping.batch_size)
    if not messages:
        return 0
    event = {"Records": [_record(message, mapping) for message in messages]}
    batch = {message.id for message in messages}
    current().agenda.recent.append(f"queue {queue.name} to function {function.function_name}")
    try:
        invocation = environments.invoke(function, json.dumps(event), arn=mapping.function_arn)
    except ThrottledError:
        return 1  # nobody has seen the batch, and it comes back as if it had failed
    retried = batch if invocation.error else set()
    if not invocation.error and REPORT_FAILURES in (mapping.function_response_types or []):
        retried = failed_ids(invocation.response, batch)
    for message in messages:
        # What failed stays in the queue, invisible until its timeout has passed.
        if message.id not in retried and not faults.keeps(queue.name):
            moto_seams.delete(queue, message)
    return 1


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
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    if message.group_id:
        attributes["MessageGroupId"] = message.group_id
    if message.deduplication_id:
        attributes["MessageDeduplicationId"] = message.deduplication_id
    if message.sequence_number:
        attributes["SequenceNumber"] = message.sequence_number
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {
            name: _attribute(value) for name, value in message.message_attributes.items()
        },
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.event_source_arn,
        "awsRegion": moto_seams.REGION,
    }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    """A message attribute with the names that Lambda's event uses."""
    kind = "binaryValue" if "BinaryValue" in value else "stringValue"
    return {
        kind: value.get(kind[0].upper() + kind[1:]),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value.get("DataType"),
    }
