"""Whether policies let a request in: those of authorizers, and an API's own."""

import json
from collections.abc import Mapping
from typing import Any

from labs.cloud.http_payloads import SOURCE_IP
from labs.cloud.iam.evaluator import Decision, Guard, Identity, evaluate
from labs.cloud.iam.statements import Principal, Request

ACTION = "execute-api:Invoke"


def by_authorizer(policy: Mapping[str, Any], principal_id: str, arn: str) -> Decision:
    """What the policy that an authorizer returned says of a method's ARN."""
    account = arn.split(":")[4]
    principal = Principal(arn=f"arn:aws:iam::{account}:user/{principal_id}", account=account)
    asked = Request(principal, ACTION, arn, {"aws:sourceip": SOURCE_IP})
    return evaluate(asked, Identity(principal, (policy,)))


def by_api(policy: str, arn: str, source_ip: str) -> Decision:
    """What an API's resource policy says of somebody who did not sign."""
    api = arn.partition("/")[0]
    try:
        document = _expanded(json.loads(policy), api)
    except (ValueError, AttributeError, TypeError):
        return Decision(False)  # it is no policy, and lets nobody in
    nobody = Principal()
    asked = Request(nobody, ACTION, arn, {"aws:sourceip": source_ip})
    return evaluate(asked, Identity(nobody), Guard(document, is_needed=True))


def denial(decision: Decision, arn: str) -> str:
    """AWS's sentence for somebody who did not sign."""
    parts = arn.split(":")
    parts[4] = "*" * 8 + parts[4][-4:]
    end = " with an explicit deny" if decision.is_explicit else ""
    return (
        f"User: anonymous is not authorized to perform: {ACTION} on resource: "
        f"{':'.join(parts)}{end}"
    )


def _expanded(document: Any, api: str) -> Any:
    """The policy with "execute-api:/stage/*" as whole ARNs."""
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        for name in ("Resource", "NotResource"):
            if name in statement:
                found = statement[name]
                statement[name] = [
                    f"{api}/{one.removeprefix('execute-api:/')}"
                    if str(one).startswith("execute-api:/")
                    else one
                    for one in (found if isinstance(found, list) else [found])
                ]
    return document
