"""What a request asks for, read from what the account obeys."""

import json
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from labs.cloud.requests import Asked, read


class CaughtError(Exception):
    """Ends a call before it is sent."""


def caught(service: str, operation: str, **parameters: Any) -> AWSPreparedRequest:
    """The request that boto3 makes."""
    found: list[AWSPreparedRequest] = []

    def catch(request: AWSPreparedRequest, **_kwargs: Any) -> None:
        found.append(request)
        raise CaughtError

    keys = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "secret"}
    client = boto3.client(service, region_name="eu-west-1", **keys)
    client.meta.events.register("before-send", catch)
    with pytest.raises(CaughtError):
        getattr(client, operation)(**parameters)
    [request] = found
    headers = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name] = value.decode() if isinstance(value, bytes) else value
    body = request.body or b""
    body = body.read() if hasattr(body, "read") else body
    content = body.encode() if isinstance(body, str) else body
    return AWSPreparedRequest(request.method, request.url, headers, content, False)


def asked(service: str, operation: str, **parameters: Any) -> tuple[str, str, Any]:
    found = read(caught(service, operation, **parameters))
    return found.service, found.operation, json.loads(found.parameters)


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("sqs", "delete_message", {"QueueUrl": "https://q", "ReceiptHandle": "h"}),
        ("dynamodb", "get_item", {"TableName": "t", "Key": {"id": {"S": "7"}}}),
        ("stepfunctions", "start_execution", {"stateMachineArn": "arn", "input": "{}"}),
        ("sns", "publish", {"TopicArn": "arn", "Message": "hello"}),
        ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"}),
        ("s3", "list_buckets", {}),
        ("s3", "get_object", {"Bucket": "photos", "Key": "a/b c.jpg", "VersionId": "3"}),
        ("s3", "copy_object", {"Bucket": "photos", "Key": "k", "CopySource": "other/k"}),
        ("s3", "list_objects_v2", {"Bucket": "photos", "Prefix": "a/"}),
        ("s3", "delete_objects", {"Bucket": "photos", "Delete": {"Objects": [{"Key": "a"}]}}),
        ("lambda", "get_function", {"FunctionName": "worker"}),
        ("apigateway", "get_rest_api", {"restApiId": "abc"}),
        ("apigatewayv2", "get_api", {"ApiId": "abc"}),
        ("dynamodbstreams", "describe_stream", {"StreamArn": f"arn:aws:dynamodb:{'x' * 40}"}),
    ],
)
def test_it_reads_operation_and_parameters(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    name = "".join(word.capitalize() for word in operation.split("_"))

    assert asked(service, operation, **parameters) == (service, name, parameters)


def test_it_counts_what_is_uploaded() -> None:
    _service, operation, parameters = asked(
        "s3", "put_object", Bucket="photos", Key="k", Body=b"x" * 3000
    )

    assert operation == "PutObject"
    assert parameters == {"Bucket": "photos", "Key": "k", "Body": "<3,000 bytes>"}


def test_it_counts_binary_values_and_shows_the_event_of_an_invocation() -> None:
    item = {"id": {"S": "1"}, "photo": {"B": b"\0" * 10}}
    _service, _operation, put = asked("dynamodb", "put_item", TableName="t", Item=item)
    _service, _operation, invoke = asked(
        "lambda", "invoke", FunctionName="f", Payload=b'{"a": 1}', InvocationType="Event"
    )

    assert put["Item"]["photo"] == {"B": "<10 bytes>"}
    assert invoke == {"FunctionName": "f", "Payload": '{"a": 1}', "InvocationType": "Event"}


def test_it_knows_the_region() -> None:
    assert read(caught("sqs", "list_queues")).region == "eu-west-1"


def prepared(url: str, body: bytes = b"", **headers: str) -> AWSPreparedRequest:
    named = HTTPHeaders()
    for name, value in headers.items():
        named[name.replace("_", "-")] = value
    return AWSPreparedRequest("POST", url, named, body, False)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (prepared("https://sqs.us-east-1.amazonaws.com/", b"[" * 10**5), ("sqs", "POST")),
        (
            prepared("https://sqs.us-east-1.amazonaws.com/", b"{", x_amz_target="AmazonSQS.X"),
            ("sqs", "POST"),
        ),
        (
            prepared(
                "https://dynamodb.us-east-1.amazonaws.com/",
                b'{"Item": ' + b"[" * 10**5,
                x_amz_target="DynamoDB_20120810.PutItem",
            ),
            ("dynamodb", "PutItem"),
        ),
        (prepared("https://nothing.us-east-1.amazonaws.com/x"), ("nothing", "POST")),
        (
            prepared(
                "https://iam.amazonaws.com/",
                b"Action=<script>&Version=1",
                content_type="application/x-www-form-urlencoded",
            ),
            ("iam", "POST"),
        ),
    ],
)
def test_what_makes_no_sense_has_no_parameters(
    request_: AWSPreparedRequest, expected: tuple[str, str]
) -> None:
    service, operation = expected

    assert read(request_) == Asked(service, operation, "", "us-east-1")
