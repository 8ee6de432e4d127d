"""IAM's policy simulator: SimulatePrincipalPolicy and SimulateCustomPolicy.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from labs.cloud.iam.evaluator import BOUNDARY, Decision, Guard, Identity, evaluate
from labs.cloud.iam.statements import Policy, Principal, Request, parse
from labs.cloud.iam.variables import Context

type Json = dict[str, Any]
CALLER = "arn:aws:iam::123456789012:user/simulated"


def simulate(
    parameters: Mapping[str, Any], attached: Sequence[tuple[str, str]], boundary: Policy
) -> Json:
    """The answer, for `attached` policies [(name, document), ...] and those of the request."""
    given = [
        (f"PolicyInputList.{number}", str(text))
        for number, text in enumerate(parameters.get("PolicyInputList") or (), start=1)
    ]
    limits = parameters.get("PermissionsBoundaryPolicyInputList") or ()
    named = [*attached, *given]
    caller = str(parameters.get("CallerArn") or parameters.get("PolicySourceArn") or CALLER)
    account = caller.split(":")[4] if caller.count(":") > 4 else ""
    identity = Identity(
        Principal(caller, account),
        tuple(text for _, text in named),
        boundary=limits[0] if limits else boundary,
    )
    context = _context(parameters.get("ContextEntries") or ())
    guard = Guard(parameters.get("ResourcePolicy"))
    resources = parameters.get("ResourceArns") or ["*"]
    results = [
        _result(Request(identity.principal, action, resource, context), identity, guard, named)
        for action in parameters.get("ActionNames") or ()
        for resource in resources
    ]
    return {"EvaluationResults": results, "IsTruncated": False}


def _result(
    request: Request, identity: Identity, guard: Guard, named: Sequence[tuple[str, str]]
) -> Json:
    decision = evaluate(request, identity, guard)
    result: Json = {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "EvalDecision": _word(decision),
        "MatchedStatements": _matched(decision, named),
        "MissingContextValues": _missing(named, request.context),
    }
    if identity.boundary is not None:
        by_boundary = not (decision.kind == BOUNDARY and not decision.is_allowed)
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": by_boundary}
    return result


def _word(decision: Decision) -> str:
    if decision.is_allowed:
        return "allowed"
    return "explicitDeny" if decision.is_explicit else "implicitDeny"


def _matched(decision: Decision, named: Sequence[tuple[str, str]]) -> list[Json]:
    return [
        {"SourcePolicyId": name, "SourcePolicyType": "IAM Policy"}
        for name, text in named
        if set(map(id, parse(text))) & set(map(id, decision.statements))
    ]


def _missing(named: Sequence[tuple[str, str]], context: Context) -> list[str]:
    """Condition keys that the policies look at and the request does not give."""
    conditions = [
        condition
        for _, text in named
        for statement in parse(text)
        for condition in statement.conditions
    ]
    keys = (condition.key for condition in conditions if condition.key not in context)
    return list(dict.fromkeys(keys))


def _context(entries: Sequence[Mapping[str, Any]]) -> Context:
    found: dict[str, str | tuple[str, ...]] = {}
    for entry in entries:
        values = tuple(map(str, entry.get("ContextKeyValues") or ()))
        is_list = str(entry.get("ContextKeyType", "")).endswith("List")
        name = str(entry.get("ContextKeyName", "")).lower()
        found[name] = values if is_list or len(values) != 1 else values[0]
    return found
