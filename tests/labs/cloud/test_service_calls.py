"""Calls that services make stand in the trace, and faults hit them."""

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import call, noted
from labs.cloud.simulation import current
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")

NAME = "state machine saga"


@pytest.fixture
def account() -> Account:
    return Account(no_guest, seed=7)


def test_a_call_is_made_and_noted(account: Account) -> None:
    call(NAME, "sqs", "CreateQueue", {"QueueName": "jobs"})

    (noted_call,) = account.trace.calls
    assert boto3.client("sqs", region_name="us-east-1").list_queues()["QueueUrls"]
    assert (noted_call.service, noted_call.operation) == ("sqs", "CreateQueue")
    assert (noted_call.made_by, noted_call.status, noted_call.error) == (NAME, 200, "")
    assert '"jobs"' in noted_call.parameters
    assert not noted_call.is_by_learner


def test_another_region_has_other_queues(account: Account) -> None:
    call(NAME, "sqs", "CreateQueue", {"QueueName": "jobs"}, region="eu-west-1")

    assert "QueueUrls" not in boto3.client("sqs", region_name="us-east-1").list_queues()


def test_an_error_of_aws_is_raised_and_noted(account: Account) -> None:
    with pytest.raises(ClientError):
        call(NAME, "dynamodb", "DeleteTable", {"TableName": "none"})

    (noted_call,) = account.trace.calls
    assert (noted_call.status, noted_call.error) == (400, "ResourceNotFoundException")


def test_a_fault_hits_it_once(account: Account) -> None:
    account.faults.throttle("sqs", "CreateQueue")

    with pytest.raises(ClientError) as raised:
        call(NAME, "sqs", "CreateQueue", {"QueueName": "jobs"})

    assert raised.value.response["Error"]["Code"] == "RequestThrottled"
    assert call(NAME, "sqs", "CreateQueue", {"QueueName": "jobs"})["QueueUrl"]
    assert [found.error for found in account.trace.calls] == ["RequestThrottled", ""]


def test_a_lost_response_is_lost_after_the_call_was_done(account: Account) -> None:
    account.faults.lose_response("sqs", "CreateQueue")

    with pytest.raises(ClientError, match="ConnectionClosed"):
        call(NAME, "sqs", "CreateQueue", {"QueueName": "jobs"})

    assert boto3.client("sqs", region_name="us-east-1").list_queues()["QueueUrls"]


def test_what_is_not_simulated_says_so(account: Account) -> None:
    with pytest.raises(MissingError, match=r"braket\.SearchDevices"):
        call(NAME, "braket", "SearchDevices", {"filters": []})

    assert account.trace.calls[0].error == "NotSimulated"


def test_what_is_noted_has_its_caller(account: Account) -> None:
    with noted(NAME, "lambda", "Invoke", {"FunctionName": "f"}):
        assert current().callers[-1].made_by == NAME

    assert current().callers == []
