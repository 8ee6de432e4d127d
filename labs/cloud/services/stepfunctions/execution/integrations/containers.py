"""Tasks of ECS that a state machine runs and waits for.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
"""

from typing import TYPE_CHECKING, Any

from labs.cloud.services.stepfunctions.execution.flow import Job, Process, Steps
from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.integrations import services
from labs.cloud.services.stepfunctions.language.errors import StatesError

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.run import Run

FIRST_POLL_MS, LONGEST_POLL_MS = 1000, 60_000


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
    delay_ms = FIRST_POLL_MS
    while True:
        told = services.called_by_sdk(run.made_by, "ecs", "describeTasks", asked, run.region)
        tasks = told.get("Tasks", [])
        if all(task.get("LastStatus") == "STOPPED" for task in tasks):
            break
        yield run.flow.after(delay_ms)
        delay_ms = min(2 * delay_ms, LONGEST_POLL_MS)
    for task in tasks:
        if _failed(task):
            raise StatesError("States.TaskFailed", as_json(task))
    return tasks[0] if tasks else {}


def _failed(task: dict[str, Any]) -> bool:
    if task.get("StopCode") in ("TaskFailedToStart", "UserInitiated"):
        return True
    return any(container.get("ExitCode") for container in task.get("Containers", []))
