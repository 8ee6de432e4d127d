"""What event source mappings of all sources have in common: how they invoke their function."""

import json
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud import moto_lambda, moto_mappings
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError
from labs.cloud.service_calls import noted
from labs.cloud.simulation import current
from labs.cloud.wiring import targets

REPORT_FAILURES = "ReportBatchItemFailures"
MAX_EVENT_BYTES = 6_291_456


def name_of(mapping: Any) -> str:
    """As the trace names it: "mapping jobs", by its queue, table or stream."""
    resource = mapping.event_source_arn.split(":", 5)[5]
    return f"mapping {resource.split('/')[1] if '/' in resource else resource}"


def function_name(mapping: Any) -> str:
    return str(mapping.function_arn.rpartition(":function:")[2])


def is_active(mapping: Any) -> bool:
    """Whether it polls: it is there, enabled, and so is its function."""
    return bool(
        mapping.enabled
        and moto_mappings.exists(mapping)
        and moto_lambda.function(mapping.function_arn) is not None
    )


def invoke(mapping: Any, records: list[dict[str, Any]]) -> Invocation | None:
    """Invoke the function with records, and wait; None if it is throttled."""
    simulation = current()
    function = moto_lambda.function(mapping.function_arn)
    asked = {"FunctionName": mapping.function_arn, "InvocationType": "RequestResponse"}
    simulation.agenda.recent.append(f"{name_of(mapping)} to function {function_name(mapping)}")
    try:
        with noted(name_of(mapping), "lambda", "Invoke", asked):
            try:
                return simulation.environments.invoke(
                    function, json.dumps({"Records": records}), arn=mapping.function_arn
                )
            except ThrottledError as error:
                raise targets.refused(
                    "Invoke", "TooManyRequestsException", str(error), 429
                ) from None
    except ClientError:
        return None


def by_size(records: list[dict[str, Any]], sizes: list[int]) -> list[list[dict[str, Any]]]:
    """Records in as few events as Lambda's limit on one allows; `sizes` are their bytes."""
    events: list[list[dict[str, Any]]] = [[]]
    room = MAX_EVENT_BYTES
    for record, size in zip(records, sizes, strict=True):
        if events[-1] and size > room:
            events.append([])
            room = MAX_EVENT_BYTES
        events[-1].append(record)
        room -= size
    return [event for event in events if event]
