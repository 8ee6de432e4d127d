"""Every place in which moto's ECS is bent: tasks and services are ours, clusters moto's."""

from collections.abc import Callable
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult

from labs.cloud.moto_ec2 import ecs_models  # it loads moto's ECS without EC2
from labs.cloud.simulation import has_current

type Json = dict[str, Any]


def patch() -> None:
    """Put the seams in, before moto starts."""
    from moto.ecs.responses import EC2ContainerServiceResponse

    for name in _NAMES:
        replaced = getattr(EC2ContainerServiceResponse, name)
        if not hasattr(replaced, "coldstart_original"):
            setattr(EC2ContainerServiceResponse, name, _in_account(name, replaced))
    for name, replacement in (
        ("register_task_definition", _register),
        ("describe_clusters", _describe_clusters),
    ):
        replaced = getattr(EC2ContainerServiceResponse, name)
        if not hasattr(replaced, "coldstart_original"):
            setattr(EC2ContainerServiceResponse, name, replacement(replaced))


_NAMES = (
    "create_service",
    "delete_service",
    "describe_services",
    "describe_tasks",
    "list_services",
    "list_tasks",
    "run_task",
    "stop_task",
    "update_service",
)


class Definitions:
    """Clusters and task definitions of a region."""

    def __init__(self, response: Any) -> None:
        self._backend = response.ecs_backend
        self.region = str(response.region)
        self.account = DEFAULT_ACCOUNT_ID

    def cluster(self, name: str) -> str:
        return str(self._backend._get_cluster(name).name)

    def definition(self, name: str) -> Json:
        found = self._backend.describe_task_definition(name)
        return {
            "family": found.family,
            "taskDefinitionArn": found.arn,
            "containerDefinitions": found.container_definitions,
            "cpu": found.cpu,
            "memory": found.memory,
            "networkMode": getattr(found, "network_mode", None),
            "requiresCompatibilities": found.requires_compatibilities,
            "status": found.status,
            "taskRoleArn": getattr(found, "task_role_arn", None),
        }


def _in_account(name: str, replaced: Callable[..., Any]) -> Callable[..., Any]:
    def answering(self: Any) -> Any:
        if not has_current():
            return replaced(self)
        # Only here: tasks are of no use to a grading without ECS.
        from labs.cloud.services.ecs import api

        try:
            return ActionResult(api.OPERATIONS[name](self._get_params(), Definitions(self)))
        except api.EcsError as error:
            raise _refused(error.code, str(error)) from None

    answering.coldstart_original = replaced  # type: ignore[attr-defined]
    return answering


def _register(replaced: Callable[..., Any]) -> Callable[..., Any]:
    """A definition that Fargate does not run is refused."""

    def registering(self: Any) -> Any:
        asked = self._get_params()
        if has_current() and "FARGATE" in (asked.get("requiresCompatibilities") or ()):
            from labs.cloud.services.ecs import fargate

            if why := fargate.wrong(asked):
                raise _refused("ClientException", why)
        return replaced(self)

    registering.coldstart_original = replaced  # type: ignore[attr-defined]
    return registering


def _describe_clusters(replaced: Callable[..., Any]) -> Callable[..., Any]:
    """moto counts the tasks that it would have started."""

    def describing(self: Any) -> Any:
        if has_current():
            from labs.cloud.services.ecs import api

            for cluster in self.ecs_backend.clusters.values():
                vars(cluster).update(api.counts(cluster.name, str(self.region)))
        return replaced(self)

    describing.coldstart_original = replaced  # type: ignore[attr-defined]
    return describing


def _refused(code: str, message: str) -> Exception:
    error = ecs_models.EcsClientException(message)
    error.code = code
    return error  # type: ignore[no-any-return]
