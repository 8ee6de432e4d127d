"""Function URLs, asked by plain HTTP; the functions are functions of the test.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.function_urls import respond
from labs.cloud.http_payloads import HttpRequest, HttpResponse
from tests.labs.cloud.conftest import Functions

ORIGIN = "https://site.example"


@pytest.fixture
def aws(client: Callable[[str], Any]) -> Any:
    return client("lambda")


def address(aws: Any, functions: Functions, handler: Any = None, **options: Any) -> str:
    """The host of a public URL of function f."""
    functions.deploy("f", handler or (lambda _event: {"statusCode": 200, "body": "hello"}))
    url = aws.create_function_url_config(FunctionName="f", **{"AuthType": "NONE", **options})
    allow(aws, "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    allow(aws, "lambda:InvokeFunction", InvokedViaFunctionUrl=True)
    return str(url["FunctionUrl"].split("/")[2])


def allow(aws: Any, action: str, **options: Any) -> None:
    aws.add_permission(
        FunctionName="f",
        StatementId=action.partition(":")[2],
        Action=action,
        Principal="*",
        **options,
    )


def get(host: str, path: str = "/", method: str = "GET", **more: Any) -> HttpResponse:
    return respond(HttpRequest(method, host, path, **more))


def test_a_request_invokes_the_function(aws: Any, functions: Functions) -> None:
    def handler(event: Any) -> Any:
        return {
            "statusCode": 201,
            "headers": {"X-Made": "yes"},
            "cookies": ["a=1"],
            "body": event["rawPath"],
        }

    host = address(aws, functions, handler)

    response = get(
        host,
        "/orders/7",
        query="x=1&x=2",
        headers=(("Cookie", "c=d"),),
        method="POST",
        body=b"\xff",
    )

    assert (response.status, response.body) == (201, b"/orders/7")
    assert (response.header("X-Made"), response.header("Set-Cookie")) == ("yes", "a=1")
    [event] = functions.events["f"]
    assert (event["version"], event["routeKey"]) == ("2.0", "$default")
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["cookies"] == ["c=d"]
    assert (event["body"], event["isBase64Encoded"]) == ("/w==", True)
    context = event["requestContext"]
    assert (context["accountId"], context["http"]["method"]) == ("anonymous", "POST")
    assert context["domainPrefix"] == host.partition(".")[0]


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        ({"a": 1}, 200, b'{"a": 1}'),
        ("text", 200, b"text"),
        (None, 200, b"null"),
        ({"statusCode": 404}, 404, b""),
        ({"statusCode": "x"}, 502, b"Internal Server Error"),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, b"hi"),
    ],
)
def test_what_it_returns_becomes_a_response(
    aws: Any, functions: Functions, answer: Any, status: int, body: bytes
) -> None:
    response = get(address(aws, functions, lambda _event: answer))

    assert (response.status, response.body) == (status, body)


def test_a_function_that_fails_is_a_bad_gateway(aws: Any, functions: Functions) -> None:
    def handler(_event: Any) -> Any:
        raise ValueError

    response = get(address(aws, functions, handler))

    assert (response.status, response.body) == (502, b"Internal Server Error")


def test_a_throttled_function_says_so(aws: Any, functions: Functions) -> None:
    host = address(aws, functions)
    aws.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)

    assert get(host).status == 429


@pytest.mark.parametrize("missing", ["InvokeFunctionUrl", "InvokeFunction"])
def test_a_public_url_needs_both_permissions(aws: Any, functions: Functions, missing: str) -> None:
    host = address(aws, functions)
    aws.remove_permission(FunctionName="f", StatementId=missing)

    response = get(host)

    assert (response.status, response.body) == (403, b'{"Message": "Forbidden"}')
    assert functions.events["f"] == []


def test_iam_lets_signed_requests_in_alone(aws: Any, functions: Functions) -> None:
    host = address(aws, functions, lambda event: event, AuthType="AWS_IAM")
    request = AWSRequest("GET", f"https://{host}/")
    SigV4Auth(boto3.Session().get_credentials(), "lambda", "us-east-1").add_auth(request)

    signed = get(host, headers=tuple(request.headers.items()))

    assert get(host).status == 403
    assert json.loads(signed.body)["requestContext"]["authorizer"]["iam"]["accessKey"]


def test_cors_is_lambdas_own(aws: Any, functions: Functions) -> None:
    host = address(
        aws,
        functions,
        Cors={"AllowOrigins": [ORIGIN], "AllowMethods": ["PUT"], "AllowHeaders": ["x-a"]},
    )
    asked = (("Origin", ORIGIN), ("Access-Control-Request-Method", "PUT"))

    before = get(host, method="OPTIONS", headers=asked)
    after = get(host, headers=(("Origin", ORIGIN),))
    other = get(host, headers=(("Origin", "https://other.example"),))

    assert before.header("Access-Control-Allow-Methods") == "PUT"
    assert before.header("Access-Control-Allow-Headers") == "x-a"
    assert len(functions.events["f"]) == 2
    assert after.header("Access-Control-Allow-Origin") == ORIGIN
    assert other.header("Access-Control-Allow-Origin") is None


def test_an_alias_has_a_url_of_its_own(account: Account, aws: Any, functions: Functions) -> None:
    functions.deploy("f")
    aws.publish_version(FunctionName="f")
    aws.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    url = aws.create_function_url_config(FunctionName="f", Qualifier="live", AuthType="NONE")
    account.simulation.checks_permissions = False

    get(url["FunctionUrl"].split("/")[2])

    assert url["FunctionArn"].endswith(":function:f:live")
    assert [each.version for each in account.environments.invocations] == ["1"]


def test_configurations_are_kept_changed_and_deleted(aws: Any, functions: Functions) -> None:
    host = address(aws, functions)
    with pytest.raises(aws.exceptions.ResourceConflictException):
        aws.create_function_url_config(FunctionName="f", AuthType="NONE")
    changed = aws.update_function_url_config(FunctionName="f", AuthType="AWS_IAM")
    [listed] = aws.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]
    found = aws.get_function_url_config(FunctionName="f")
    aws.delete_function_url_config(FunctionName="f")

    assert changed["FunctionUrl"] == f"https://{host}/"
    assert listed["AuthType"] == found["AuthType"] == "AWS_IAM"
    assert get(host).status == 404
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_function_url_config(FunctionName="f")


def test_streaming_is_not_simulated(aws: Any, functions: Functions) -> None:
    functions.deploy("f")

    with pytest.raises((ClientError, NotImplementedError)):
        aws.create_function_url_config(
            FunctionName="f", AuthType="NONE", InvokeMode="RESPONSE_STREAM"
        )


def test_any_signature_is_believed(aws: Any, functions: Functions) -> None:
    """AWS would verify it, and ask the caller's policies."""
    host = address(aws, functions, AuthType="AWS_IAM")
    scope = "20260115/us-east-1/lambda/aws4_request"
    forged = f"AWS4-HMAC-SHA256 Credential=AKIAFORGED/{scope}, SignedHeaders=host, Signature=00"

    assert get(host, headers=(("Authorization", forged),)).status == 200
