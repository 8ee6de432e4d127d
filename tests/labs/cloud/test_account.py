"""The account, asked by requests that no boto3 would send."""

import json
from typing import Any

import boto3
import pytest

from labs.cloud.account import Account
from labs.cloud.guest import Guest, GuestError, Serve
from labs.sandbox.seam import Frame, SeamError

pytestmark = pytest.mark.usefixtures("moto")

DYNAMODB = "https://dynamodb.us-east-1.amazonaws.com/"
LAMBDA = "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/f"
KEY = json.dumps({"TableName": "orders", "Key": {"id": {"S": "1"}}}).encode()


def no_guest(_serve: Serve, _memory_mb: int) -> Guest:
    raise GuestError("nothing runs here")


@pytest.fixture
def account() -> Account:
    """With a table that has an item, a function and an object."""
    account = Account(no_guest, seed=7)
    client = {
        name: boto3.client(name, region_name="us-east-1")
        for name in ("dynamodb", "lambda", "iam", "s3")
    }
    client["dynamodb"].create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    client["dynamodb"].put_item(TableName="orders", Item={"id": {"S": "1"}})
    role = client["iam"].create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client["lambda"].create_function(
        FunctionName="f",
        Runtime="python3.13",
        Role=role,
        Handler="a.b",
        Code={"ZipFile": b"PK"},
    )
    client["s3"].create_bucket(Bucket="photos")
    client["s3"].put_object(Bucket="photos", Key="k", Body=b"1")
    return account


def send(
    account: Account, method: str, url: str, body: bytes = b"", **headers: str
) -> tuple[Frame, str, str]:
    """The answer, and what the trace says: operation and error."""
    named = {name.replace("__", "-"): value for name, value in headers.items()}
    header: dict[str, Any] = {
        "operation": "Harmless",
        "method": method,
        "url": url,
        "headers": {"Content-Type": "application/x-amz-json-1.0", **named},
        "source": "main.py:1",
    }
    frame = account.serve(header, body)
    call = account.trace.calls[-1]
    return frame, call.operation, call.error


def items() -> int:
    return int(boto3.client("dynamodb", region_name="us-east-1").scan(TableName="orders")["Count"])


def test_the_trace_says_what_was_done_and_not_what_the_label_says(account: Account) -> None:
    _frame, operation, error = send(
        account, "POST", DYNAMODB, KEY, X__Amz__Target="DynamoDB_20120810.DeleteItem"
    )

    assert (operation, error, items()) == ("DeleteItem", "", 0)


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (f"{DYNAMODB}?Action=DeleteItem", {"X__Amz__Target": "DynamoDB_20120810.GetItem"}),
        (
            DYNAMODB,
            {
                "X__Amz__Target": "DynamoDB_20120810.GetItem",
                "x__amz__target": "DynamoDB_20120810.DeleteItem",
            },
        ),
        (
            DYNAMODB,
            {
                "X__Amz__Target": "DynamoDB_20120810.GetItem",
                "X_Amz_Target": "DynamoDB_20120810.DeleteItem",
            },
        ),
    ],
)
def test_a_request_of_two_minds_is_in_the_trace_as_what_it_did(
    account: Account, url: str, headers: dict[str, str]
) -> None:
    _frame, operation, error = send(account, "POST", url, KEY, **headers)

    deleted = operation == "DeleteItem" and not error
    assert items() == (0 if deleted else 1)


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (f"{LAMBDA}?Action=DeleteFunction", {}),
        (LAMBDA, {"X__Amz__Target": "AWSLambda.DeleteFunction"}),
        (LAMBDA, {"Action": "DeleteFunction"}),
        (f"{LAMBDA}?Action=GetFunction", {"X__Amz__Target": "AWSLambda.DeleteFunction"}),
        (LAMBDA, {"X__Coldstart__Operation": "DeleteFunction", "Action": "DeleteFunction"}),
    ],
)
def test_a_function_is_not_deleted_in_disguise(
    account: Account, url: str, headers: dict[str, str]
) -> None:
    _frame, operation, _error = send(account, "GET", url, b"", **headers)

    functions = boto3.client("lambda", region_name="us-east-1").list_functions()["Functions"]
    assert len(functions) == 1 or operation == "DeleteFunction"


def test_s3_goes_by_method_and_address(account: Account) -> None:
    _frame, operation, error = send(
        account,
        "DELETE",
        "https://s3.us-east-1.amazonaws.com/photos/k?Action=GetObject",
        X__Amz__Target="S3.GetObject",
        Authorization="AWS4-HMAC-SHA256 Credential=AKIA/20260115/us-east-1/s3/aws4_request",
    )

    assert (operation, error) == ("DeleteObject", "")


def test_what_is_no_request_is_not_answered(account: Account) -> None:
    for broken in ({}, {"headers": 7}, {"url": "https://[", "method": "GET", "headers": {}}):
        with pytest.raises(SeamError):
            account.serve(broken, b"")


def test_what_breaks_while_it_is_delivered_is_a_gap_and_no_fault_of_a_check(
    account: Account,
) -> None:
    done = []
    account.simulation.agenda.put(lambda: [][1], what="an event to function f")
    account.simulation.agenda.put(lambda: done.append(1), what="another")

    account.settle()

    assert done == [1]
    assert account.trace.not_simulated(since=0) == "account.Deliver"
    (call,) = account.trace.calls
    assert json.loads(call.parameters) == {"what": "an event to function f", "error": "IndexError"}
