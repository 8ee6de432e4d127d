"""Functions with what they were invoked for, and what invokes them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from moto.awslambda.models import lambda_backends

from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.simulation import current
from labs.cloud.snapshot.backends import existing
from labs.cloud.snapshot.texts import MAX_ROWS, facts, last_part, table, tail, visible
from labs.cloud.wiring.mappings import function_name, name_of
from labs.resources import Resource

_INVOCATIONS = ("Event", "Start", "Result", "Request id")


def functions() -> Iterator[Resource]:
    invocations: dict[str, list[Invocation]] = defaultdict(list)
    for invocation in current().environments.invocations:
        invocations[invocation.function].append(invocation)
    for backend in existing(lambda_backends):
        for function in backend.list_functions():
            yield _function(function, invocations[function.function_name])


def _function(function: Any, invocations: list[Invocation]) -> Resource:
    newest = invocations[-MAX_ROWS:]
    log = tail("".join(invocation.log for invocation in newest))
    return Resource(
        "lambda",
        "function",
        function.function_name,
        facts(
            {
                "Runtime": function.run_time,
                "Handler": function.handler,
                "Timeout": f"{function.timeout} s",
                "Memory": f"{function.memory_size} MB",
                "Reserved concurrency": function.reserved_concurrency,
                "Environment": visible(function.environment_vars),
                "Invocations": len(invocations),
                "Cold starts": sum(invocation.cold for invocation in invocations),
            }
        ),
        (table("Invocations", _INVOCATIONS, newest, _invocation, count=len(invocations)),),
        (("Log", log),) if log else (),
    )


def _invocation(invocation: Invocation) -> tuple[Any, ...]:
    error = invocation.error
    result = f"{error.get('errorType', 'Error')}: {error.get('errorMessage', '')}" if error else ""
    return (
        invocation.event,
        "cold" if invocation.cold else "warm",
        result or invocation.response,
        invocation.request_id,
    )


def mappings() -> Iterator[Resource]:
    for backend in existing(lambda_backends):
        for mapping in backend._event_source_mappings.values():
            yield _mapping(mapping)


def _mapping(mapping: Any) -> Resource:
    on_failure = ((mapping.destination_config or {}).get("OnFailure") or {}).get("Destination", "")
    return Resource(
        "lambda",
        "mapping",
        name_of(mapping).removeprefix("mapping "),
        facts(
            {
                "Function": function_name(mapping),
                "Enabled": "yes" if mapping.enabled else "no",
                "Batch size": mapping.batch_size,
                "Batching window": mapping.max_batch_window or None,
                "Response types": ", ".join(mapping.function_response_types or ()),
                "Filter criteria": mapping.filter_criteria,
                "On failure": last_part(on_failure),
            }
        ),
    )
