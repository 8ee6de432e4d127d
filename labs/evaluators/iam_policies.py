"""IAM policies, run on requests."""

from collections.abc import Mapping
from typing import Any

from labs.cloud.clock import EPOCH, clock
from labs.cloud.iam import context as condition_keys
from labs.cloud.iam.documents import (
    SYNTAX,
    MalformedPolicyError,
    check_identity,
    check_resource,
    syntax_fault,
)
from labs.cloud.iam.evaluator import Decision, Guard, Identity
from labs.cloud.iam.evaluator import evaluate as decide
from labs.cloud.iam.statements import Principal, Request
from labs.cloud.moto_seams import REGION
from labs.evaluation import CaseOutcome, Job
from labs.evaluation.shapes import PolicyOptions, RequestCase
from labs.evaluators import json_text
from labs.evaluators.refusal import InvalidArtefactError

ACCOUNT = "123456789012"
# Actions of a role or key, which has to let somebody in itself.
NEED_THE_RESOURCE = ("sts:assumerole", "kms:")

type Policies = dict[str, list[dict[str, Any]]]


def evaluate(job: Job) -> list[CaseOutcome]:
    """What comes of each request: allowed, implicitly or explicitly denied."""
    options = job.options
    policy = json_text.parse(job.artefact, refusal=SYNTAX)
    check = check_identity if options.kind == "identity" else check_resource
    if not isinstance(policy, dict):
        raise InvalidArtefactError(f"{SYNTAX} A policy is a JSON object.")
    try:
        check(policy)
    except MalformedPolicyError as error:
        told = syntax_fault(policy) if str(error) == SYNTAX else ""
        raise InvalidArtefactError(f"{error} {told}".strip()) from None
    clock.reset(EPOCH)
    policies: Policies = {"identity": [], "resource": [], "boundary": [], "session": []}
    policies[options.kind].append(policy)
    for other in options.others:
        policies[other.kind].append(other.policy)
    return [CaseOutcome(_word(_decision(options, policies, case))) for case in job.cases]


def _decision(options: PolicyOptions, policies: Policies, case: RequestCase) -> Decision:
    principal, keys = _principal(case.principal or options.principal)
    account = options.resource_account or _part(case.resource, 4) or principal.account
    usual = {
        **condition_keys.of_request(_part(case.resource, 3) or REGION),
        **keys,
        "aws:resourceaccount": account or ACCOUNT,
    }
    context = {
        name: value for name, value in (usual | _given(case.context)).items() if value is not None
    }
    identity = Identity(
        principal,
        tuple(policies["identity"]),
        boundary=_only(policies["boundary"]),
        session=_only(policies["session"]),
    )
    policy = _only(policies["resource"])
    is_needed = policy is not None and case.action.lower().startswith(NEED_THE_RESOURCE)
    guard = Guard(policy, account, is_needed=is_needed)
    return decide(Request(principal, case.action, case.resource, context), identity, guard)


def _principal(text: str) -> tuple[Principal, dict[str, str]]:
    """Who asks, and the condition keys that say so.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    if text == "*":
        return Principal(), {"aws:principaltype": "Anonymous"}
    if not text.startswith("arn:"):
        service = {"aws:principalisawsservice": "true", "aws:principalservicename": text}
        return Principal(service=text), service
    account, (kind, _, name) = _part(text, 4), text.split(":", 5)[5].partition("/")
    role = ""
    if kind == "role":
        role, text = text, f"arn:aws:sts::{account}:assumed-role/{name.rpartition('/')[2]}/session"
    elif kind == "assumed-role":
        role = f"arn:aws:iam::{account}:role/{name.partition('/')[0]}"
    told = {
        "aws:principalarn": role or text,
        "aws:principalaccount": account,
        "aws:principaltype": {"user": "User", "root": "Account"}.get(kind, "AssumedRole"),
    }
    if kind == "user":
        told["aws:username"] = name.rpartition("/")[2]
    return Principal(text, account, role), told


def _part(arn: str, number: int) -> str:
    """A part of an ARN, "" where it has none."""
    parts = arn.split(":")
    return parts[number] if len(parts) > 5 else ""


def _only(policies: list[dict[str, Any]]) -> Mapping[str, Any] | None:
    return policies[0] if policies else None


def _given(context: Mapping[str, Any]) -> dict[str, Any]:
    """The case's own condition keys; None takes one away that every request has."""
    return {
        name.lower(): None if value is None else _value(value) for name, value in context.items()
    }


def _value(value: str | bool | float | list[str]) -> str | tuple[str, ...]:
    if isinstance(value, list):
        return tuple(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _word(decision: Decision) -> str:
    if decision.is_allowed:
        return "allowed"
    return "explicitly_denied" if decision.is_explicit else "implicitly_denied"
