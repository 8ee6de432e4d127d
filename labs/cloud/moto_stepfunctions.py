"""Every place in which moto's Step Functions is bent: it keeps machines, and runs nothing.

Our interpreter answers where there is an account; elsewhere moto does as it did. Each seam has a
test that fails when a new moto moves what stands here.
"""

import functools
import json
import re
from collections.abc import Callable
from typing import Any

from moto import backend_index
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random
from moto.stepfunctions import urls
from moto.stepfunctions.models import StepFunctionBackend, stepfunctions_backends
from moto.stepfunctions.responses import StepFunctionResponse

from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.execution.model import Source
from labs.cloud.services.stepfunctions.language import machine as language
from labs.cloud.simulation import has_current

SYNC_HOST = r"https?://sync-states\.(.+)\.amazonaws.com"
ALL_WEIGHTS = 100

type Operation = Callable[[dict[str, Any], str], dict[str, Any]]


def patch() -> None:
    """Put the seams in, before moto starts."""
    # Here, as what executes reads its machines from this module.
    from labs.cloud.services.stepfunctions.api import (
        activities,
        aliases,
        executions,
        machines,
        map_runs,
        tasks,
        test_state,
    )

    for module, names in {
        machines: (
            "create_state_machine",
            "update_state_machine",
            "describe_state_machine",
            "delete_state_machine",
            "list_state_machines",
            "publish_state_machine_version",
            "list_state_machine_versions",
            "delete_state_machine_version",
            "validate_state_machine_definition",
        ),
        aliases: (
            "create_state_machine_alias",
            "update_state_machine_alias",
            "describe_state_machine_alias",
            "delete_state_machine_alias",
            "list_state_machine_aliases",
        ),
        test_state: ("test_state",),
        activities: (
            "create_activity",
            "describe_activity",
            "delete_activity",
            "list_activities",
            "list_tags_for_resource",
            "tag_resource",
            "untag_resource",
        ),
        executions: (
            "start_execution",
            "start_sync_execution",
            "describe_execution",
            "stop_execution",
            "redrive_execution",
            "list_executions",
            "get_execution_history",
            "describe_state_machine_for_execution",
        ),
        map_runs: ("list_map_runs", "describe_map_run", "update_map_run"),
        tasks: (
            "send_task_success",
            "send_task_failure",
            "send_task_heartbeat",
            "get_activity_task",
        ),
    }.items():
        for name in names:
            replace(name, getattr(module, name))
    if SYNC_HOST not in urls.url_bases:
        urls.url_bases.append(SYNC_HOST)
        backend_index.backend_url_patterns.append(("stepfunctions", re.compile(SYNC_HOST)))


def replace(name: str, ours: Operation) -> None:
    """Let `ours` answer an operation (in snake_case) where there is an account."""
    moto_own = getattr(StepFunctionResponse, name, None)
    if getattr(moto_own, "is_ours", False):
        return

    def answer(self: StepFunctionResponse) -> Any:
        if not has_current():
            if moto_own is None:
                raise NotImplementedError
            return moto_own(self)
        return ActionResult(ours(json.loads(self.body or "{}"), self.region))

    answer.is_ours = True  # type: ignore[attr-defined]
    setattr(StepFunctionResponse, name, answer)


def backend(region: str) -> StepFunctionBackend:
    found: StepFunctionBackend = stepfunctions_backends[DEFAULT_ACCOUNT_ID][region]
    return found


def source(arn: str, region: str) -> Source:
    """What a machine's ARN means now, with a version or an alias, which goes by its weights.

    Raises:
        ApiError: there is none.
    """
    # Here, as its module belongs to the API, which asks this one.
    from labs.cloud.services.stepfunctions.api.answers import ApiError, check_arn

    check_arn(arn, "stateMachine")
    parts = arn.split(":")
    plain, qualifier = ":".join(parts[:7]), ":".join(parts[7:])
    machines = {machine.arn: machine for machine in backend(parts[3] or region).state_machines}
    machine = machines.get(plain)
    found, version_arn, alias_arn = _qualified(machine, qualifier)
    if machine is None or found is None:
        raise ApiError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
    return Source(
        arn=plain,
        name=machine.name,
        type=machine.type,
        definition=found.definition,
        machine=parsed(found.definition),
        role_arn=found.roleArn,
        logging=found.loggingConfiguration or {},
        version_arn=version_arn,
        alias_arn=alias_arn,
        update_date=found.update_date,
    )


@functools.lru_cache(maxsize=200)
def parsed(definition: str) -> language.Machine:
    return language.parse(definition)


def log(group_arn: str, stream: str, text: str) -> None:
    """Write a line to a log group, if there is one."""
    parts = group_arn.split(":")
    group, logs = parts[6], logs_backends[DEFAULT_ACCOUNT_ID][parts[3]]
    if group in logs.groups:
        logs.ensure_log_stream(group, stream)
        logs.put_log_events(group, stream, [{"timestamp": int(clock.millis()), "message": text}])


def _qualified(machine: Any, qualifier: str) -> tuple[Any, str | None, str | None]:
    """What the part after the name stands for: (machine or version, version's ARN, alias's)."""
    if machine is None or not qualifier:
        return machine, None, None
    if qualifier.isdigit():
        version = machine.versions.get(int(qualifier))
        return version, version and version.arn, None
    alias = machine.aliases.get(qualifier)
    if alias is None:
        return None, None, None
    version_arn = _routed(alias.routing_configuration)
    version = machine.versions.get(int(version_arn.rpartition(":")[2]))
    return version, version_arn, alias.arn


def _routed(routes: list[dict[str, Any]]) -> str:
    """One of an alias's versions, by its weight."""
    chance = mock_random.randint(1, ALL_WEIGHTS) if len(routes) > 1 else 0
    for route in routes:
        chance -= int(route["weight"])
        if chance <= 0:
            return str(route["stateMachineVersionArn"])
    return str(routes[-1]["stateMachineVersionArn"])
