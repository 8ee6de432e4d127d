"""Requests that no AWS client would make."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labs.cloud.account import Account
from labs.cloud.guest import Guest, GuestError, Serve
from labs.sandbox import seam
from tests.labs.fuzz.bounded import examples, objects, texts, values

pytestmark = pytest.mark.slow

# Service -> (host, prefix of X-Amz-Target or "").
SERVICES = {
    "sqs": ("sqs.us-east-1.amazonaws.com", "AmazonSQS"),
    "dynamodb": ("dynamodb.us-east-1.amazonaws.com", "DynamoDB_20120810"),
    "dynamodbstreams": ("streams.dynamodb.us-east-1.amazonaws.com", "DynamoDBStreams_20120810"),
    "events": ("events.us-east-1.amazonaws.com", "AWSEvents"),
    "stepfunctions": ("states.us-east-1.amazonaws.com", "AWSStepFunctions"),
    "logs": ("logs.us-east-1.amazonaws.com", "Logs_20140328"),
    "sns": ("sns.us-east-1.amazonaws.com", ""),
    "iam": ("iam.amazonaws.com", ""),
    "s3": ("s3.us-east-1.amazonaws.com", ""),
    "lambda": ("lambda.us-east-1.amazonaws.com", ""),
}
OPERATIONS = [
    (service, operation)
    for service in SERVICES
    for operation in botocore.session.get_session().get_service_model(service).operation_names
]
PATHS = (
    "",
    "2015-03-31/functions",
    "2015-03-31/functions/f/invocations",
    "2015-03-31/event-source-mappings/",
    "bucket",
    "bucket/key",
    "bucket?versioning",
    "a/../b",
    "%00",
    "?Action=x",
)
HEADERS = (
    "Host",
    "Content-Type",
    "X-Amz-Target",
    "Authorization",
    "Content-Length",
    "Transfer-Encoding",
    "X-Amz-Decoded-Content-Length",
)
SIGNED = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sqs/aws4_request"


def no_guest(_serve: Serve, _memory_mb: int) -> Guest:
    raise GuestError("no process here")


@pytest.fixture
def account(moto: None) -> Iterator[Account]:
    account = Account(no_guest, seed=1)
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="photos")
    yield account
    account.close()


def served(account: Account, header: dict[str, Any], body: bytes) -> None:
    """An answer that can be sent, or an error that ends the conversation; nothing else."""
    try:
        answer, content = account.serve(header, body)
    except (seam.SeamError, GuestError):
        return
    json.dumps(answer)
    assert isinstance(content, bytes)


@given(objects("operation", "method", "url", "headers", "source", "http"), st.binary(max_size=100))
@examples(200)
def test_any_header_is_answered_or_refused(
    account: Account, header: dict[str, Any], body: bytes
) -> None:
    served(account, header, body)


urls = st.builds(
    lambda scheme, host, path: f"{scheme}{host}/{path}",
    st.sampled_from(["https://", "http://", "", "file://", "https://x@"]),
    st.sampled_from([host for host, _target in SERVICES.values()]) | texts,
    st.sampled_from(PATHS) | texts,
)
headers = st.dictionaries(
    st.sampled_from(HEADERS) | texts,
    texts | values | st.sampled_from([SIGNED, "application/x-www-form-urlencoded", "-1"]),
    max_size=4,
)


@given(
    st.sampled_from(["GET", "PUT", "POST", "DELETE", "X", ""]),
    urls,
    headers,
    st.binary(),
    st.booleans() | values,
)
@examples(400)
def test_any_request_is_answered_or_refused(
    account: Account, method: str, url: str, headers: dict[str, Any], body: bytes, http: Any
) -> None:
    header = {"operation": "X", "method": method, "url": url, "headers": headers, "source": ""}
    served(account, {**header, "http": http}, body)


@given(
    st.sampled_from(OPERATIONS),
    values | objects("QueueUrl", "TableName", "Name", "Item", "Key", "FunctionName", "Entries"),
)
@example(("sqs", "SendMessage"), {"QueueUrl": "https://x/1/q", "MessageBody": "\ud800"})
@example(("dynamodb", "PutItem"), {"TableName": "t", "Item": {"k": {"N": "9" * 5000}}})
@example(("events", "PutEvents"), {"Entries": [{"Detail": "[" * 100_000}]})
@examples(500)
def test_any_parameters_are_answered_or_refused(
    account: Account, asked: tuple[str, str], parameters: Any
) -> None:
    service, operation = asked
    host, target = SERVICES[service]
    body = json.dumps(parameters).encode()
    names = {"X-Amz-Target": f"{target}.{operation}", "Content-Type": "application/x-amz-json-1.0"}
    if not target:
        names = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"Action={operation}&".encode() + body
    header = {
        "operation": operation,
        "method": "POST",
        "url": f"https://{host}/",
        "headers": {"Authorization": SIGNED, **names},
        "source": "handler.py:1",
    }
    served(account, header, body)


QUERIES = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "AWSAccessKeyId",
    "Expires",
    "Signature",
    "x-amz-security-token",
    "versionId",
    "uploads",
)
signed_values = texts | st.sampled_from(
    [
        "AWS4-HMAC-SHA256",
        "AKIAIOSFODNN7EXAMPLE/20260115/us-east-1/s3/aws4_request",
        "AKIAIOSFODNN7EXAMPLE",
        "20260115T000000Z",
        "host;x-amz-date",
        "60",
        "9" * 400,
    ]
)


@given(
    st.sampled_from(["GET", "PUT", "POST", "HEAD", "OPTIONS"]),
    st.sampled_from(
        ["photos.s3.amazonaws.com/k", "s3.amazonaws.com/photos/k", "s3.amazonaws.com"]
    ),
    st.dictionaries(st.sampled_from(QUERIES), signed_values),
    headers,
)
@examples(300)
def test_any_presigned_url_is_answered_or_refused(
    account: Account, method: str, place: str, query: dict[str, str], headers: dict[str, Any]
) -> None:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    header = {"http": True, "method": method, "url": f"https://{place}?{text}", "source": ""}
    served(account, {**header, "headers": headers}, b"")


FIELDS = ("key", "policy", "x-amz-signature", "x-amz-credential", "AWSAccessKeyId", "signature")
POLICIES = (
    b"{}",
    b"[",
    b'{"expiration": "2999-01-01T00:00:00Z", "conditions": [[], 1, {"key": []}]}',
    b'{"expiration": "2999-01-01T00:00:00Z", "conditions": [["content-length-range", "a", []]]}',
)


@given(
    st.dictionaries(
        st.sampled_from(FIELDS) | texts,
        texts | st.sampled_from([base64.b64encode(one).decode() for one in POLICIES]),
    ),
    st.sampled_from(
        [
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "multipart/form-data; boundary=",
        ]
    ),
    st.binary(max_size=50),
)
@examples(200)
def test_any_form_is_answered_or_refused(
    account: Account, fields: dict[str, str], kind: str, rest: bytes
) -> None:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = "".join(parts).encode("utf-8", "replace") + rest + b"--x--\r\n"
    header = {"http": True, "method": "POST", "url": "https://photos.s3.amazonaws.com/"}
    named = {"Content-Type": kind, "Content-Length": str(len(body))}
    served(account, {**header, "headers": named, "source": ""}, body)
