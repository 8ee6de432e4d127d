"""Lambda functions that an API calls: integrations and authorizers."""

import re
from dataclasses import dataclass

from botocore.exceptions import ClientError

from labs.cloud.clock import clock
from labs.cloud.lambda_runtime import asynchronous
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError
from labs.cloud.service_calls import noted
from labs.cloud.simulation import current
from labs.cloud.wiring import targets

SERVICE = "apigateway.amazonaws.com"
IN_URI = re.compile(r"(?:functions/)?(arn:aws[a-z-]*:lambda:[^/]+)(?:/invocations)?$")


class UnavailableError(Exception):
    """The function was not invoked: there is none, no permission, or it is throttled."""


class TimedOutError(Exception):
    """The function answered after the integration's timeout."""


@dataclass(frozen=True)
class Target:
    """A function as an API names it. `source_arn` is the method or route that calls it.

    `made_by` is the API as the trace says it ("api orders"), `has_role` whether the API calls it
    with a role, so that the function's policy is not asked.
    """

    made_by: str
    arn: str
    source_arn: str
    has_role: bool = False


def arn_in(uri: str) -> str | None:
    """The function in the URI of an integration or authorizer, None if it is no function's."""
    found = IN_URI.search(uri)
    return found[1] if found else None


def invoke(target: Target, event: str, timeout_ms: float = 29_000) -> Invocation:
    """Invoke it and wait for the answer.

    Raises:
        UnavailableError: it could not be invoked; the trace says why.
        TimedOutError: it took longer than `timeout_ms`.
    """
    started = clock.millis()
    try:
        with noted(target.made_by, "lambda", "Invoke", _parameters(target, event)):
            function = targets.check_function(_sender(target), target.arn)
            invocation = _invoked(function, event, target.arn)
    except ClientError as error:
        raise UnavailableError(str(error)) from None
    if clock.millis() - started > timeout_ms:
        raise TimedOutError
    return invocation


def invoke_later(target: Target, event: str) -> None:
    """Invoke it asynchronously. Raises UnavailableError."""
    sender = _sender(target)
    try:
        with noted(target.made_by, "lambda", "Invoke", _parameters(target, event, "Event")):
            targets.check_function(sender, target.arn)
    except ClientError as error:
        raise UnavailableError(str(error)) from None
    asynchronous.invoke_later(target.arn, event, made_by=target.made_by)


def _invoked(function: object, event: str, arn: str) -> Invocation:
    try:
        return current().environments.invoke(function, event, arn=arn)
    except ThrottledError:
        raise targets.refused(
            "Invoke", "TooManyRequestsException", "Rate Exceeded.", 429
        ) from None


def _sender(target: Target) -> targets.Sender:
    return targets.Sender(target.made_by, SERVICE, target.source_arn, target.has_role)


def _parameters(target: Target, event: str, kind: str = "RequestResponse") -> dict[str, str]:
    return {"FunctionName": target.arn, "InvocationType": kind, "Payload": event}
