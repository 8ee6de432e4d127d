"""What Lambda refuses of an event source mapping, in its words.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError

from labs.cloud.wiring.event_filters import Filters, InvalidFilterError

# Least and most, by the field's path.
RANGES = {
    "BatchSize": (1, 10_000),
    "MaximumBatchingWindowInSeconds": (0, 300),
    "ParallelizationFactor": (1, 10),
    "MaximumRecordAgeInSeconds": (-1, 604_800),
    "MaximumRetryAttempts": (-1, 10_000),
    "TumblingWindowInSeconds": (0, 900),
    "ScalingConfig.MaximumConcurrency": (2, 1000),
}
LEAST_RECORD_AGE = 60
MAX_FIFO_BATCH, MAX_BATCH_WITHOUT_WINDOW = 10, 10
OF_STREAMS = (
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "StartingPosition",
    "StartingPositionTimestamp",
    "TumblingWindowInSeconds",
)
DESTINATIONS = ("sqs", "sns", "s3")


class MappingError(JsonRESTError):  # type: ignore[misc]
    """An error of an operation on mappings."""

    def __init__(self, kind: str, message: str, status: int = 400) -> None:
        super().__init__(kind, message)
        self.code = status


def invalid(message: str) -> MappingError:
    return MappingError("InvalidParameterValueException", message)


def check_request(spec: Mapping[str, Any], source_arn: str) -> None:
    """Refuse what is out of range, or not meant for this source; `spec` is the request.

    Raises:
        MappingError: with AWS's code and message.
    """
    for path, (least, most) in RANGES.items():
        _check_range(path, _at(spec, path), least, most)
    age = spec.get("MaximumRecordAgeInSeconds")
    if age is not None and -1 < age < LEAST_RECORD_AGE:
        raise invalid(f"MaximumRecordAgeInSeconds must be -1 or at least {LEAST_RECORD_AGE}.")
    try:
        Filters(spec.get("FilterCriteria"), source_arn)
    except InvalidFilterError as error:
        raise invalid(str(error)) from None
    if source_arn.split(":")[2] == "sqs":
        _check_for_queue(spec)
    elif spec.get("ScalingConfig"):
        raise invalid("ScalingConfig is only available for SQS event sources.")
    _check_destination(spec.get("DestinationConfig"))


def check_batch(size: int, window: int, source_arn: str) -> None:
    """Refuse a batch size that needs more than the mapping has. Raises as `check_request`."""
    if source_arn.endswith(".fifo"):
        if size > MAX_FIFO_BATCH:
            raise invalid(f"Batch size must be at most {MAX_FIFO_BATCH} for FIFO queues.")
        if window:
            raise invalid("Batching window is not supported for FIFO queues")
    elif size > MAX_BATCH_WITHOUT_WINDOW and not window and ":sqs:" in source_arn:
        raise invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            f"greater than {MAX_BATCH_WITHOUT_WINDOW}"
        )


def check_visibility(visibility_seconds: int, function_seconds: int) -> None:
    """A message must not come back while the function still works on it."""
    if visibility_seconds < function_seconds:
        raise invalid(
            f"Queue visibility timeout: {visibility_seconds} seconds is less than Function "
            f"timeout: {function_seconds} seconds"
        )


def _check_for_queue(spec: Mapping[str, Any]) -> None:
    for name in OF_STREAMS:
        if spec.get(name) is not None:
            raise invalid(f"{name} is not supported for SQS event sources.")
    if (spec.get("DestinationConfig") or {}).get("OnFailure"):
        raise invalid("DestinationConfig is not supported for SQS event sources.")


def _check_destination(config: Mapping[str, Any] | None) -> None:
    arn = ((config or {}).get("OnFailure") or {}).get("Destination", "")
    parts = arn.split(":")
    if arn and (len(parts) < 6 or parts[2] not in DESTINATIONS):
        raise invalid(f"The destination {arn} is not supported for this event source mapping.")


def _check_range(path: str, value: Any, least: int, most: int) -> None:
    if value is None or least <= value <= most:
        return
    field = ".".join(part[0].lower() + part[1:] for part in path.split("."))
    rule = (
        f"greater than or equal to {least}" if value < least else f"less than or equal to {most}"
    )
    raise MappingError(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{field}' failed to satisfy "
        f"constraint: Member must have value {rule}",
    )


def _at(spec: Mapping[str, Any], path: str) -> Any:
    found: Any = spec
    for part in path.split("."):
        found = (found or {}).get(part)
    return found
