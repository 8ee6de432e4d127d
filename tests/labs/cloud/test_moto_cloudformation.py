"""CloudFormation's calls are answered here where there is an account, else by moto."""

import sys

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud import routes
from labs.cloud.account import Account
from labs.cloud.simulation import set_current
from tests.labs.cloud.iam.callers import client
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")

BODY = '{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}'


def test_its_addresses_are_an_api() -> None:
    route = routes.find("cloudformation.eu-west-1.amazonaws.com")

    assert route is not None
    assert route.is_api


def test_its_operations_stand_in_the_trace() -> None:
    account = Account(no_guest, seed=7)

    client(account, "cloudformation").list_stacks()

    assert account.trace.calls[-1].operation == "ListStacks"
    assert account.trace.calls[-1].status == 200


def test_what_is_not_there_is_not_simulated() -> None:
    account = Account(no_guest, seed=7)

    with pytest.raises(ClientError):
        client(account, "cloudformation").list_types()

    assert account.trace.calls[-1].error == "NotSimulated"


def test_stacks_are_of_a_region() -> None:
    Account(no_guest, seed=7)
    boto3.client("cloudformation", region_name="eu-west-1").create_stack(
        StackName="app", TemplateBody=BODY
    )

    assert boto3.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert len(boto3.client("sqs", region_name="eu-west-1").list_queues()["QueueUrls"]) == 1


@pytest.mark.slow
def test_without_an_account_moto_answers() -> None:
    set_current(None)

    boto3.client("cloudformation").create_stack(StackName="app", TemplateBody=BODY)

    assert "moto.cloudformation.models" in sys.modules
