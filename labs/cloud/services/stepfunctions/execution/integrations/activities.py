"""Activities: tasks that workers outside ask for.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

from dataclasses import dataclass, field

from moto.core import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.models import stepfunctions_backends

from labs.cloud.services.stepfunctions.execution.flow import Pending
from labs.cloud.services.stepfunctions.execution.store import store
from labs.cloud.services.stepfunctions.execution.tokens import WaitingTask


@dataclass(eq=False)
class ActivityTask:
    """Offered to workers; `taken` when one has it."""

    waiting: WaitingTask
    input: str
    taken: Pending = field(default_factory=Pending)
    worker: str = ""


def exists(arn: str) -> bool:
    return arn in stepfunctions_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]].activities


def offer(arn: str, waiting: WaitingTask, text: str) -> ActivityTask:
    task = ActivityTask(waiting, text)
    store().activity_tasks.setdefault(arn, []).append(task)
    return task


def take(arn: str, worker: str) -> ActivityTask | None:
    """The oldest task that is still wanted."""
    waiting = store().activity_tasks.get(arn, [])
    while waiting:
        task: ActivityTask = waiting.pop(0)
        if store().tokens.get(task.waiting.token):
            task.worker = worker
            task.taken.resolve()
            return task
    return None


def is_wanted(arn: str) -> bool:
    """Whether a worker would get a task now."""
    waiting, tokens = store().activity_tasks.get(arn, []), store().tokens
    return any(tokens.get(task.waiting.token) for task in waiting)
