"""Operations on the aliases of state machines, kept by moto.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html
"""

from typing import Any

from moto.stepfunctions.models import StateMachineAlias

from labs.cloud.services.stepfunctions.api import machines, refusals
from labs.cloud.services.stepfunctions.api.answers import ApiError, check_arn, page

WHOLE = 100
MAX_ROUTES = 2

type Asked = dict[str, Any]
type Routes = list[dict[str, Any]]


def create_state_machine_alias(asked: Asked, region: str) -> Asked:
    name, routes = asked["name"], asked["routingConfiguration"]
    refusals.alias_name(name)
    machine = _routed(routes, region)
    existing = machine.aliases.get(name)
    if existing is None:
        existing = StateMachineAlias(name, machine.arn, routes, asked.get("description"))
        machine.aliases[name] = existing
    elif existing.routing_configuration != routes or existing.description != asked.get(
        "description"
    ):
        raise ApiError(
            "ConflictException",
            "Failed to create alias because an alias with the same name and a different routing "
            "configuration already exists.",
        )
    return {"stateMachineAliasArn": existing.arn, "creationDate": existing.creation_date}


def update_state_machine_alias(asked: Asked, region: str) -> Asked:
    alias, _machine = _found(asked["stateMachineAliasArn"], region)
    routes, description = asked.get("routingConfiguration"), asked.get("description")
    if routes is None and description is None:
        raise ApiError(
            "ValidationException",
            "Either description or routingConfiguration must be specified for the "
            "UpdateStateMachineAlias request.",
        )
    if routes is not None:
        _routed(routes, region)
    alias.update(routing_configuration=routes, description=description)
    return {"updateDate": alias.update_date}


def describe_state_machine_alias(asked: Asked, region: str) -> Asked:
    alias, _machine = _found(asked["stateMachineAliasArn"], region)
    told = {
        "stateMachineAliasArn": alias.arn,
        "name": alias.name,
        "description": alias.description,
        "routingConfiguration": alias.routing_configuration,
        "creationDate": alias.creation_date,
        "updateDate": alias.update_date,
    }
    return {key: value for key, value in told.items() if value is not None}


def delete_state_machine_alias(asked: Asked, region: str) -> Asked:
    alias, machine = _found(asked["stateMachineAliasArn"], region)
    del machine.aliases[alias.name]
    return {}


def list_state_machine_aliases(asked: Asked, region: str) -> Asked:
    """Of a machine, or of one version."""
    arn = asked["stateMachineArn"]
    parts = arn.split(":")
    machine = machines.found(":".join(parts[:7]), region)
    wanted = [
        alias
        for alias in machine.aliases.values()
        if len(parts) < 8
        or any(route["stateMachineVersionArn"] == arn for route in alias.routing_configuration)
    ]
    rows, token = page(wanted, asked.get("nextToken"), asked.get("maxResults"))
    told = [
        {"stateMachineAliasArn": alias.arn, "creationDate": alias.creation_date} for alias in rows
    ]
    return {"stateMachineAliases": told, "nextToken": token}


def _routed(routes: Routes, region: str) -> Any:
    """The one machine to whose versions the routes lead."""
    _check_weights(routes)
    arns = [route["stateMachineVersionArn"] for route in routes]
    _check_versions(arns)
    machine = machines.found(arns[0].rpartition(":")[0], region)
    for arn in arns:
        if int(arn.rpartition(":")[2]) not in machine.versions:
            raise ApiError("ResourceNotFound", f"Resource not found: '{arn}'")
    return machine


def _check_weights(routes: Routes) -> None:
    if not 1 <= len(routes) <= MAX_ROUTES:
        raise _refused("Routing configuration must contain 1 or 2 state machine versions.")
    if sum(route["weight"] for route in routes) != WHOLE:
        weights = ", ".join(str(route["weight"]) for route in routes)
        raise _refused(
            f"Sum of routing configuration weights must equal {WHOLE}. Received: [{weights}]"
        )


def _check_versions(arns: list[str]) -> None:
    """They are distinct versions of one machine."""
    received = f"Received: [{', '.join(arns)}]"
    for arn in arns:
        check_arn(arn, "stateMachine")
    if not all(arn.rpartition(":")[2].isdigit() for arn in arns):
        raise _refused(
            f"Routing configuration must contain state machine version ARNs. {received}"
        )
    if len(set(arns)) < len(arns):
        raise _refused(
            f"Routing configuration must contain distinct state machine version ARNs. {received}"
        )
    if len({arn.rpartition(":")[0] for arn in arns}) > 1:
        raise _refused("Routing configuration must contain versions of the same state machine.")


def _refused(message: str) -> ApiError:
    return ApiError("ValidationException", message)


def _found(arn: str, region: str) -> tuple[Any, Any]:
    """An alias and its machine."""
    check_arn(arn, "stateMachine")
    plain, _colon, name = arn.rpartition(":")
    try:
        machine = machines.found(plain, region)
        return machine.aliases[name], machine
    except (ApiError, KeyError):
        raise ApiError(
            "ResourceNotFound", "Request references a resource that does not exist."
        ) from None
