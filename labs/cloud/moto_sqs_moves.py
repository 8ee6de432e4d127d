"""Messages that go from queue to queue: into a dead-letter queue, and back by a move task.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.sqs.exceptions import SQSException
from moto.sqs.models import Message, Queue, sqs_backends
from moto.sqs.responses import SQSResponse

from labs.cloud.agenda import Entry
from labs.cloud.clock import clock
from labs.cloud.simulation import current

MAX_LISTED, KEPT = 10, 100
AT_ONCE = 500  # messages a second, also where no velocity is asked for
SECOND_MS = 1000
NO_SOURCE, NO_QUEUE = "CouldNotDetermineMessageSource", "AWS.SimpleQueueService.NonExistentQueue"


@dataclass
class Task:
    """One move task. `total` is how many messages there were when it began."""

    id: str
    source: str
    destination: str
    velocity: int
    total: int
    started_ms: int
    status: str = "RUNNING"
    moved: int = 0
    failure: str = ""
    entry: Entry | None = None

    @property
    def handle(self) -> str:
        text = json.dumps({"taskId": self.id, "sourceArn": self.source})
        return base64.b64encode(text.encode()).decode()


class Tasks:
    """All move tasks of an account, the newest last."""

    def __init__(self) -> None:
        self.all: list[Task] = []

    def of(self, source: str) -> list[Task]:
        return [task for task in self.all if task.source == source]


def patch() -> None:
    """Give moto the operations that it lacks, before it starts."""
    SQSResponse.start_message_move_task = _start
    SQSResponse.cancel_message_move_task = _cancel
    SQSResponse.list_message_move_tasks = _list


def source_of(message: Any) -> str | None:
    """The queue from which a message came to its dead-letter queue, or None."""
    found: str | None = vars(message).get("coldstart_source")
    return found


def put_aside(source: Queue, message: Message) -> bool:
    """Move a message that was received too often to the dead-letter queue; whether it was.

    It keeps its id, its receive count and, in a standard queue, its age.
    """
    policy, target = source.redrive_policy, source.dead_letter_queue
    if not policy or target is None:
        return False
    if message.approximate_receive_count < int(policy["maxReceiveCount"]):
        return False
    if sqs_backends[target.account_id][target.region].queues.get(target.name) is not target:
        return False  # it was deleted
    source._messages.remove(message)
    source.pending_messages.discard(message)
    message.coldstart_source = source.queue_arn
    message.visible_at = message.delayed_until = 0.0
    if target.fifo_queue:
        message.sent_timestamp = int(clock.millis())
    target._messages.append(message)
    return True


def _start(self: SQSResponse) -> ActionResult:
    arn, destination = self._get_param("SourceArn"), self._get_param("DestinationArn", "")
    source = _existing(arn, "SourceArn")
    if destination:
        _existing(destination, "DestinationArn")
    queues = sqs_backends[source.account_id][source.region].queues.values()
    if not any(one.dead_letter_queue is source for one in queues):
        raise SQSException(
            "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."
        )
    tasks = current().state(Tasks)
    if any(task.status == "RUNNING" for task in tasks.of(arn)):
        raise SQSException(
            "AWS.SimpleQueueService.UnsupportedOperation",
            "There is already a task running. Only one active task is allowed for a source queue "
            "arn at a given time.",
        )
    velocity = int(self._get_param("MaxNumberOfMessagesPerSecond") or 0)
    task = Task(
        str(mock_random.uuid4()),
        arn,
        destination,
        velocity,
        len(source.messages),
        int(clock.millis()),
    )
    tasks.all = [*tasks.all, task][-KEPT:]
    _plan(task, after_ms=0)
    return ActionResult({"TaskHandle": task.handle})


def _existing(arn: str, parameter: str) -> Queue:
    parts = str(arn).split(":")
    found = None
    if len(parts) == 6 and parts[2] == "sqs":
        found = sqs_backends[parts[4]][parts[3]].queues.get(parts[5])
    if found is None:
        raise SQSException(
            "ResourceNotFoundException",
            f"The resource that you specified for the {parameter} parameter doesn't exist.",
        )
    return found


def _cancel(self: SQSResponse) -> ActionResult:
    handle = self._get_param("TaskHandle")
    task = next((one for one in current().state(Tasks).all if one.handle == handle), None)
    if task is None:
        raise SQSException("ResourceNotFoundException", "Task does not exist.")
    if task.status != "RUNNING":
        raise SQSException(
            "AWS.SimpleQueueService.UnsupportedOperation",
            "Only active tasks can be cancelled.",
        )
    if task.entry:
        task.entry.cancel()
    task.status = "CANCELLED"
    return ActionResult({"ApproximateNumberOfMessagesMoved": task.moved})


def _list(self: SQSResponse) -> ActionResult:
    arn = self._get_param("SourceArn")
    _existing(arn, "SourceArn")
    count = int(self._get_param("MaxResults") or 1)
    if not 1 <= count <= MAX_LISTED:
        raise SQSException(
            "InvalidParameterValue",
            f"Value {count} for parameter MaxResults is invalid. Reason: Must be between 1 and "
            f"{MAX_LISTED}, if provided.",
        )
    newest = list(reversed(current().state(Tasks).of(arn)))[:count]
    return ActionResult({"Results": [_described(task) for task in newest]})


def _described(task: Task) -> dict[str, Any]:
    found = {
        "TaskHandle": task.handle if task.status == "RUNNING" else None,
        "Status": task.status,
        "SourceArn": task.source,
        "DestinationArn": task.destination or None,
        "MaxNumberOfMessagesPerSecond": task.velocity or None,
        "FailureReason": task.failure or None,
    }
    return {
        **{name: value for name, value in found.items() if value is not None},
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.total,
        "StartedTimestamp": task.started_ms,
    }


def _plan(task: Task, *, after_ms: int) -> None:
    name = task.source.split(":")[-1]
    what = f"messages moved out of queue {name}"
    task.entry = current().agenda.put(lambda: _move(task), what=what, after_ms=after_ms)


def _move(task: Task) -> None:
    """Move as many messages as may be moved in a second; the rest follows."""
    source = _queue(task.source)
    waiting = source.messages if source else []
    for message in waiting[: min(task.velocity or AT_ONCE, max(task.total - task.moved, 0))]:
        if source is None or not _moved(task, source, message):
            return
        task.moved += 1
    if task.moved < task.total and source and source.messages:
        _plan(task, after_ms=SECOND_MS)
    else:
        task.status = "COMPLETED"


def _moved(task: Task, source: Queue, message: Message) -> bool:
    """Send it anew: with another id, as if it had never been received."""
    arn = task.destination or source_of(message)
    target = _queue(arn) if arn else None
    if target is None:
        task.status, task.failure = "FAILED", NO_QUEUE if arn else NO_SOURCE
        return False
    source._messages.remove(message)
    sent = Message(str(mock_random.uuid4()), message.body, message.system_attributes)
    sent.message_attributes = message.message_attributes
    sent.group_id, sent.deduplication_id = message.group_id, message.deduplication_id
    sent.sequence_number, sent.sender_id = message.sequence_number, message.sender_id
    sent.mark_sent()
    target._messages.append(sent)
    return True


def _queue(arn: str) -> Queue | None:
    region, account, name = arn.split(":")[3:6]
    return sqs_backends[account][region].queues.get(name)
