"""Every place in which moto is bent to the cloud's will. Nothing else touches moto's inside.

Each seam has a test that fails when a new moto moves what stands here.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber
from moto.core.responses import BaseResponse
from moto.sns.models import Topic, sns_backends

from labs.cloud import (
    function_urls,
    moto_apigateway,
    moto_apigatewayv2,
    moto_appsync,
    moto_cloudformation,
    moto_dynamodb,
    moto_ecs,
    moto_events,
    moto_iam,
    moto_kinesis,
    moto_lambda,
    moto_lambda_async,
    moto_lambda_code,
    moto_lambda_concurrency,
    moto_lambda_invoke,
    moto_lambda_policy,
    moto_lambda_versions,
    moto_mappings,
    moto_pipes,
    moto_rds,
    moto_s3,
    moto_s3_copies,
    moto_s3_lifecycle,
    moto_s3_locks,
    moto_s3_requests,
    moto_s3_uploads,
    moto_scheduler,
    moto_secretsmanager,
    moto_sns,
    moto_speed,
    moto_sqs,
    moto_stepfunctions,
    randomness,
    routes,
    websites,
)
from labs.cloud.clock import clock
from labs.cloud.missing import MissingError

REGION = "us-east-1"
# On a request: the operation that it was read as.
READ_AS = "x-coldstart-operation"

# What was asked for here before each service had a module of its own.
queue, queue_arn, bodies = moto_sqs.queue, moto_sqs.queue_arn, moto_sqs.bodies
receive, delete = moto_sqs.receive, moto_sqs.delete
next_visible_millis, set_pass_time = moto_sqs.next_visible_millis, moto_sqs.set_pass_time
event_source_mappings = moto_mappings.event_source_mappings

# What services put into moto, each in a module of its own: labs/cloud/moto_<service>.py.
PATCHES: tuple[Callable[[], None], ...] = (
    moto_lambda.patch,
    moto_lambda_async.patch,
    moto_lambda_code.patch,
    moto_lambda_invoke.patch,
    moto_lambda_policy.patch,
    moto_lambda_versions.patch,
    moto_lambda_concurrency.patch,
    function_urls.patch,
    moto_sns.patch,
    moto_s3.patch,
    moto_s3_copies.patch,
    moto_s3_lifecycle.patch,
    moto_s3_locks.patch,
    moto_s3_requests.patch,
    moto_s3_uploads.patch,
    websites.patch,
    moto_iam.patch,
    moto_cloudformation.patch,
    moto_ecs.patch,
    moto_sqs.patch,
    moto_mappings.patch,
    moto_dynamodb.patch,
    moto_kinesis.patch,
    moto_events.patch,
    moto_pipes.patch,
    moto_scheduler.patch,
    moto_rds.patch,
    moto_stepfunctions.patch,
    moto_apigateway.patch,
    moto_apigatewayv2.patch,
    moto_appsync.patch,
    moto_secretsmanager.patch,
)

_mock = mock_aws(config={"core": {"reset_boto3_session": False}})
_process_any_request = BotocoreStubber.process_request
_get_action = BaseResponse._get_action


def install() -> None:
    """Put all seams in, and leave it to others to start moto."""
    BaseResponse._get_action = _get_same_action
    BotocoreStubber.process_request = _process_request
    for patch in PATCHES:
        patch()
    moto_speed.install()


def start() -> None:
    """Start moto with its seams, once in a process."""
    install()
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
    moto_s3.take_parts_from(moto_s3.SMALLEST_PART)
    randomness.seed(seed)
    _mock.reset()
    # How much that drew depends on what was there before.
    randomness.seed(seed)


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
    route = routes.find(urlsplit(request.url).hostname or "")
    if route and (answer := route.handler(request)) is not None:
        return answer
    return _process_any_request(self, request)


def topic(arn: str) -> Topic | None:
    region, account = arn.split(":")[3:5]
    return sns_backends[account][region].topics.get(arn)


def _get_same_action(self: BaseResponse) -> Any:
    """moto takes an operation's name from wherever it finds one: a request names one, or none.

    Else a trace would show, and a fault hit, another operation than the one that is done.
    """
    action = _get_action(self)
    expected = self.headers.get(READ_AS)
    if self.service_name == "s3":
        return action  # a name for the answer alone: S3 goes by method and address
    if expected and action and action != expected:
        raise MissingError(f"for a request that also says {str(action)[:100]}")
    return action
