"""TestState's mocks: what a state's service would have answered.

https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

from typing import Any

from labs.cloud.missing import MissingError
from labs.cloud.services.stepfunctions.api.answers import ApiError
from labs.cloud.services.stepfunctions.execution.integrations import resources, services
from labs.cloud.services.stepfunctions.language import strict_json
from labs.cloud.services.stepfunctions.language.machine import (
    MapState,
    ParallelState,
    State,
    TaskState,
)

STRICT, PRESENT, NONE = "STRICT", "PRESENT", "NONE"
_KINDS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "string": (str, "a string"),
    "timestamp": (str, "a string"),
    "blob": (str, "a string"),
    "character": (str, "a string"),
    "boolean": (bool, "a boolean"),
    "integer": ((int, float), "a number"),
    "long": ((int, float), "a number"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "list": (list, "an array"),
    "map": (dict, "an object"),
    "structure": (dict, "an object"),
}


def refused(message: str) -> ApiError:
    return ApiError("ValidationException", message)


def result_of(mock: dict[str, Any], state: State, region: str) -> Any:
    """The mocked result, checked as its mode asks.

    Raises:
        ApiError: it is no JSON, or nothing that this state's service could answer.
    """
    try:
        result = strict_json.loads(mock["result"])
    except ValueError:
        raise refused("Mocked result must be valid JSON") from None
    if isinstance(state, MapState) and state.result_writer is None:
        if not isinstance(result, list):
            raise refused("Mocked result must be an array.")
    elif isinstance(state, ParallelState):
        _check_branches(result, state)
    elif isinstance(state, TaskState):
        _check_fields(result, state, mock.get("fieldValidationMode") or STRICT, region)
    return result


def _check_branches(result: Any, state: ParallelState) -> None:
    if not isinstance(result, list):
        raise refused("Mocked result must be an array.")
    if len(result) != len(state.branches):
        raise refused(
            "Mocked result must contain the same number of items as number of Parallel branches."
        )


def _check_fields(result: Any, state: TaskState, mode: str, region: str) -> None:
    shape = None if mode == NONE else _shape(state.resource, region)
    if shape is None:
        return
    if not isinstance(result, dict):
        raise _mismatch("Mock result must be an object")
    _check_structure(result, shape, is_strict=mode == STRICT)


def _shape(arn: str, region: str) -> Any:
    """botocore's shape of what the service answers; None where the answer is not its own."""
    resource = resources.parse(arn)
    if resource.kind not in (resources.OPTIMIZED, resources.SDK) or resource.pattern:
        return None
    service = services.boto3_name(_SDK_NAMES.get(resource.service, resource.service))
    if service is None or (resource.service, resource.action) == ("apigateway", "invoke"):
        return None
    try:
        return services.operation_of(service, resource.action, region).output_shape
    except MissingError:
        return None


# Of optimised integrations that are called otherwise than boto3's client.
_SDK_NAMES = {"states": "stepfunctions", "elasticmapreduce": "emr"}


def _check_structure(value: dict[str, Any], shape: Any, *, is_strict: bool) -> None:
    """States name fields in PascalCase, whatever the service's own names look like."""
    members = {name[:1].upper() + name[1:]: member for name, member in shape.members.items()}
    if is_strict:
        for name in shape.required_members:
            told = name[:1].upper() + name[1:]
            if told not in value:
                raise _mismatch(f"Required field '{told}' is missing")
    for name, one in value.items():
        # What a function returns is no field of Lambda's.
        if name in members and not (name == "Payload" and shape.name == "InvocationResponse"):
            _check_value(name, one, members[name], is_strict=is_strict)


def _check_value(name: str, value: Any, shape: Any, *, is_strict: bool) -> None:
    kind, told = _KINDS.get(shape.type_name, (object, ""))
    content: Any = value
    is_number = kind == (int, float)
    if not isinstance(value, kind) or (is_number and isinstance(value, bool)):
        raise _mismatch(f"Field '{name}' must be {told}")
    if shape.type_name == "structure":
        _check_structure(content, shape, is_strict=is_strict)
    elif shape.type_name == "list":
        for one in content:
            _check_value(name, one, shape.member, is_strict=is_strict)
    elif shape.type_name == "map":
        for one in content.values():
            _check_value(name, one, shape.value, is_strict=is_strict)
    else:
        _check_scalar(name, value, shape)


def _check_scalar(name: str, value: Any, shape: Any) -> None:
    if getattr(shape, "enum", None) and value not in shape.enum:
        raise _mismatch(f"Field '{name}' is not an expected value")
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    size: float
    if isinstance(value, str):
        size, unit = len(value), " length"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        size, unit = value, " value"
    else:
        return
    if least is not None and size < least:
        raise _mismatch(f"Field '{name}' is smaller than the minimum{unit}")
    if most is not None and size > most:
        raise _mismatch(f"Field '{name}' is larger than the maximum{unit}")


def _mismatch(what: str) -> ApiError:
    return refused(f"Mock result schema validation error: {what}")
