"""Every place in which moto's event source mappings are bent.

moto invokes mapped functions wherever a message or record is added; here nothing is, and
labs/cloud/wiring polls. Without an account in this process moto answers as it does.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventSourceMapping, LambdaBackend, lambda_backends
from moto.awslambda.responses import LambdaResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.sqs.models import sqs_backends

from labs.cloud import mapping_limits as limits
from labs.cloud.mapping_limits import MappingError, invalid
from labs.cloud.missing import MissingError
from labs.cloud.simulation import has_current

NO_RECORDS = "No records processed"
# What the wiring does not do, so that it is refused and not forgotten.
NOT_SIMULATED = ("TumblingWindowInSeconds", "ProvisionedPollerConfig")

_create_any = LambdaBackend.create_event_source_mapping
_update_any = LambdaBackend.update_event_source_mapping
_list_any = LambdaBackend.list_event_source_mappings
_describe_any = EventSourceMapping.get_configuration

type Hook = Callable[[EventSourceMapping], None]
_on_change: list[Hook] = []


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaBackend.create_event_source_mapping = _create
    LambdaBackend.update_event_source_mapping = _update
    LambdaBackend.list_event_source_mappings = _list
    EventSourceMapping.get_configuration = _describe
    LambdaResponse.create_event_source_mapping = _answer_create
    LambdaResponse.update_event_source_mapping = _answer_update
    LambdaResponse.delete_event_source_mapping = _answer_delete
    LambdaResponse.get_event_source_mapping = _answer_get


def on_change(hook: Hook) -> None:
    """Call `hook` with each mapping that was made or changed; for the wiring, once a process."""
    if hook not in _on_change:
        _on_change.append(hook)


def event_source_mappings() -> list[EventSourceMapping]:
    """All mappings of the account in all regions, the oldest of each first."""
    return [
        mapping
        for backend in lambda_backends[DEFAULT_ACCOUNT_ID].values()
        for mapping in backend._event_source_mappings.values()
    ]


def exists(mapping: EventSourceMapping) -> bool:
    """Whether it has not been deleted."""
    backend = lambda_backends[mapping.account_id][mapping.region]
    return backend._event_source_mappings.get(mapping.uuid) is mapping


def service_of(mapping: EventSourceMapping) -> str:
    """The service of its source: "sqs", "dynamodb", "kinesis"."""
    return str(mapping.event_source_arn).split(":")[2]


def _create(self: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
    if not has_current():
        return _create_any(self, spec)
    spec = _with_flags(spec)
    _refuse_missing(spec)
    source = str(spec.get("EventSourceArn") or "")
    if not source:
        raise MissingError("without EventSourceArn")
    if len(source.split(":")) < 6 or source.split(":")[2] not in ("sqs", "dynamodb", "kinesis"):
        raise MissingError(f"with the event source {source}")
    limits.check_request(spec, source)
    function = _function(self, str(spec.get("FunctionName") or ""))
    _check_source(self, spec, source, function)
    arn = _qualified(function.function_arn, str(spec["FunctionName"]))
    _refuse_second(self, source, arn)
    try:
        mapping = _create_any(self, {**spec, "FunctionName": function.function_arn})
    except MappingError:
        raise
    except JsonRESTError:
        raise invalid(f"Stream not found: {source}") from None
    mapping.function_name, mapping.function_arn = str(spec["FunctionName"]), arn
    _changed(mapping)
    return mapping


def _with_flags(spec: dict[str, Any]) -> dict[str, Any]:
    """CloudFormation gives numbers and truths as text, too."""
    numbers = {path for path in limits.RANGES if "." not in path}
    found = dict(spec)
    for name, value in spec.items():
        if name in numbers and isinstance(value, str):
            found[name] = int(value)
        elif name in ("Enabled", "BisectBatchOnFunctionError") and isinstance(value, str):
            found[name] = value.lower() == "true"
    return found


def _refuse_missing(spec: Mapping[str, Any]) -> None:
    for name in NOT_SIMULATED:
        if spec.get(name):
            raise MissingError(f"with {name}")


def _function(backend: LambdaBackend, name: str) -> Any:
    plain, _, qualifier = name.rpartition(":function:")[2].partition(":")
    try:
        return backend._lambdas.get_function_by_name_or_arn_with_qualifier(
            plain, qualifier or None
        )
    except UnknownFunctionException:
        raise invalid("Function does not exist") from None


def _qualified(arn: str, name: str) -> str:
    """The function's ARN with the version or alias that was asked for."""
    qualifier = name.rpartition(":function:")[2].partition(":")[2]
    unqualified = ":".join(arn.split(":")[:7])
    return f"{unqualified}:{qualifier}" if qualifier else unqualified


def _check_source(
    self: LambdaBackend, spec: Mapping[str, Any], source: str, function: Any
) -> None:
    if source.split(":")[2] != "sqs":
        if spec.get("StartingPosition") is None:
            raise MappingError(
                "ValidationException",
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
                "constraint: Member must not be null.",
            )
        if spec["StartingPosition"] == "AT_TIMESTAMP" and source.split(":")[2] == "dynamodb":
            raise invalid(f"Unsupported starting position for arn type: {source}")
        return
    queue = sqs_backends[self.account_id][self.region_name].queues.get(source.split(":")[-1])
    if queue is None or queue.queue_arn != source:
        raise invalid(
            "Error occurred while ReceiveMessage. SQS Error Code: "
            "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does "
            "not exist."
        )
    size = int(spec.get("BatchSize") or limits.MAX_BATCH_WITHOUT_WINDOW)
    limits.check_batch(size, int(spec.get("MaximumBatchingWindowInSeconds") or 0), source)
    limits.check_visibility(int(queue.visibility_timeout), int(function.timeout))


def _refuse_second(self: LambdaBackend, source: str, function_arn: str) -> None:
    for mapping in self._event_source_mappings.values():
        if (mapping.event_source_arn, mapping.function_arn) == (source, function_arn):
            name = function_arn.rpartition(":function:")[2]
            raise MappingError(
                "ResourceConflictException",
                f'The event source arn (" {source} ") and function (" {name} ") provided mapping '
                "already exists. Please update or delete the existing mapping with UUID "
                f"{mapping.uuid}",
                409,
            )


def _update(self: LambdaBackend, uuid: str, spec: dict[str, Any]) -> EventSourceMapping | None:
    mapping = self.get_event_source_mapping(uuid)
    if mapping is None or not has_current():
        return _update_any(self, uuid, spec)
    spec = _with_flags(spec)
    _refuse_missing(spec)
    source = mapping.event_source_arn
    limits.check_request(spec, source)
    window = spec.get("MaximumBatchingWindowInSeconds", mapping.max_batch_window) or 0
    if service_of(mapping) == "sqs":
        limits.check_batch(int(spec.get("BatchSize") or mapping.batch_size), int(window), source)
    if name := spec.get("FunctionName"):
        arn = _qualified(_function(self, name).function_arn, name)
    else:
        arn = mapping.function_arn
    _update_any(
        self,
        uuid,
        {**spec, "FilterCriteria": spec["FilterCriteria"] or None}
        if "FilterCriteria" in spec
        else spec,
    )
    mapping.function_arn = arn
    _changed(mapping)
    return mapping


def _changed(mapping: EventSourceMapping) -> None:
    for hook in _on_change:
        hook(mapping)


def _list(self: LambdaBackend, event_source_arn: str, function_name: str) -> Any:
    """By the function that is meant, however it is named."""
    if not function_name or not has_current():
        return _list_any(self, event_source_arn, function_name)
    wanted = _qualified(_function(self, function_name).function_arn, function_name)
    found = _list_any(self, event_source_arn, "")
    return [mapping for mapping in found if mapping.function_arn == wanted]


def _describe(self: EventSourceMapping) -> dict[str, Any]:
    """What AWS says of a mapping: with its defaults, and nothing that its source does not have."""
    found: dict[str, Any] = _describe_any(self)
    if not has_current():
        return found
    found.pop("Tags", None)
    if found.get("FilterCriteria") is not None and not found["FilterCriteria"].get("Filters"):
        found.pop("FilterCriteria")
    defaults: dict[str, Any] = {"MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}
    if service_of(self) == "sqs":
        found.pop("StartingPosition", None)
        return {**defaults, **found, "StateTransitionReason": "USER_INITIATED"}
    defaults |= {
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {}},
        "LastProcessingResult": vars(self).get("coldstart_result", NO_RECORDS),
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": -1,
        "ParallelizationFactor": 1,
        "TumblingWindowInSeconds": 0,
    }
    return {**defaults, **found, "StateTransitionReason": "User action"}


def _answer_create(self: LambdaResponse) -> Any:
    mapping = self.backend.create_event_source_mapping(self.json_body)
    state = "Creating" if has_current() else "Enabled"
    return _answer(mapping, state if mapping.enabled else "Disabled", 201)


def _answer_update(self: LambdaResponse) -> Any:
    mapping = self.backend.get_event_source_mapping(_uuid(self))
    was_enabled = mapping.enabled if mapping else False
    if self.backend.update_event_source_mapping(_uuid(self), self.json_body) is None:
        return _not_found()
    states = {(False, True): "Enabling", (True, False): "Disabling"}
    state = states.get((was_enabled, mapping.enabled), "Updating")
    return _answer(mapping, state if has_current() else "", 202)


def _answer_delete(self: LambdaResponse) -> Any:
    mapping = self.backend.delete_event_source_mapping(_uuid(self))
    return _answer(mapping, "Deleting", 202) if mapping else _not_found()


def _answer_get(self: LambdaResponse) -> Any:
    mapping = self.backend.get_event_source_mapping(_uuid(self))
    return _answer(mapping, "", 200) if mapping else _not_found()


def _answer(mapping: EventSourceMapping, state: str, status: int) -> Any:
    """`state` is what the mapping passes through; a moment later it has arrived."""
    found = mapping.get_configuration()
    return status, {"status": status}, json.dumps({**found, **({"State": state} if state else {})})


def _not_found() -> Any:
    body = {"Type": "User", "Message": "The resource you requested does not exist."}
    headers = {"x-amzn-errortype": "ResourceNotFoundException", "status": 404}
    return 404, headers, json.dumps(body)


def _uuid(response: LambdaResponse) -> str:
    return str(response.path).rstrip("/").split("/")[-1]
