"""boto3 clients whose calls reach an account as the learner's do, by a script or a function."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from moto.core.models import botocore_stubber

from labs.cloud.account import Account
from labs.cloud.lambda_runtime.invocation import Running
from labs.sandbox.environment import ENVIRONMENT
from labs.sandbox.guest.aws import Body

ROLE = "arn:aws:iam::123456789012:role/worker"


def client(account: Account, service: str, credentials: dict[str, Any] | None = None) -> Any:
    """A client of the learner's code; `credentials` as AssumeRole returns them."""
    keys = credentials or {}
    made = boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id=keys.get("AccessKeyId", ENVIRONMENT["AWS_ACCESS_KEY_ID"]),
        aws_secret_access_key=keys.get("SecretAccessKey", ENVIRONMENT["AWS_SECRET_ACCESS_KEY"]),
        aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )

    def send(request: AWSPreparedRequest, **_options: Any) -> AWSResponse:
        body = request.body or b""
        content = body.read() if hasattr(body, "read") else body
        header = {
            "method": request.method,
            "url": request.url,
            "headers": {
                name: value.decode() if isinstance(value, bytes) else str(value)
                for name, value in request.headers.items()
            },
            "source": "",
        }
        data = content.encode() if isinstance(content, str) else bytes(content)
        answer, found = account.serve(header, data)
        return AWSResponse(request.url, answer["status"], answer["headers"], Body(found))

    made.meta.events.unregister("before-send", botocore_stubber)  # it would be done twice
    made.meta.events.register_first("before-send", send)
    return made


@contextmanager
def function_runs(account: Account, name: str = "f", role: str = ROLE) -> Iterator[None]:
    """Meanwhile calls are those of a function."""
    account.environments.running.append(Running(name, "", role))
    try:
        yield
    finally:
        account.environments.running.pop()
