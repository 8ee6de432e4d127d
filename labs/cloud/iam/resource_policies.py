"""Whether a resource lets a service in: what a delivery asks before it is made."""

from collections.abc import Mapping
from typing import Any

from labs.cloud.iam.evaluator import Guard, Identity, evaluate
from labs.cloud.iam.statements import Principal, Request


def allows(
    policy: str | Mapping[str, Any] | None,
    *,
    service: str,
    action: str,
    resource: str,
    source_arn: str,
) -> bool:
    """Whether this resource policy lets a service ("sns.amazonaws.com") do `action`.

    `source_arn` is the resource for which the service does it: the topic, bucket or rule.
    """
    context = {"aws:sourcearn": source_arn, "aws:securetransport": "true"}
    # A bucket's ARN has no account; it is of this one.
    account = source_arn.split(":")[4] if source_arn.count(":") > 4 else ""
    account = account or (resource.split(":")[4] if resource.count(":") > 4 else "")
    if account:
        context["aws:sourceaccount"] = account
    context["aws:principalisawsservice"] = "true"
    context["aws:principalservicename"] = service
    principal = Principal(service=service)
    asked = Request(principal, action, resource, context)
    return evaluate(asked, Identity(principal), Guard(policy)).is_allowed
