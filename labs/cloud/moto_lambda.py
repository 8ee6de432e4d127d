"""Every place in which moto's Lambda is bent: what it refuses, runs and logs.

Rules: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from moto.awslambda.exceptions import InvalidParameterValueException, UnknownFunctionException
from moto.awslambda.models import LambdaBackend, LambdaFunction, LambdaStorage, lambda_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.logs.models import LogsBackend, logs_backends
from moto.moto_api._internal import mock_random

from labs.cloud.clock import clock
from labs.cloud.guest import GuestError
from labs.cloud.lambda_runtime import logs, payload
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError
from labs.cloud.trace import DEFAULT_REGION
from labs.sandbox import seam

MAX_TIMEOUT_SECONDS, MAX_MEMORY_MB, MAX_LAYERS = 900, 10240, 5
# AWS takes 250 MB, unpacked. This is what fits into one frame to a function's process.
MAX_PACKAGE_BYTES = seam.MAX_BODY_BYTES
MAX_REQUEST_BYTES = 6_291_456
MAX_ENVIRONMENT_BYTES = 4096
MAX_LOG_BYTES, LOG_EVENT_BYTES = 32 * 1024 * 1024, 500  # of all functions; of one empty line
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


class Invoke(Protocol):
    """Runs a function with an event (JSON), named by `arn` ("": its own).

    Raises:
        ThrottledError: its reserved concurrency is used up.
    """

    def __call__(
        self,
        function: Any,
        event: str,
        *,
        arn: str = "",
        client_context: dict[str, Any] | None = None,
    ) -> Invocation: ...


class RequestError(JsonRESTError):  # type: ignore[misc]
    """An error of Invoke itself, with the fields that its exceptions have."""

    def __init__(self, kind: str, message: str, *, status: int = 400, **fields: str) -> None:
        super().__init__(kind, message)
        self.code = status
        details = {"Type": "User", "message": message, "__type": kind, **fields}
        self.description = json.dumps(details)


def _nothing_runs(function: Any, event: str, **_options: Any) -> Invocation:
    raise GuestError("there is no account in which functions run")


_invoke: Invoke = _nothing_runs
_put_any_function = LambdaStorage.put_function
_update_code = LambdaFunction.update_function_code
_update_configuration = LambdaFunction.update_configuration


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaStorage.put_function = _put_function
    LambdaFunction.update_function_code = _checked(_update_code)
    LambdaFunction.update_configuration = _checked(_update_configuration)
    LambdaBackend.invoke = _invoke_by_api
    LambdaFunction.invoke = _invoke_by_service


def set_invoke(invoke: Invoke) -> None:
    """Let `invoke` run Lambda functions, for whichever service calls them."""
    global _invoke
    _invoke = invoke


def function(arn: str) -> LambdaFunction | None:
    """The function, the version of it, or what its alias stands for."""
    storage = lambda_backends[DEFAULT_ACCOUNT_ID][DEFAULT_REGION]._lambdas
    try:
        return storage.get_function_by_name_or_arn_with_qualifier(arn)
    except UnknownFunctionException:
        return None


def generation(function: LambdaFunction) -> str:
    """Identifies code and configuration: another one means other execution environments."""
    count = getattr(function, "coldstart_updates", 0)
    return f"{function.function_arn}:{function.version}:{function.last_modified}:{count}"


def archives(function: LambdaFunction) -> list[bytes]:
    """A function's package, then its layers in their order, as zips."""
    return [function.code_bytes, *getattr(function, "coldstart_layers", ())]


def reserved_concurrency(function: LambdaFunction) -> int | None:
    """That of the function, which its versions share; None if it has none."""
    backend = lambda_backends[function.account_id][function.region]
    value = backend.get_function(function.function_name).reserved_concurrency
    return None if value is None else int(value)


def new_id() -> str:
    """A UUID that follows from the account's seed."""
    return str(mock_random.uuid4())


def log(function: LambdaFunction, stream: str, lines: Sequence[str]) -> None:
    """Write lines to a function's log group, and make what is missing of it."""
    backend = logs_backends[DEFAULT_ACCOUNT_ID][function.region]
    group = function.logs_group_name
    moment = int(clock.millis())
    events = [{"timestamp": moment, "message": line} for line in lines]
    try:
        if _stored_bytes(backend) > MAX_LOG_BYTES:
            return
        backend.ensure_log_group(group)
        backend.ensure_log_stream(group, stream)
        backend.put_log_events(group, stream, events)
    except GuestError:
        raise
    except Exception:  # noqa: S110 - the group is subscribed to what is not there, or breaks
        pass


def _stored_bytes(backend: LogsBackend) -> int:
    streams = (stream for group in backend.groups.values() for stream in group.streams.values())
    return sum(stream.stored_bytes + len(stream.events) * LOG_EVENT_BYTES for stream in streams)


def _put_function(self: LambdaStorage, function: LambdaFunction) -> None:
    _check(function)
    _put_any_function(self, function)


def _checked(update: Callable[..., Any]) -> Callable[..., Any]:
    """An update that is refused changes nothing; each other one leaves a mark."""

    def updating(self: LambdaFunction, *arguments: Any) -> Any:
        before = dict(vars(self))
        self.coldstart_updates = getattr(self, "coldstart_updates", 0) + 1
        try:
            answer = update(self, *arguments)
            _check(self)
        except JsonRESTError:
            vars(self).clear()
            vars(self).update(before)
            raise
        return answer

    return updating


def _check(function: LambdaFunction) -> None:
    """Refuse what AWS refuses and moto takes.

    Raises:
        InvalidParameterValueException: as AWS words it.
    """
    _check_range("timeout", function.timeout, MAX_TIMEOUT_SECONDS)
    _check_range("memorySize", function.memory_size, MAX_MEMORY_MB)
    _check_environment(function.environment_vars)
    _keep_layers(function)


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


def _keep_layers(function: LambdaFunction) -> None:
    """Check the layers, and keep them: a function goes on when its layer is deleted."""
    if len(function.layers) > MAX_LAYERS:
        raise InvalidParameterValueException(
            f"Layers: Cannot reference more than {MAX_LAYERS} layers."
        )
    backend = lambda_backends[function.account_id][function.region]
    kept = dict(getattr(function, "coldstart_layers_by_arn", {}))
    for layer in function.layers:
        if found := backend.layers_versions_by_arn(layer["Arn"]):
            kept[layer["Arn"]] = found.code_bytes
    function.coldstart_layers_by_arn = kept
    function.coldstart_layers = [kept[layer["Arn"]] for layer in function.layers]
    size = sum(map(len, archives(function)))
    if size > MAX_PACKAGE_BYTES:
        raise InvalidParameterValueException(
            "Function code combined with layers exceeds the maximum allowed size of "
            f"{MAX_PACKAGE_BYTES} bytes. The actual size is {size} bytes."
        )


def _invoke_by_api(
    self: LambdaBackend,
    function_name: str,
    qualifier: str | None,
    body: str | bytes,
    headers: Any,
    response_headers: dict[str, str],
) -> str | bytes:
    """Invoke; also called by services of moto, then without headers."""
    function = self.get_function(function_name, qualifier)
    kind = headers.get("X-Amz-Invocation-Type", "RequestResponse")
    if kind == "DryRun":
        return ""
    _check_event(body, kind)
    named = function_name.rpartition(":function:")[2].partition(":")[2] or qualifier
    unqualified = ":".join(function.function_arn.split(":")[:7])
    try:
        invocation = _invoke(
            function,
            _text(body) or "{}",
            arn=f"{unqualified}:{named}" if named else unqualified,
            client_context=_client_context(headers.get("X-Amz-Client-Context")),
        )
    except ThrottledError:
        if not headers:
            return ""
        raise RequestError(
            "TooManyRequestsException",
            "Rate Exceeded.",
            status=429,
            Reason="ReservedFunctionConcurrentInvocationLimitExceeded",
        ) from None
    if kind == "Event":
        return ""
    _describe(invocation, response_headers)
    return invocation.payload.encode()


def _invoke_by_service(
    self: LambdaFunction, body: str | bytes, _request_headers: Any, _response_headers: Any
) -> str | bytes:
    """How S3, SNS, streams and others invoke in moto: nobody waits for the answer."""
    try:
        return _invoke(self, _text(body) or "{}").payload.encode()
    except ThrottledError:
        return b""


def _describe(invocation: Invocation, headers: dict[str, str]) -> None:
    """Invoke's response headers. moto takes the log away again where nobody asked for it."""
    if invocation.error is not None:
        # "Handled" is for what runtimes of other languages catch.
        headers["x-amz-function-error"] = "Unhandled"
    headers["x-amz-log-result"] = base64.b64encode(logs.tail(invocation.log)).decode()
    headers["X-Amz-Executed-Version"] = invocation.version


def _check_event(body: str | bytes, kind: str) -> None:
    if len(body) > MAX_REQUEST_BYTES:
        raise RequestError(
            "RequestTooLargeException",
            f"{len(body)} byte payload is too large for the {kind} invocation type "
            f"(limit {MAX_REQUEST_BYTES} bytes)",
            status=413,
        )
    try:
        payload.parse(body or "{}")
    except ValueError as error:
        raise RequestError(
            "InvalidRequestContentException", f"Could not parse request body into json: {error}"
        ) from None


def _client_context(header: str | None) -> dict[str, Any] | None:
    if not header:
        return None
    try:
        context = payload.parse(base64.b64decode(header, validate=True))
    except (ValueError, binascii.Error):
        context = None
    if not isinstance(context, dict):
        raise RequestError(
            "InvalidRequestContentException",
            "Client context must be a valid Base64-encoded JSON object.",
        )
    return context


def _text(body: str | bytes) -> str:
    return body.decode() if isinstance(body, bytes) else body
