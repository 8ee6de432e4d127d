"""Filter patterns of event source mappings, run on records."""

import base64
from typing import Any

from labs.cloud import event_patterns
from labs.cloud.wiring.event_filters import INVALID, Filters, InvalidFilterError
from labs.evaluation import CaseOutcome, Job
from labs.evaluators import json_text
from labs.evaluators.filter_policies import as_text
from labs.evaluators.refusal import InvalidArtefactError


def evaluate(job: Job) -> list[CaseOutcome]:
    """Whether the function gets each record."""
    source = job.options.source
    json_text.parse(job.artefact, refusal=INVALID, unique=False)
    try:
        filters = Filters({"Filters": [{"Pattern": job.artefact}]}, f"arn:aws:{source}")
    except InvalidFilterError as error:
        raise InvalidArtefactError(f"{error} {_reason(job.artefact)}".strip()) from None
    return [CaseOutcome(filters.wants(_record(case.record, source))) for case in job.cases]


def _reason(artefact: str) -> str:
    """What EventBridge would say of the same pattern, as Lambda says so little; or ""."""
    try:
        event_patterns.compile(artefact)
    except event_patterns.InvalidPatternError as error:
        return error.reason.partition("\n")[0]
    return ""


def _record(record: dict[str, Any], source: str) -> dict[str, Any]:
    """As it stands in the function's event."""
    if source == "sqs":
        return {**record, "body": as_text(record.get("body", ""))}
    if source == "kinesis":
        data = base64.b64encode(as_text(record.get("data", "")).encode())
        return {**record, "data": data.decode()}
    return record
