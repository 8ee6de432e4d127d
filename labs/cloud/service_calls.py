"""AWS calls that a service makes by itself: a state machine, a pipe, a delivery.

They stand in the trace as made by that service, and faults hit them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud.clients import client
from labs.cloud.clock import CALL_NS, NS_PER_MS, clock
from labs.cloud.iam import denials, enforcement
from labs.cloud.missing import MissingError
from labs.cloud.parameters import as_text
from labs.cloud.simulation import Caller, current
from labs.cloud.touched import resources_of
from labs.cloud.trace import (
    CONNECTION_CLOSED,
    DEFAULT_REGION,
    NOT_SIMULATED,
    UNANSWERED,
    error_code,
)
from labs.verdict import Call


def call(
    made_by: str,
    service: str,
    operation: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    region: str = DEFAULT_REGION,
) -> dict[str, Any]:
    """One call, with boto3's names: call("rule nightly", "sqs", "SendMessage", {...}).

    It is made once: whoever calls decides about another attempt.

    Raises:
        ClientError: AWS's error, also one of a fault.
        ParamValidationError: the parameters are none of this operation.
        MissingError: the operation is not simulated.
    """
    simulation, asked = current(), dict(parameters or {})
    with noted(made_by, service, operation, asked, region=region) as answer:
        hit = simulation.faults.of_call(service, operation, asked)
        hit.happen_before()
        clock.advance(hit.delay_ns)
        if hit.error:
            header, body = hit.error
            code = error_code(header["status"], header["headers"], body)
            raise ClientError(_error(code, header["status"]), operation)
        answer |= _made(service, operation, asked, region)
        if hit.lost:
            raise ClientError(_error(CONNECTION_CLOSED, 0), operation)
        return answer


@contextmanager
def noted(
    made_by: str,
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    *,
    region: str = DEFAULT_REGION,
) -> Iterator[dict[str, Any]]:
    """Note in the trace what a service does, with how it ends; takes the time of a call.

    Also for what is no call of boto3: `with noted("topic t", "lambda", "Invoke", {...}):`.

    Raises:
        ClientError: the service's role lacks a permission, where the lab enforces IAM.
    """
    simulation = current()
    started = clock.now_ns()
    clock.advance(CALL_NS)
    number = simulation.trace.begin(
        Call(
            service,
            operation,
            0,
            "",
            UNANSWERED,
            parameters=as_text(parameters),
            made_by=made_by,
            resources=resources_of(service, operation, parameters),
        )
    )
    simulation.callers.append(Caller(made_by))
    status, code = 200, ""
    answer: dict[str, Any] = {}
    try:
        denial = enforcement.check_service(made_by, service, operation, parameters, region)
        if denial:
            raise denials.error(denial, service, operation)
        yield answer
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 200)
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        code = str(error.response["Error"].get("Code"))
        raise
    except NotImplementedError:
        status, code = 501, NOT_SIMULATED
        raise
    except BaseException as error:
        status, code = 500, type(error).__name__
        raise
    finally:
        simulation.callers.pop()
        duration_ms = (clock.now_ns() - started) // NS_PER_MS
        simulation.trace.end(
            number, status=status, error=code, duration_ms=duration_ms, answer=_told(answer)
        )


def _told(answer: Mapping[str, Any]) -> str:
    told = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    return as_text(told) if told else ""


def _made(service: str, operation: str, parameters: dict[str, Any], region: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = client(service, region)._make_api_call(operation, parameters)
    except NotImplementedError as error:
        reason = f"{error} " if isinstance(error, MissingError) else ""
        raise MissingError(f"{reason}({service}.{operation})") from None
    except ClientError as error:
        if error.response["Error"].get("Message") != "Not yet implemented":  # as moto says it
            raise
        raise MissingError(f"({service}.{operation})") from None
    return answer


def _error(code: str, status: int) -> Any:
    return {
        "Error": {"Code": code, "Message": "A fault of the lab."},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
