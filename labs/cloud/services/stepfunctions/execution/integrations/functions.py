"""Functions that a state machine invokes, and waits for."""

import json

from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_lambda, service_calls
from labs.cloud.clock import clock
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError
from labs.cloud.services.stepfunctions.execution.integrations import services
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.simulation import current
from labs.cloud.trace import CONNECTION_CLOSED, error_code

UNKNOWN, FAULT = "Lambda.Unknown", "A fault of the lab."


def invoke(made_by: str, arn: str, event: str, region: str) -> Invocation:
    """Run a function, named in any way that Lambda understands.

    Raises:
        StatesError: there is none, or it is throttled.
    """
    try:
        with service_calls.noted(
            made_by, "lambda", "Invoke", {"FunctionName": arn, "Payload": event}
        ):
            return _invoked(full_arn(arn, region), event)
    except ClientError as error:
        raise services.sdk_error("lambda", error, region) from None


def _invoked(arn: str, event: str) -> Invocation:
    """Invoke, as a fault of the lab lets it be."""
    hit = current().faults.of_call("lambda", "Invoke", {"FunctionName": arn})
    hit.happen_before()
    clock.advance(hit.delay_ns)
    if hit.error:
        header, body = hit.error
        code = error_code(header["status"], header["headers"], body)
        raise _refused(code, FAULT, header["status"])
    function = moto_lambda.function(arn)
    if function is None:
        raise _refused("ResourceNotFoundException", f"Function not found: {arn}", 404)
    try:
        invocation = current().environments.invoke(function, event, arn=arn)
    except ThrottledError:
        raise _refused("TooManyRequestsException", "Rate Exceeded.", 429) from None
    if hit.lost:
        raise _refused(CONNECTION_CLOSED, FAULT, 0)
    return invocation


def raise_failure(invocation: Invocation) -> None:
    """Raise what the function failed with."""
    error = invocation.error
    if error is not None:
        raise StatesError(str(error.get("errorType") or UNKNOWN), json.dumps(error))


def full_arn(name: str, region: str) -> str:
    """The ARN of what may be a name, with or without qualifier."""
    if name.startswith("arn:"):
        return name
    return f"arn:aws:lambda:{region}:{DEFAULT_ACCOUNT_ID}:function:{name}"


def _refused(code: str, message: str, status: int) -> ClientError:
    told = {"Error": {"Code": code, "Message": message}}
    return ClientError({**told, "ResponseMetadata": {"HTTPStatusCode": status}}, "Invoke")
