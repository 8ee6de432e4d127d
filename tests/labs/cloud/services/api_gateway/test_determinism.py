"""The same calls with the same seed get the same answers, ids and all."""

from collections.abc import Callable
from typing import Any

import boto3

from labs.cloud.account import Account
from tests.labs.cloud.services.api_gateway.support import RestApi, send


def answers(account: Account, functions: Any) -> list[Any]:
    rest = RestApi(boto3.client)
    arn = functions.deploy("f", lambda event: {"statusCode": 200, "body": str(event)})
    boto3.client("lambda", region_name="us-east-1").add_permission(
        FunctionName="f",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    rest.function("/a", arn)
    url = rest.deploy() + "/a?b=c"
    return [send(url, x_a="b") for _ in range(2)] + [account.trace.calls]


def test_it_answers_the_same_each_time(
    account: Account, functions: Any, fresh: Callable[[], Account]
) -> None:
    assert answers(account, functions) == answers(fresh(), functions)
