"""AWS's evaluation logic: an explicit deny wins, then somebody has to allow.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from labs.cloud.iam.statements import Named, Policy, Principal, Request, Statement, parse

IDENTITY, RESOURCE = "identity-based policy", "resource-based policy"
BOUNDARY, SESSION = "permissions boundary", "session policy"


@dataclass(frozen=True)
class Identity:
    """Who asks, with what its own policies say. None: it has no boundary, no session policy."""

    principal: Principal
    policies: tuple[Policy, ...] = ()
    boundary: Policy = None
    session: Policy = None
    context: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Guard:
    """What the resource says. `is_needed`: nobody gets in unless it lets them, as with roles."""

    policy: Policy = None
    account: str = ""
    is_needed: bool = False


@dataclass(frozen=True)
class Decision:
    """Whether it is allowed; else `kind` is the policy that denied it, or that did not allow it.

    `statements` are those that decided.
    """

    is_allowed: bool
    kind: str = ""
    is_explicit: bool = False
    statements: tuple[Statement, ...] = ()

    def because(self, action: str) -> str:
        """How AWS ends its sentence on a denial.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        article = "an" if self.kind == IDENTITY else "a"
        if self.is_explicit:
            return f"with an explicit deny in {article} {self.kind}"
        return f"because no {self.kind} allows the {action} action"


NO_GUARD = Guard()


def evaluate(request: Request, identity: Identity, guard: Guard = NO_GUARD) -> Decision:
    """Whether the request is allowed, and by which policies."""
    own = _fitting(identity.policies, request)
    limits = {
        SESSION: None if identity.session is None else _fitting([identity.session], request),
        BOUNDARY: None if identity.boundary is None else _fitting([identity.boundary], request),
    }
    of_resource = [
        (statement, named)
        for statement in _fitting([guard.policy], request)
        if (named := statement.names(request.principal)) is not Named.NOT
    ]
    everything = {
        RESOURCE: tuple(statement for statement, _ in of_resource),
        **{kind: found or () for kind, found in limits.items()},
        IDENTITY: own,
    }
    for kind, statements in everything.items():
        if denying := _with("Deny", statements):
            return Decision(False, kind, is_explicit=True, statements=denying)
    granting = [(one, named) for one, named in of_resource if one.effect == "Allow"]
    closest = max((named for _, named in granting), default=Named.NOT)
    return _allowed(request.principal, guard, _with("Allow", own), limits, closest, granting)


def _allowed(
    principal: Principal,
    guard: Guard,
    own: tuple[Statement, ...],
    limits: dict[str, tuple[Statement, ...] | None],
    closest: Named,
    granting: Sequence[tuple[Statement, Named]],
) -> Decision:
    """The decision where nothing denies explicitly."""
    is_foreign = bool(guard.account and principal.account and guard.account != principal.account)
    by_resource = closest > Named.BY_ACCOUNT or (principal.service and bool(closest))
    statements = (*own, *(statement for statement, _ in granting))
    if (guard.is_needed or is_foreign) and closest is Named.NOT:
        return Decision(False, RESOURCE)
    if by_resource and not principal.arn:
        return Decision(True, statements=statements)
    if not own and (is_foreign or not by_resource):
        return Decision(False, IDENTITY)
    # What names the session or user itself is not narrowed; what names the role is.
    if closest < Named.BY_ITSELF:
        for kind, found in limits.items():
            if found is not None and not _with("Allow", found):
                return Decision(False, kind)
    return Decision(True, statements=statements)


def _fitting(policies: Sequence[Policy], request: Request) -> tuple[Statement, ...]:
    return tuple(
        statement for policy in policies for statement in parse(policy) if statement.fits(request)
    )


def _with(effect: str, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    return tuple(statement for statement in statements if statement.effect == effect)
