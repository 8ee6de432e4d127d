"""All executions of an account, with what waits in them for an answer."""

from typing import TYPE_CHECKING, Any

from labs.cloud.simulation import current

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.flow import Pending
    from labs.cloud.services.stepfunctions.execution.model import Execution, MapRun


class Store:
    """`tokens` are the tasks that wait, by token; None: those that were closed."""

    def __init__(self) -> None:
        self.executions: dict[str, Execution] = {}  # by ARN, oldest first
        self.map_runs: dict[str, MapRun] = {}
        self.tokens: dict[str, Any] = {}
        self.activity_tasks: dict[str, list[Any]] = {}  # by the activity's ARN, oldest first
        self.pollers: dict[str, list[Pending]] = {}


def store() -> Store:
    return current().state(Store)
