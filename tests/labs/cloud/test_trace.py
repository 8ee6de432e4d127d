"""What a call was, read from what the account obeys."""

import pytest

from labs.cloud.trace import MAX_CALLS, Trace, describe, error_code
from labs.verdict import Call


def header(url: str, operation: str = "Label", **headers: str) -> dict[str, object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"url": url, "operation": operation, "headers": named}


@pytest.mark.parametrize(
    ("request_header", "body", "expected"),
    [
        (
            header("https://sqs.us-east-1.amazonaws.com/", x_amz_target="AmazonSQS.DeleteMessage"),
            b"",
            ("sqs", "DeleteMessage"),
        ),
        (
            header("https://iam.amazonaws.com/", content_type="application/x-www-form-urlencoded"),
            b"Action=CreateRole&Version=1",
            ("iam", "CreateRole"),
        ),
        (header("https://b.s3.us-east-1.amazonaws.com/k", "PutObject"), b"", ("s3", "PutObject")),
        (header("https://s3.amazonaws.com/", "ListBuckets"), b"", ("s3", "ListBuckets")),
        (
            header("https://states.us-east-1.amazonaws.com/", x_amz_target="AWSStepFunctions.X"),
            b"",
            ("stepfunctions", "X"),
        ),
    ],
)
def test_it_names_service_and_operation(
    request_header: dict[str, object], body: bytes, expected: tuple[str, str]
) -> None:
    assert describe(request_header, body) == expected


def test_a_false_label_deceives_nobody() -> None:
    lying = header(
        "https://dynamodb.us-east-1.amazonaws.com/",
        "GetItem",
        X_Amz_Target="DynamoDB_20120810.DeleteItem",
    )

    assert describe(lying, b"") == ("dynamodb", "DeleteItem")


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"),
    [
        (200, {}, b"<Code>No</Code>", ""),
        (404, {}, b"<Error><Code>NoSuchKey</Code></Error>", "NoSuchKey"),
        (400, {}, b'{"__type": "com.amazonaws#ValidationException"}', "ValidationException"),
        (400, {"x-amzn-ErrorType": "Throttled:http://x"}, b"", "Throttled"),
        (500, {}, b"[1]", "500"),
        (500, {}, b"\xff", "500"),
    ],
)
def test_it_finds_the_error_code(
    status: int, headers: dict[str, str], body: bytes, code: str
) -> None:
    assert error_code(status, headers, body) == code


def test_it_keeps_so_many_calls_and_no_more() -> None:
    trace = Trace()

    for _ in range(MAX_CALLS + 1):
        trace.add(Call("s3", "PutObject", 200, "", ""))

    assert len(trace.calls) == MAX_CALLS
