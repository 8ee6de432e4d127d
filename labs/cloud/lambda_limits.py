"""What Lambda refuses, and moto would take.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import base64
import json
import re
from collections.abc import Sequence
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError

from labs.cloud.lambda_runtime import payload
from labs.cloud.missing import MissingError
from labs.sandbox import seam

MAX_TIMEOUT_SECONDS, MAX_MEMORY_MB, MAX_LAYERS = 900, 10240, 5
# AWS takes 250 MB, unpacked. This is what fits into one frame to a function's process.
MAX_PACKAGE_BYTES = seam.MAX_BODY_BYTES
MAX_REQUEST_BYTES, MAX_EVENT_BYTES = 6_291_456, 1_048_576  # synchronous, asynchronous
MAX_ENVIRONMENT_BYTES = 4096
VARIABLE = re.compile("[a-zA-Z][a-zA-Z0-9_]+")
RESERVED = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
}


# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html. All of them run here, in one.
# Python 3.8 is taken because AWS's samples still name it; AWS once announced to block it in 2025.
PYTHONS = tuple(f"python3.{minor}" for minor in (14, 13, 12, 11, 10, 9, 8))
RETIRED = ("python2.7", "python3.6", "python3.7")
OTHER_RUNTIME = re.compile(r"(nodejs|java|dotnet|ruby|provided|go)[\w.]*")


class RequestError(JsonRESTError):  # type: ignore[misc]
    """An error of Invoke itself, with the fields that its exceptions have."""

    def __init__(self, kind: str, message: str, *, status: int = 400, **fields: str) -> None:
        super().__init__(kind, message)
        self.code = status
        details = {"Type": "User", "message": message, "__type": kind, **fields}
        self.description = json.dumps(details)


def check_function(function: LambdaFunction, packages: Sequence[bytes]) -> None:
    """Check a function's settings; `packages` are its code and its layers, as zips.

    Raises:
        JsonRESTError: as AWS words it.
    """
    _check_range("timeout", function.timeout, MAX_TIMEOUT_SECONDS)
    _check_range("memorySize", function.memory_size, MAX_MEMORY_MB)
    _check_environment(function.environment_vars)
    _check_packages(packages)


def check_runtime(function: LambdaFunction) -> None:
    """Check that there is something to run, and that it can be run here.

    Raises:
        JsonRESTError: as AWS words it.
        MissingError: another language than Python, or a container image.
    """
    if function.package_type == "Image":
        raise MissingError("with PackageType Image")
    runtime, handler = function.run_time, function.handler
    if not runtime or not handler:
        raise InvalidParameterValueException(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages."
        )
    if len(handler.split()) != 1 or handler != handler.strip():
        raise RequestError(
            "ValidationException",
            f"1 validation error detected: Value '{handler}' at 'handler' failed to satisfy "
            r"constraint: Member must satisfy regular expression pattern: [^\s]+",
        )
    if runtime in RETIRED:
        raise InvalidParameterValueException(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating "
            "AWS Lambda functions. We recommend you use a supported runtime while creating or "
            "updating functions."
        )
    if runtime in PYTHONS:
        return
    if OTHER_RUNTIME.fullmatch(runtime):
        raise MissingError(f"with Runtime {runtime}")
    raise InvalidParameterValueException(
        f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum "
        f"value set: [{', '.join(PYTHONS)}] or be a valid ARN"
    )


def _check_range(name: str, value: int, most: int) -> None:
    if int(value) > most:
        raise RequestError(
            "ValidationException",
            f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy "
            f"constraint: Member must have value less than or equal to {most}",
        )


def _check_environment(variables: dict[str, str]) -> None:
    refused = "Lambda was unable to configure your environment variables because the environment "
    if found := sorted(RESERVED & variables.keys()):
        raise InvalidParameterValueException(
            f"{refused}variables you have provided contains reserved keys that are currently not "
            f"supported for modification. Reserved keys used in this request: {', '.join(found)}"
        )
    if not all(VARIABLE.fullmatch(name) for name in variables):
        raise RequestError(
            "ValidationException",
            "1 validation error detected: Value at 'environment.variables' failed to satisfy "
            "constraint: Map keys must satisfy constraint: "
            f"[Member must satisfy regular expression pattern: {VARIABLE.pattern}]",
        )
    if len(json.dumps(variables).encode()) > MAX_ENVIRONMENT_BYTES:
        raise InvalidParameterValueException(
            f"{refused}variables you have provided exceeded the 4KB limit."
        )


def _check_packages(packages: Sequence[bytes]) -> None:
    if len(packages) - 1 > MAX_LAYERS:
        raise InvalidParameterValueException(
            f"Layers: Cannot reference more than {MAX_LAYERS} layers."
        )
    size = sum(map(len, packages))
    if size > MAX_PACKAGE_BYTES:
        raise InvalidParameterValueException(
            "Function code combined with layers exceeds the maximum allowed size of "
            f"{MAX_PACKAGE_BYTES} bytes. The actual size is {size} bytes."
        )


def check_event(body: str | bytes, kind: str) -> None:
    """Check what a function shall be invoked with; `kind` is the invocation type.

    Raises:
        RequestError: it is too large, or no JSON.
    """
    most = MAX_EVENT_BYTES if kind == "Event" else MAX_REQUEST_BYTES
    if len(body) > most:
        raise RequestError(
            "RequestTooLargeException",
            f"{len(body)} byte payload is too large for the {kind} invocation type "
            f"(limit {most} bytes)",
            status=413,
        )
    try:
        payload.parse(body or "{}")
    except ValueError as error:
        raise RequestError(
            "InvalidRequestContentException", f"Could not parse request body into json: {error}"
        ) from None


def client_context(header: str | None) -> dict[str, Any] | None:
    """What the parameter ClientContext holds.

    Raises:
        RequestError: it is not what AWS asks for.
    """
    if not header:
        return None
    try:
        context = payload.parse(base64.b64decode(header, validate=True))
    except ValueError:
        context = None
    if not isinstance(context, dict):
        raise RequestError(
            "InvalidRequestContentException",
            "Client context must be a valid Base64-encoded JSON object.",
        )
    return context
