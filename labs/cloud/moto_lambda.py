"""Every place in which moto's Lambda is bent: what it keeps, runs and logs.

Each seam has a test that fails when a new moto moves what stands here.
"""

import base64
import itertools
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import unquote

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaBackend, LambdaFunction, LambdaStorage, lambda_backends
from moto.awslambda.responses import LambdaResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.logs.models import LogsBackend, logs_backends
from moto.moto_api._internal import mock_random

from labs.cloud import lambda_limits as limits
from labs.cloud.clock import clock
from labs.cloud.guest import GuestError
from labs.cloud.lambda_runtime import logs
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError
from labs.cloud.trace import DEFAULT_REGION

MAX_LOG_BYTES, LOG_EVENT_BYTES = 32 * 1024 * 1024, 500  # of all functions; of one empty line
LOG_RESULT = "x-amz-log-result"


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
    LambdaResponse.invoke = _respond
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


def policy_statements(function: LambdaFunction) -> list[dict[str, Any]]:
    """Those of the resource policy of a function and all its versions and aliases."""
    latest = lambda_backends[function.account_id][function.region].get_function(
        function.function_name
    )
    statements: list[dict[str, Any]] = latest.policy.statements
    return statements


def generation(function: LambdaFunction) -> str:
    """Identifies code and configuration: another one means other execution environments."""
    # Not by time: one that is deleted and made again may be as old as the one before.
    born = vars(function).setdefault("coldstart_born", next(_births))
    updates = vars(function).get("coldstart_updates", 0)
    return f"{function.function_arn}:{function.version}:{born}:{updates}"


_births = itertools.count()


def archives(function: LambdaFunction) -> list[bytes]:
    """A function's package, then its layers in their order, as zips."""
    layers = (function.coldstart_layers[layer["Arn"]] for layer in function.layers)
    return [function.code_bytes, *layers]


def reserved_concurrency(function: LambdaFunction) -> int | None:
    """That of the function, which its versions share; None if it has none."""
    backend = lambda_backends[function.account_id][function.region]
    latest = backend.get_function(function.function_name)
    value = getattr(latest, "reserved_concurrency", None)
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


def _accept(function: LambdaFunction) -> None:
    """Check its settings, and keep its layers: a function goes on when one is deleted."""
    backend = lambda_backends[function.account_id][function.region]
    kept = dict(getattr(function, "coldstart_layers", {}))
    for layer in function.layers:
        if found := backend.layers_versions_by_arn(layer["Arn"]):
            kept[layer["Arn"]] = found.code_bytes
    function.coldstart_layers = kept
    limits.check_function(function, archives(function))


def _put_function(self: LambdaStorage, function: LambdaFunction) -> None:
    _accept(function)
    _put_any_function(self, function)


def _checked(update: Callable[..., Any]) -> Callable[..., Any]:
    """An update that is refused changes nothing; each other one leaves a mark."""

    def updating(self: LambdaFunction, *arguments: Any) -> Any:
        before = dict(vars(self))
        self.coldstart_updates = getattr(self, "coldstart_updates", 0) + 1
        try:
            answer = update(self, *arguments)
            _accept(self)
        except JsonRESTError:
            vars(self).clear()
            vars(self).update(before)
            raise
        return answer

    return updating


def _respond(self: LambdaResponse) -> tuple[int, dict[str, str], str | bytes]:
    """Invoke's response. moto forgets the qualifier, and its own limit on a response is lower."""
    name = unquote(self.path.rsplit("/", 2)[-2])
    qualifier = self.querystring.get("Qualifier", [None])[0]
    status = {"Event": 202, "DryRun": 204}.get(self.headers.get("X-Amz-Invocation-Type"), 200)
    headers = {"content-type": "application/json", "status": str(status)}
    body = self.backend.invoke(name, qualifier, self.body, self.headers, headers)
    if self.headers.get("X-Amz-Log-Type") != "Tail":
        headers.pop(LOG_RESULT, None)
    return status, headers, body


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
    limits.check_event(body, kind)
    named = function_name.rpartition(":function:")[2].partition(":")[2] or qualifier
    unqualified = ":".join(function.function_arn.split(":")[:7])
    try:
        invocation = _invoke(
            function,
            _text(body) or "{}",
            arn=f"{unqualified}:{named}" if named else unqualified,
            client_context=limits.client_context(headers.get("X-Amz-Client-Context")),
        )
    except ThrottledError:
        if not headers:
            return ""
        raise limits.RequestError(
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
    """Invoke's response headers."""
    if invocation.error is not None:
        # "Handled" is for what runtimes of other languages catch.
        headers["x-amz-function-error"] = "Unhandled"
    headers[LOG_RESULT] = base64.b64encode(logs.tail(invocation.log)).decode()
    headers["X-Amz-Executed-Version"] = invocation.version


def _text(body: str | bytes) -> str:
    return body.decode() if isinstance(body, bytes) else body
