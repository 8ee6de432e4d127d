"""The permissions that one call takes, each with its resource and condition keys."""

from collections.abc import Iterator, Mapping
from typing import Any

from labs.cloud.iam import context
from labs.cloud.iam.actions import SERVICES, Service
from labs.cloud.iam.need import Need, Where
from labs.cloud.iam.special import SPECIAL
from labs.cloud.iam.statements import listed

# AWS lets everybody ask who they are.
FREE = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")}


def of_call(
    service: str, operation: str, parameters: Mapping[str, Any], where: Where
) -> list[Need]:
    """What must be allowed for this call; `service` is boto3's name. [] if it needs nothing."""
    if (service, operation) in FREE:
        return []
    table = SERVICES.get(service, Service(service))
    special = SPECIAL.get((service, operation)) or SPECIAL.get((service, "*"))
    needs = special(operation, parameters, where) if special else None
    if needs is None:
        needs = list(_plain(table, operation, parameters, where))
    keys = context.of_call(table.prefix, operation, parameters)
    return [
        *(need.with_context(keys) for need in needs),
        *_passed_roles(table, operation, parameters),
    ]


def _plain(
    table: Service, operation: str, parameters: Mapping[str, Any], where: Where
) -> Iterator[Need]:
    action = f"{table.prefix}:{table.renamed.get(operation, operation)}"
    for resource in _resources(table, operation, parameters, where):
        yield Need(action, resource)


def _resources(
    table: Service, operation: str, parameters: Mapping[str, Any], where: Where
) -> list[str]:
    """Those that the first fitting parameter names; "*" where none does."""
    if operation in table.anywhere:
        return ["*"]
    for name, template in table.arns.items():
        values = [value for value in listed(parameters.get(name)) if isinstance(value, str)]
        if values and template:
            return [where.arn(template, value) for value in values]
    return ["*"]


def _passed_roles(table: Service, operation: str, parameters: Mapping[str, Any]) -> Iterator[Need]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"""
    for path in table.roles.get(operation, ()):
        for role in _at(parameters, path.split(".")):
            yield Need("iam:PassRole", role, {"iam:passedtoservice": table.passed_to})


def _at(value: Any, path: list[str]) -> Iterator[str]:
    """The texts at a path ("Targets", "RoleArn") of dicts and lists."""
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif path and isinstance(value, Mapping):
        yield from _at(value.get(path[0]), path[1:])
    elif isinstance(value, str) and value:
        yield value
