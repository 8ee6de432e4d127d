"""What a role was allowed and what it used of that: findings on least privilege.

https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
"""

from collections.abc import Iterator
from dataclasses import dataclass

from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_iam
from labs.cloud.iam.enforcement import Ledger, Used, decide
from labs.cloud.iam.evaluator import Identity
from labs.cloud.iam.need import Need
from labs.cloud.iam.patterns import matches
from labs.cloud.iam.statements import Statement, parse
from labs.cloud.simulation import current
from labs.cloud.trace import DEFAULT_REGION

# What Lambda itself does with the role of a function that has run.
LOGGING = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


@dataclass(frozen=True)
class Grant:
    """One action pattern with one resource pattern that the role's policies allow."""

    policy: str
    action: str
    resource: str

    @property
    def is_wide(self) -> bool:
        """Whether it allows all of a service, or its actions on everything."""
        return self.action in ("*", "*:*") or self.action.endswith(":*") or self.resource == "*"


@dataclass(frozen=True)
class Report:
    """One role's permissions. `denied` holds what was refused, or would be with enforcement.

    `unused` are grants that no call needed. `used` and `denied` are (action, resource), in the
    order of their first use.
    """

    role: str
    grants: tuple[Grant, ...]
    used: tuple[tuple[str, str], ...]
    denied: tuple[tuple[str, str], ...]
    unused: tuple[Grant, ...]

    @property
    def wide(self) -> tuple[Grant, ...]:
        """Grants of a whole service, or on every resource."""
        return tuple(grant for grant in self.grants if grant.is_wide)

    def allows(self, action: str, resource: str = "*") -> bool:
        """Whether the role may do this now ("dynamodb:PutItem", with an ARN)."""
        who = moto_iam.role_identity(self.role, "check")
        return decide(who, Need(action, resource), DEFAULT_REGION).is_allowed


def report(role: str) -> Report:
    """On a role, by name or ARN, and the calls that were made with it so far.

    Raises:
        LookupError: there is no such role.
    """
    found = moto_iam.find_role(_arn(role))
    if found is None:
        raise LookupError(f"there is no role {role}")
    arn = str(found.arn)
    ledger = current().state(Ledger)
    noted = [used for used in ledger.used if used.arn == arn]
    who = moto_iam.role_identity(arn, "report")
    denied = [used for used in noted if used.is_denied or _is_refused(used, who, ledger)]
    allowed = [used for used in noted if used not in denied]
    grants = tuple(_grants(moto_iam.policies_of(found)))
    at_work = [*allowed, *_logging(arn)]
    unused = tuple(grant for grant in grants if not any(_covers(grant, used) for used in at_work))
    return Report(arn, grants, _pairs(allowed), _pairs(denied), unused)


def _arn(role: str) -> str:
    if role.startswith("arn:"):
        return role
    for found in moto_iam.roles():
        if found.name == role:
            return str(found.arn)
    return f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/{role}"


def _is_refused(used: Used, who: Identity, ledger: Ledger) -> bool:
    """Whether it would be refused now, were permissions enforced."""
    parts = used.resource.split(":")
    region = parts[3] if len(parts) > 3 and parts[3] else DEFAULT_REGION
    need = Need(used.action, used.resource, dict(ledger.context[used]))
    return not decide(who, need, region).is_allowed


def _grants(policies: list[tuple[str, str]]) -> Iterator[Grant]:
    for name, text in policies:
        for statement in parse(text):
            if statement.effect == "Allow":
                yield from _pairs_of(name, statement)


def _pairs_of(name: str, statement: Statement) -> Iterator[Grant]:
    actions = ("*",) if statement.not_actions else statement.actions
    resources = ("*",) if statement.not_resources else statement.resources
    for action in actions:
        for resource in resources:
            yield Grant(name, action, resource)


def _covers(grant: Grant, used: Used) -> bool:
    if not matches(grant.action.lower(), used.action.lower()):
        return False
    return used.resource == "*" or matches(_without_variables(grant.resource), used.resource)


def _without_variables(pattern: str) -> str:
    """The pattern with anything in place of its policy variables."""
    start = pattern.find("${")
    while start >= 0:
        end = pattern.find("}", start)
        pattern = pattern[:start] + "*" + (pattern[end + 1 :] if end >= 0 else "")
        start = pattern.find("${")
    return pattern


def _logging(role: str) -> list[Used]:
    """Lambda writes a function's log with its role, on which no call of the code stands."""
    if not any(run.role == role for run in moto_iam.functions_that_ran()):
        return []
    return [Used(role, action, "*", is_denied=False) for action in LOGGING]


def _pairs(found: list[Used]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((used.action, used.resource) for used in found))
