"""Every place in which moto is bent to the cloud's will. Nothing else touches moto's inside.

Each seam has a test that fails when a new moto moves what stands here.
"""

import contextlib
import functools
import json
from collections.abc import Callable
from typing import Any, Protocol

import moto.core.utils
import moto.sqs.models
from moto import mock_aws
from moto.awslambda.models import (
    EventSourceMapping,
    LambdaBackend,
    LambdaFunction,
    lambda_backends,
)
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.models import botocore_stubber
from moto.core.utils import camelcase_to_underscores
from moto.moto_api._internal import mock_random
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from labs.cloud.clock import clock

REGION = "us-east-1"


class MissingError(NotImplementedError):
    """A part of an operation is not simulated; the text goes on after "is not simulated"."""


# (function, event's JSON) -> (payload, failed, log): what `LambdaFunction._invoke_lambda` returns.
type Invoke = Callable[[LambdaFunction, str], tuple[str, bool, str]]


class PassTime(Protocol):
    """Goes to the next moment before `until` (ms) at which something is due; False if none is."""

    def __call__(self, *, until: float) -> bool: ...


def _nothing_is_due(*, until: float) -> bool:
    return False


_pass_time: PassTime = _nothing_is_due

_mock = mock_aws(config={"core": {"reset_boto3_session": False}})
_add_message = Queue.add_message
_receive_now = SQSBackend.receive_message
_create_any_mapping = LambdaBackend.create_event_source_mapping
_invoke_function = LambdaFunction.invoke
_update_code = LambdaFunction.update_function_code
_update_configuration = LambdaFunction.update_configuration


def start() -> None:
    """Start moto with its seams, once in a process."""
    # unix_time() and unix_time_millis(), by which SQS lives, read this global.
    moto.core.utils.utcnow = lambda: clock.now().replace(tzinfo=None)
    # moto invokes mapped functions inside SendMessage, one message at a time, and never again.
    Queue.add_message = _add_message_only
    SQSBackend.receive_message = _receive_message
    LambdaBackend.create_event_source_mapping = _create_mapping
    LambdaFunction.invoke = _invoke
    LambdaFunction.update_function_code = _counted(_update_code)
    LambdaFunction.update_configuration = _counted(_update_configuration)
    # Called a dozen times for each message, on the same few names: a sixth of a grading.
    moto.sqs.models.camelcase_to_underscores = functools.cache(camelcase_to_underscores)
    _mock.start()


def stop() -> None:
    """Take moto out again. The seams stay, and start() may be called again."""
    _mock.stop()


def reset(seed: int) -> None:
    """An empty account, at the real time, whose ids follow from `seed`."""
    _mock.reset()
    mock_random.seed(seed)
    clock.reset()


def set_pass_time(pass_time: PassTime) -> None:
    """Let `pass_time` do what is due while a program waits in a long poll."""
    global _pass_time
    _pass_time = pass_time


def set_invoke(invoke: Invoke) -> None:
    """Let `invoke` run Lambda functions, for whichever service calls them."""

    def _invoke_lambda(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
        # moto parses the request's body, but stands in the text "{}" for none.
        return invoke(self, event if event == "{}" else json.dumps(event))

    LambdaFunction._invoke_lambda = _invoke_lambda


def process(request: Any) -> tuple[int, dict[str, str], bytes] | None:
    """moto's answer to an AWSPreparedRequest: (status, headers, body), or None if it has none."""
    answer = botocore_stubber.process_request(request)
    if answer is None:
        return None
    status, headers, body = answer
    content = body if isinstance(body, bytes) else str(body).encode()
    return status, {str(name): str(value) for name, value in headers.items()}, content


def event_source_mappings() -> list[EventSourceMapping]:
    """All mappings of the account, oldest first."""
    backend = lambda_backends[DEFAULT_ACCOUNT_ID][REGION]
    return list(backend._event_source_mappings.values())


def function(arn: str) -> LambdaFunction | None:
    return lambda_backends[DEFAULT_ACCOUNT_ID][REGION].get_function_by_arn(arn)


def generation(function: LambdaFunction) -> str:
    """Identifies code and configuration: another one means other execution environments."""
    count = getattr(function, "coldstart_updates", 0)
    return f"{function.function_arn}:{function.version}:{function.last_modified}:{count}"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{DEFAULT_ACCOUNT_ID}:{name}"


def queue(arn: str) -> Queue | None:
    return sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues.get(arn.rpartition(":")[2])


def receive(source: Queue, count: int) -> list[Any]:
    """Up to `count` visible messages, which become invisible for the queue's timeout."""
    backend = sqs_backends[DEFAULT_ACCOUNT_ID][REGION]
    timeout = source.visibility_timeout
    return list(backend.receive_message(source.name, count, 0, timeout, ["All"]))


def delete(source: Queue, message: Any) -> None:
    """Delete a received message, unless the function itself did."""
    with contextlib.suppress(ReceiptHandleIsInvalid):
        source.delete_message(message.receipt_handle)


def bodies(queue_arn: str) -> list[str]:
    """The bodies of all messages of a queue, visible or not, without receiving them."""
    source = queue(queue_arn)
    return [message.body for message in source._messages] if source else []


def next_visible_millis(source: Queue) -> float | None:
    """When the next message of the queue becomes visible, or None if none waits for its time."""
    now = clock.millis()
    waiting = [max(message.visible_at, message.delayed_until) for message in source._messages]
    return min((moment for moment in waiting if moment >= now), default=None)


def _create_mapping(self: LambdaBackend, spec: dict[str, Any]) -> Any:
    """A mapping that would deliver what AWS filters out is refused, not made."""
    if spec.get("FilterCriteria"):
        raise MissingError("with FilterCriteria")
    return _create_any_mapping(self, spec)


def _invoke(
    self: LambdaFunction, body: str, request_headers: Any, response_headers: Any
) -> str | bytes:
    """moto calls every error handled; a Python function's never is."""
    payload: str | bytes = _invoke_function(self, body, request_headers, response_headers)
    if "x-amz-function-error" in response_headers:
        response_headers["x-amz-function-error"] = "Unhandled"
    return payload


def _counted(update: Callable[..., Any]) -> Callable[..., Any]:
    """moto leaves no mark on a function that was updated."""

    def counting(self: LambdaFunction, *arguments: Any) -> Any:
        self.coldstart_updates = getattr(self, "coldstart_updates", 0) + 1
        return update(self, *arguments)

    return counting


def _add_message_only(self: Queue, message: Any) -> None:
    mappings, self.lambda_event_source_mappings = self.lambda_event_source_mappings, {}
    try:
        _add_message(self, message)
    finally:
        self.lambda_event_source_mappings = mappings


def _receive_message(
    self: SQSBackend, queue_name: str, count: int, wait_seconds: int, *arguments: Any
) -> list[Any]:
    """Long polling on virtual time: moto would sleep."""
    end = clock.millis() + (wait_seconds or 0) * 1000
    while True:
        messages: list[Any] = _receive_now(self, queue_name, count, 0, *arguments)
        if messages or clock.millis() >= end:
            return messages
        moment = next_visible_millis(self.get_queue(queue_name)) or end
        # What else is due before that may put a message into this queue.
        if not _pass_time(until=min(moment, end)):
            clock.advance_to(min(moment + 1, end))
