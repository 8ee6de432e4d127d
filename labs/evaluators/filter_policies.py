"""Filter policies of SNS subscriptions, run on messages."""

import json
from typing import Any

from labs.cloud.wiring.sns import filter_policies
from labs.cloud.wiring.sns.attributes import InvalidSubscriptionError, check_attributes
from labs.evaluation import CaseOutcome, Job
from labs.evaluation.shapes import Attribute, TypedAttribute
from labs.evaluators import json_text
from labs.evaluators.refusal import InvalidArtefactError

REFUSAL = "Invalid parameter: Attributes Reason: FilterPolicy: failed to parse JSON."


def evaluate(job: Job) -> list[CaseOutcome]:
    """Whether the subscription gets each message."""
    policy, scope = job.artefact, job.options.scope
    json_text.parse(policy, refusal=REFUSAL, unique=False)
    try:
        told = {"FilterPolicy": policy, "FilterPolicyScope": scope}
        check_attributes(told, "sqs", where="Attributes Reason: ")
    except InvalidSubscriptionError as error:
        raise InvalidArtefactError(str(error)) from None
    return [
        CaseOutcome(
            filter_policies.wants(
                policy,
                scope,
                {name: _attribute(value) for name, value in case.attributes.items()},
                as_text(case.body),
            )
        )
        for case in job.cases
    ]


def as_text(body: Any) -> str:
    """What was sent: a text as it is, anything else as JSON."""
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _attribute(value: Attribute) -> dict[str, str]:
    match value:
        case TypedAttribute():
            return {"Type": value.Type, "Value": value.Value}
        case str():
            return {"Type": "String", "Value": value}
        case list():
            return {"Type": "String.Array", "Value": json.dumps(value)}
    return {"Type": "Number", "Value": json.dumps(value)}
