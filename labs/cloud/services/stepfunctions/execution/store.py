"""All executions of an account, with what waits in them for an answer."""

from typing import TYPE_CHECKING, Any

from labs.cloud.simulation import current

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.flow import Flow
    from labs.cloud.services.stepfunctions.execution.model import Execution, MapRun


class Store:
    """`tokens` are the tasks that wait, by token; None: those that were closed."""

    def __init__(self) -> None:
        self.executions: dict[str, Execution] = {}  # by ARN, oldest first
        self.map_runs: dict[str, MapRun] = {}
        self.tokens: dict[str, Any] = {}
        self.activity_tasks: dict[str, list[Any]] = {}  # by the activity's ARN, oldest first


def store() -> Store:
    return current().state(Store)


def catch_up() -> None:
    """Let executions go on while a function asks for them: nothing is delivered as it runs.

    What they set in motion at other services comes later.
    """
    if not current().environments.running:
        return
    while any(flow.catch_up() for flow in _flows()):
        pass


def _flows() -> "list[Flow]":
    """Of all executions that run; those of one map run share one."""
    flows = [one.run.flow for one in store().executions.values() if one.is_running and one.run]
    return list(dict.fromkeys(flows))
