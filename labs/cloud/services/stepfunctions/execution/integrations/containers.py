"""Tasks of ECS that a state machine runs and waits for.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
"""

from typing import TYPE_CHECKING, Any

from labs.cloud.services.ecs.api import Ecs
from labs.cloud.services.ecs.tasks import Task
from labs.cloud.services.stepfunctions.execution.flow import Job, Pending, Process, Steps
from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.integrations import services
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.simulation import current

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.run import Run

STOPPED = "STOPPED"


def end_of(run: "Run", arguments: Any, tasks: list[Any]) -> Job:
    """Done with the description of the tasks' first, when all have stopped."""
    asked = {"Cluster": arguments.get("Cluster"), "Tasks": [task["TaskArn"] for task in tasks]}
    watching = Process(run.flow, _watched(run, asked))

    def stop() -> None:
        watching.stop()
        for task in asked["Tasks"]:
            given = {"Cluster": asked["Cluster"], "Task": task}
            services.called_by_sdk(run.made_by, "ecs", "stopTask", given, run.region)

    def tell() -> None:
        if watching.error:
            told.fail(watching.error)
        else:
            told.resolve(watching.value)

    told = Job(stop)
    watching.when_done(tell)
    return told


def _watched(run: "Run", asked: dict[str, Any]) -> Steps[Any]:
    for arn in asked["Tasks"]:
        yield _stopped(arn)
    told = services.called_by_sdk(run.made_by, "ecs", "describeTasks", asked, run.region)
    tasks = told.get("Tasks", [])
    for task in tasks:
        if _failed(task):
            raise StatesError("States.TaskFailed", as_json(task))
    return tasks[0] if tasks else {}


def _stopped(arn: str) -> Pending:
    """Done when the task has stopped."""
    stopped, task = Pending(), current().state(Ecs).tasks.get(arn)
    if task is None or task.status == STOPPED:
        stopped.resolve()
        return stopped
    tell = task.on_change

    def changed(changed: Task) -> None:
        tell(changed)
        if changed.status == STOPPED:
            stopped.resolve()

    task.on_change = changed
    return stopped


def _failed(task: dict[str, Any]) -> bool:
    if task.get("StopCode") in ("TaskFailedToStart", "UserInitiated"):
        return True
    return any(container.get("ExitCode") for container in task.get("Containers", []))
