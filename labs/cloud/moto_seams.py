"""Every place in which moto is bent to the cloud's will. Nothing else touches moto's inside.

Each seam has a test that fails when a new moto moves what stands here.
"""

import base64
import contextlib
import functools
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from moto import mock_aws
from moto.awslambda.models import (
    EventSourceMapping,
    LambdaBackend,
    lambda_backends,
)
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber
from moto.core.responses import BaseResponse
from moto.sns.models import Subscription, Topic, sns_backends
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from labs.cloud import moto_lambda, moto_speed, randomness, routes
from labs.cloud.clock import clock
from labs.cloud.missing import MissingError

REGION = "us-east-1"
# On a request: the operation that it was read as.
READ_AS = "x-coldstart-operation"


class PassTime(Protocol):
    """Goes to the next moment before `until` (ms) at which something is due; False if none is."""

    def __call__(self, *, until: float) -> bool: ...


def _nothing_is_due(*, until: float) -> bool:
    return False


_pass_time: PassTime = _nothing_is_due

# What services put into moto, each in a module of its own: labs/cloud/moto_<service>.py.
PATCHES: tuple[Callable[[], None], ...] = (moto_lambda.patch,)

_mock = mock_aws(config={"core": {"reset_boto3_session": False}})
_process_any_request = BotocoreStubber.process_request
_get_action = BaseResponse._get_action
_add_message = Queue.add_message
_receive_now = SQSBackend.receive_message
_signed_post_data = Subscription.get_post_data
_create_any_mapping = LambdaBackend.create_event_source_mapping


def start() -> None:
    """Start moto with its seams, once in a process."""
    # moto invokes mapped functions inside SendMessage, one message at a time, and never again.
    Queue.add_message = _add_message_only
    SQSBackend.receive_message = _receive_message
    LambdaBackend.create_event_source_mapping = _create_mapping
    BaseResponse._get_action = _get_same_action
    BotocoreStubber.process_request = _process_request
    for patch in PATCHES:
        patch()
    moto_speed.install()
    Subscription.private_key = _signing_key
    Subscription.get_post_data = _post_data
    _make_key()  # here, so that a zygote's children find it
    clock.start()
    randomness.start()
    _mock.start()


def stop() -> None:
    """Take moto out again. The seams stay, and start() may be called again."""
    _mock.stop()
    randomness.stop()
    clock.stop()


def reset(seed: int, start: datetime | None = None) -> None:
    """An empty account whose ids follow from `seed`, at the time `start` or else the real one."""
    clock.reset(start)
    randomness.seed(seed)
    _mock.reset()
    # How much that drew depends on what was there before.
    randomness.seed(seed)


def set_pass_time(pass_time: PassTime) -> None:
    """Let `pass_time` do what is due while a program waits in a long poll."""
    global _pass_time
    _pass_time = pass_time


def process(request: Any) -> tuple[int, dict[str, str], bytes] | None:
    """moto's answer to an AWSPreparedRequest: (status, headers, body), or None if it has none."""
    answer = botocore_stubber.process_request(request)
    if answer is None:
        return None
    status, headers, body = answer
    content = body if isinstance(body, bytes) else str(body).encode()
    return status, {str(name): str(value) for name, value in headers.items()}, content


def _process_request(self: BotocoreStubber, request: Any) -> Any:
    """Requests to an address of our own never reach moto."""
    if route := routes.find(urlsplit(request.url).hostname or ""):
        return route.handler(request)
    return _process_any_request(self, request)


def event_source_mappings() -> list[EventSourceMapping]:
    """All mappings of the account, oldest first."""
    backend = lambda_backends[DEFAULT_ACCOUNT_ID][REGION]
    return list(backend._event_source_mappings.values())


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{DEFAULT_ACCOUNT_ID}:{name}"


def queue(arn: str) -> Queue | None:
    region, account, name = arn.split(":")[3:6]
    return sqs_backends[account][region].queues.get(name)


def topic(arn: str) -> Topic | None:
    region, account = arn.split(":")[3:5]
    return sns_backends[account][region].topics.get(arn)


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


def _get_same_action(self: BaseResponse) -> Any:
    """moto takes an operation's name from wherever it finds one: a request names one, or none.

    Else a trace would show, and a fault hit, another operation than the one that is done.
    """
    action = _get_action(self)
    expected = self.headers.get(READ_AS)
    if expected and action and action != expected:
        raise MissingError(f"for a request that also says {str(action)[:100]}")
    return action


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


@functools.cache
def _make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _signing_key(_subscription: Subscription) -> rsa.RSAPrivateKey:
    """One for all: moto makes one for each subscription, which takes longer than a grading."""
    return _make_key()


def _post_data(
    self: Subscription, message: str, message_id: str, *arguments: Any, **options: Any
) -> dict[str, Any]:
    """A notification with a signature that is the same in each run, as no key of ours is."""
    data: dict[str, Any] = _signed_post_data(self, message, message_id, *arguments, **options)
    signature = random.Random(message_id).randbytes(256)  # noqa: S311 - nobody can verify it
    return {**data, "Signature": base64.b64encode(signature).decode()}
