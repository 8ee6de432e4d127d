"""Who makes a call, which permissions that takes, and what AWS answers where one is missing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_iam
from labs.cloud.iam import context, needs
from labs.cloud.iam.evaluator import Decision, Identity, evaluate
from labs.cloud.iam.need import Need, Where
from labs.cloud.iam.statements import Request
from labs.cloud.simulation import Caller, current

MAX_USED = 5000
NO_CALLS = {"execute-api", "function-url"}  # addresses of the account that are no API of AWS


@dataclass(frozen=True)
class Used:
    """One permission that a role or user needed."""

    arn: str  # the role's or user's
    action: str
    resource: str
    is_denied: bool


@dataclass
class Ledger:
    """What was needed in this account, and how often; {} of context for the latest of each."""

    used: Counter[Used] = field(default_factory=Counter)
    context: dict[Used, Mapping[str, Any]] = field(default_factory=dict)

    def note(self, used: Used, keys: Mapping[str, Any]) -> None:
        if used in self.used or len(self.used) < MAX_USED:
            self.used[used] += 1
            self.context[used] = keys


@dataclass(frozen=True)
class Denial:
    """A call that is not allowed: who asked for what, and AWS's reason."""

    arn: str
    need: Need
    decision: Decision


def identity(access_key_id: str, caller: Caller | None = None) -> Identity:
    """Who makes a call that is signed with this key.

    A function's own credentials are its role's, a script's the administrator's.
    """
    if found := moto_iam.key_identity(access_key_id):
        return found
    running = current().environments.running
    is_function = caller is None or caller.made_by.startswith(("function ", "task "))
    if running and is_function and running[-1].role:
        return moto_iam.role_identity(running[-1].role, running[-1].function)
    return moto_iam.administrator()


def check_call(
    access_key_id: str,
    caller: Caller,
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    region: str,
) -> Denial | None:
    """Note what a call of the learner's code needs; its denial, if the lab enforces IAM.

    Keys that the program made or asked for itself, of a user or of a session, are held to their
    policies everywhere: who uses them wants to see what they may do.
    """
    if service in NO_CALLS:
        return None
    who = identity(access_key_id, caller)
    has_own_key = moto_iam.key_identity(access_key_id) is not None
    return _check(who, service, operation, parameters, region, is_enforced=has_own_key)


def check_service(
    made_by: str, service: str, operation: str, parameters: Mapping[str, Any], region: str
) -> Denial | None:
    """The same for what a service does with a role; what has none is let in by resources."""
    role = moto_iam.role_of_service(made_by)
    if not role or service in NO_CALLS:
        return None
    session = made_by.replace(" ", "-")[:64]
    return _check(moto_iam.role_identity(role, session), service, operation, parameters, region)


def _check(
    who: Identity,
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    region: str,
    *,
    is_enforced: bool = False,
) -> Denial | None:
    simulation = current()
    is_enforced = is_enforced or simulation.enforces_iam
    is_administrator = who.principal.arn == moto_iam.ADMINISTRATOR
    if is_administrator and not is_enforced:
        return None
    ledger = simulation.state(Ledger)
    denial = None
    for need in _needs(service, operation, parameters, region):
        decision = decide(who, need, region) if is_enforced else None
        is_denied = decision is not None and not decision.is_allowed
        if not is_administrator:
            arn = who.principal.role or who.principal.arn
            ledger.note(Used(arn, need.action, need.resource, is_denied), need.context)
        if decision and is_denied:
            denial = denial or Denial(who.principal.arn, need, decision)
    return denial


def decide(who: Identity, need: Need, region: str) -> Decision:
    """Whether somebody has a permission now."""
    keys = {**context.of_request(region), **who.context, **need.context}
    account = need.resource.split(":")[4] if need.resource.count(":") > 4 else ""
    keys["aws:resourceaccount"] = account or DEFAULT_ACCOUNT_ID
    service = need.action.partition(":")[0]
    guard = moto_iam.guard(service, need.resource, region, need.action)
    return evaluate(Request(who.principal, need.action, need.resource, keys), who, guard)


def _needs(service: str, operation: str, parameters: Mapping[str, Any], region: str) -> list[Need]:
    try:
        return needs.of_call(service, operation, parameters, Where(region, DEFAULT_ACCOUNT_ID))
    except (AttributeError, KeyError, TypeError, ValueError):
        # Parameters that no valid request has; what answers the call says so.
        return [Need(f"{service}:{operation}")]
