"""Each type of resource is made and deleted by the calls of its service."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from labs.cloud.account import Account
from labs.cloud.services.cloudformation.kinds import KINDS
from labs.cloud.services.cloudformation.templates import parse
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")

BODY = (Path(__file__).parent / "every_type.yaml").read_text()
EMPTY_ZIP = b"PK\x05\x06" + b"\0" * 18
# Tested by themselves, or for whoever has networks, which are EC2's.
ELSEWHERE = {
    "AWS::ApiGateway::BasePathMapping",
    "AWS::CDK::Metadata",
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::CloudWatch::Alarm",
    "AWS::ECS::Service",
    "AWS::Events::EventBusPolicy",
    "AWS::IAM::AccessKey",
    "AWS::IAM::Group",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::Logs::SubscriptionFilter",
    "AWS::RDS::DBInstance",
}


@pytest.fixture
def account() -> Account:
    account = Account(no_guest, seed=7)
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="seed")
    s3.put_object(Bucket="seed", Key="layer.zip", Body=EMPTY_ZIP)
    return account


def deploy(body: str) -> Any:
    """The stack's description, with its events."""
    cloudformation = boto3.client("cloudformation")
    capabilities = ["CAPABILITY_NAMED_IAM"]
    made = cloudformation.create_stack(
        StackName="app", TemplateBody=body, Capabilities=capabilities
    )
    return described(made["StackId"])


def described(stack: str) -> Any:
    cloudformation = boto3.client("cloudformation")
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    return {**found, "Failed": [event.get("ResourceStatusReason") for event in failed]}


def test_the_template_has_every_type() -> None:
    used = {resource["Type"] for resource in parse(BODY)["Resources"].values()}

    assert used | ELSEWHERE >= KINDS.keys()


def test_every_type_is_made_and_deleted(account: Account) -> None:
    stack = deploy(BODY)

    assert (stack["StackStatus"], stack["Failed"]) == ("CREATE_COMPLETE", [])
    found = boto3.client("cloudformation").list_stack_resources(StackName="app")
    rows = found["StackResourceSummaries"]
    assert {row["ResourceStatus"] for row in rows} == {"CREATE_COMPLETE"}
    assert all(row["PhysicalResourceId"] for row in rows)

    boto3.client("cloudformation").delete_stack(StackName="app")

    gone = described(stack["StackId"])
    assert (gone["StackStatus"], gone["Failed"]) == ("DELETE_COMPLETE", [])
    assert boto3.client("lambda").list_functions()["Functions"] == []
    assert boto3.client("iam").list_roles()["Roles"] == []
    assert "QueueUrls" not in boto3.client("sqs").list_queues()


def test_the_resources_are_as_the_template_says(account: Account) -> None:
    deploy(BODY)

    (function,) = boto3.client("lambda").list_functions()["Functions"]
    s3, sns = boto3.client("s3"), boto3.client("sns")
    bucket = next(one["Name"] for one in s3.list_buckets()["Buckets"] if one["Name"] != "seed")
    notification = s3.get_bucket_notification_configuration(Bucket=bucket)
    (configured,) = notification["LambdaFunctionConfigurations"]
    assert configured["LambdaFunctionArn"] == function["FunctionArn"]
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert len(sns.list_subscriptions()["Subscriptions"]) == 2
    machine = boto3.client("stepfunctions").list_state_machines()["stateMachines"][0]
    definition = boto3.client("stepfunctions").describe_state_machine(
        stateMachineArn=machine["stateMachineArn"]
    )["definition"]
    assert function["FunctionArn"] in definition
    secrets = boto3.client("secretsmanager")
    (listed,) = secrets.list_secrets()["SecretList"]
    secret = json.loads(secrets.get_secret_value(SecretId=listed["ARN"])["SecretString"])
    assert (secret["username"], secret["engine"], secret["port"]) == ("admin", "postgresql", 5432)
    assert secret["host"]
    mappings = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert sorted(mapping["BatchSize"] for mapping in mappings) == [5, 100]


ONE = """
Resources:
  {name}:
    Type: {type}
    Properties: {properties}
"""


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::CDK::Metadata", {"Analytics": "x"}),
        ("AWS::CloudFormation::WaitConditionHandle", {}),
        ("AWS::IAM::Group", {"Policies": []}),
        (
            "AWS::Events::EventBusPolicy",
            {"StatementId": "s", "Action": "events:PutEvents", "Principal": "123456789012"},
        ),
    ],
)
def test_others_are_made_alone(account: Account, kind: str, properties: dict[str, Any]) -> None:
    body = ONE.format(
        name="One",
        type=kind,
        properties=yaml.safe_dump(properties, default_flow_style=True).strip(),
    )

    stack = deploy(body)

    assert (stack["StackStatus"], stack["Failed"]) == ("CREATE_COMPLETE", [])
