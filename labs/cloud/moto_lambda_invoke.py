"""Every place in which moto's Invoke is bent.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import base64
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.responses import LambdaResponse

from labs.cloud import lambda_limits as limits
from labs.cloud import moto_lambda
from labs.cloud.lambda_runtime import asynchronous, logs
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError
from labs.cloud.simulation import current, has_current

LOG_RESULT = "x-amz-log-result"


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaResponse.invoke = _respond
    LambdaResponse.invoke_async = _respond_async
    LambdaBackend.invoke = _invoke_by_api
    LambdaFunction.invoke = _invoke_by_service


def _respond(self: LambdaResponse) -> tuple[int, dict[str, str], str | bytes]:
    """Invoke's response. moto forgets the qualifier, and its own limit on a response is lower."""
    name = moto_lambda.named(self, -2)
    qualifier = self.querystring.get("Qualifier", [None])[0]
    status = {"Event": 202, "DryRun": 204}.get(self.headers.get("X-Amz-Invocation-Type"), 200)
    headers = {"content-type": "application/json", "status": str(status)}
    body = self.backend.invoke(name, qualifier, self.body, self.headers, headers)
    if self.headers.get("X-Amz-Log-Type") != "Tail":
        headers.pop(LOG_RESULT, None)
    return status, headers, body


def _respond_async(self: LambdaResponse) -> tuple[int, dict[str, str], str]:
    """InvokeAsync, the old form of InvocationType=Event."""
    name = moto_lambda.named(self, -2)
    event = {"X-Amz-Invocation-Type": "Event"}
    self.backend.invoke(name, None, self.body, event, {})
    return 202, {"status": "202"}, ""


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
    unqualified = moto_lambda.unqualified_arn(function)
    arn = f"{unqualified}:{named}" if named else unqualified
    if kind == "Event" and has_current():
        _invoke_later(arn, _text(body) or "{}")
        return ""
    try:
        invocation = moto_lambda.run(
            function,
            _text(body) or "{}",
            arn=arn,
            client_context=limits.client_context(headers.get("X-Amz-Client-Context")),
        )
    except ThrottledError:
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


def _invoke_later(arn: str, event: str) -> None:
    """By whoever's call is being answered; none is a check."""
    callers = current().callers
    asynchronous.invoke_later(arn, event, made_by=callers[-1].made_by if callers else "a check")


def _invoke_by_service(
    self: LambdaFunction, body: str | bytes, _request_headers: Any, _response_headers: Any
) -> str | bytes:
    """How services of moto invoke that have no wiring of ours: nobody waits for the answer."""
    event = _text(body) or "{}"
    if has_current():
        made_by = "service logs" if '"awslogs"' in event else "service lambda"
        asynchronous.invoke_later(str(self.function_arn), event, made_by=made_by)
        return b""
    try:
        return moto_lambda.run(self, event).payload.encode()
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
