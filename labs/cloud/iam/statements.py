"""Policy documents as statements that can be asked whether they fit a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from labs.cloud.iam.conditions import Condition
from labs.cloud.iam.conditions import parse as parse_conditions
from labs.cloud.iam.patterns import literally, matches
from labs.cloud.iam.variables import Context, UnresolvedError, resolve

WITH_VARIABLES = "2012-10-17"

type Policy = str | Mapping[str, Any] | None


class Named(IntEnum):
    """How closely a statement's Principal names the one who asks."""

    NOT = 0
    BY_ACCOUNT = 1  # which then lets its own identity policies decide
    AS_EVERYBODY = 2
    BY_ROLE = 3
    BY_ITSELF = 4  # a user, a session of a role, or a service


@dataclass(frozen=True)
class Principal:
    """Who asks. `arn` is a user's or a session's ("" if nobody signed), `role` the session's role.

    `service` is set alone where a service of AWS asks for itself ("sns.amazonaws.com").
    """

    arn: str = ""
    account: str = ""
    role: str = ""
    service: str = ""


@dataclass(frozen=True)
class Request:
    """One permission that is asked for; the keys of `context` are lower case."""

    principal: Principal
    action: str
    resource: str
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """One statement. `principals` is None in identity policies: [(type, value), ...] else."""

    effect: str
    sid: str
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...]
    not_resources: bool
    principals: tuple[tuple[str, str], ...] | None
    not_principals: bool
    conditions: tuple[Condition, ...]
    has_variables: bool

    def fits(self, request: Request) -> bool:
        """Whether it speaks of the request, whoever asks."""
        try:
            return (
                self._has_action(request.action)
                and self._has_resource(request)
                and all(condition.holds(request.context) for condition in self.conditions)
            )
        except UnresolvedError:
            return False

    def names(self, principal: Principal) -> Named:
        """How closely it names the one who asks."""
        closest = max(
            (_named(kind, value, principal) for kind, value in self.principals or ()),
            default=Named.NOT,
        )
        if not self.not_principals:
            return closest
        return Named.AS_EVERYBODY if closest is Named.NOT else Named.NOT

    def _has_action(self, action: str) -> bool:
        wanted = action.lower()
        return any(matches(pattern, wanted) for pattern in self.actions) != self.not_actions

    def _has_resource(self, request: Request) -> bool:
        """A policy of a resource may leave Resource out, as a role's trust policy does."""
        if not self.resources:
            return self.principals is not None
        found = any(
            matches(self._filled(pattern, request.context), request.resource)
            for pattern in self.resources
        )
        return found != self.not_resources

    def _filled(self, pattern: str, context: Context) -> str:
        return resolve(pattern, context) if self.has_variables else pattern


def parse(policy: Policy) -> tuple[Statement, ...]:
    """The statements of a document, given as JSON or parsed. One that is none has none."""
    if not policy:
        return ()
    return _parsed(policy if isinstance(policy, str) else json.dumps(policy))


@functools.lru_cache(maxsize=500)
def _parsed(text: str) -> tuple[Statement, ...]:
    try:
        document = json.loads(text)
    except ValueError:
        return ()
    if not isinstance(document, dict):
        return ()
    with_variables = document.get("Version") == WITH_VARIABLES
    return tuple(
        _statement(statement, with_variables=with_variables)
        for statement in listed(document.get("Statement"))
        if isinstance(statement, dict)
    )


def _statement(statement: Mapping[str, Any], *, with_variables: bool) -> Statement:
    not_actions, not_resources = "NotAction" in statement, "NotResource" in statement
    not_principals = "NotPrincipal" in statement
    principal = statement.get("NotPrincipal" if not_principals else "Principal")
    actions = listed(statement.get("NotAction" if not_actions else "Action"))
    resources = listed(statement.get("NotResource" if not_resources else "Resource"))
    return Statement(
        effect=str(statement.get("Effect")),
        sid=str(statement.get("Sid", "")),
        actions=tuple(str(action).lower() for action in actions),
        not_actions=not_actions,
        resources=tuple(map(str, resources)),
        not_resources=not_resources,
        principals=None if principal is None else tuple(_principals(principal)),
        not_principals=not_principals,
        conditions=parse_conditions(_conditions(statement, with_variables=with_variables)),
        has_variables=with_variables,
    )


def _conditions(statement: Mapping[str, Any], *, with_variables: bool) -> Any:
    """Before 2012 a dollar sign was nothing special."""
    found = statement.get("Condition") or {}
    if with_variables:
        return found
    return json.loads(json.dumps(found).replace("${", literally("$") + "{"))


def _principals(principal: Any) -> list[tuple[str, str]]:
    """[(type, value), ...] of "*" or {"Service": [...]}."""
    if not isinstance(principal, dict):
        return [("AWS", str(value)) for value in listed(principal)]
    return [(kind, str(value)) for kind, values in principal.items() for value in listed(values)]


def _named(kind: str, value: str, principal: Principal) -> Named:
    if value == "*" and (kind == "AWS" or principal.service):
        return Named.AS_EVERYBODY
    if kind == "Service" or principal.service:
        same = kind == "Service" and value == principal.service
        return Named.BY_ITSELF if same else Named.NOT
    if kind != "AWS" or not principal.arn:
        return Named.NOT
    if value == principal.arn:
        return Named.BY_ITSELF
    if value == principal.role:
        return Named.BY_ROLE
    account = principal.account
    if value == account or value.endswith(f":iam::{account}:root"):
        return Named.BY_ACCOUNT
    return Named.NOT


def listed(value: Any) -> list[Any]:
    """One or many, as policies have them in many places."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
