"""Templates of SAM, and resources of functions, work once they are deployed."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from labs.cloud.account import Account
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: AWS::Serverless::SimpleTable}
  Jobs: {Type: AWS::SQS::Queue}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Orders}}, AmazonS3ReadOnlyAccess]
      Events:
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}
        Get: {Type: HttpApi, Properties: {Path: /hello, Method: get}}
        Old: {Type: Api, Properties: {Path: /hello, Method: get}}
        Each: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
"""


@pytest.fixture
def account() -> Account:
    return Account(no_guest, seed=7)


def deploy(body: str) -> Any:
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(StackName="app", TemplateBody=body, Capabilities=CAPABILITIES)
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    events = cloudformation.describe_stack_events(StackName="app")["StackEvents"]
    failed = [one for one in events if one["ResourceStatus"].endswith("_FAILED")]
    return {**stack, "Failed": [one["ResourceStatusReason"] for one in failed]}


def test_a_serverless_application_is_deployed(account: Account) -> None:
    account.simulation.files = {"src/app.py": "def handler(event, context):\n    return 1\n"}

    stack = deploy(SAM)

    assert (stack["StackStatus"], stack["Failed"]) == ("CREATE_COMPLETE", [])
    (function,) = boto3.client("lambda").list_functions()["Functions"]
    (mapping,) = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert function["Handler"] == "app.handler"
    assert function["CodeSize"] > 0
    assert mapping["FunctionArn"] == function["FunctionArn"]
    (role,) = boto3.client("iam").list_roles()["Roles"]
    found = boto3.client("iam").list_attached_role_policies(RoleName=role["RoleName"])
    names = [one["PolicyName"] for one in found["AttachedPolicies"]]
    assert names == ["AWSLambdaBasicExecutionRole", "AmazonS3ReadOnlyAccess"] or set(names) == {
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaSQSQueueExecutionRole",
        "AmazonS3ReadOnlyAccess",
    }

    boto3.client("cloudformation").delete_stack(StackName="app")
    assert boto3.client("lambda").list_functions()["Functions"] == []


def test_code_that_is_not_there_is_named(account: Account) -> None:
    with pytest.raises(Exception, match="'CodeUri' is not a valid S3 Uri") as raised:
        deploy(SAM)

    assert "Transform AWS::Serverless-2016-10-31 failed with" in str(raised.value)


def test_a_macro_needs_a_capability(account: Account) -> None:
    with pytest.raises(Exception, match="CAPABILITY_AUTO_EXPAND"):
        boto3.client("cloudformation").create_stack(
            StackName="app", TemplateBody=SAM.replace("src/", "s3://b/k")
        )


CUSTOM = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}}
  Seeder:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: {ZipFile: 'x = 1'}
  Seed:
    Type: Custom::Seed
    Properties: {ServiceToken: !GetAtt Seeder.Arn, Count: 3}
Outputs:
  Answer: {Value: !GetAtt Seed.Answer}
"""


def functions_answer(
    account: Account, monkeypatch: pytest.MonkeyPatch, answer: Callable[[Any], Any]
) -> list[Any]:
    """Instead of running, functions put this to their ResponseURL; returns their events."""
    events = []

    def invoke(_function: Any, event: str, **_options: Any) -> None:
        from urllib.parse import parse_qs, urlsplit

        from labs.cloud.services.cloudformation.kinds.custom import Responses

        asked = json.loads(event)
        events.append(asked)
        request = parse_qs(urlsplit(asked["ResponseURL"]).query)["request"][0]
        if (found := answer(asked)) is not None:
            account.simulation.state(Responses).found[request] = found

    monkeypatch.setattr(account.environments, "invoke", invoke)
    return events


def test_a_custom_resource_is_made_and_deleted_by_its_function(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = {"Status": "SUCCESS", "PhysicalResourceId": "seed-1", "Data": {"Answer": "42"}}
    events = functions_answer(account, monkeypatch, lambda _event: done)

    stack = deploy(CUSTOM)

    assert (stack["StackStatus"], stack["Failed"]) == ("CREATE_COMPLETE", [])
    assert stack["Outputs"][0]["OutputValue"] == "42"
    assert events[0]["RequestType"] == "Create"
    assert events[0]["ResourceProperties"]["Count"] == "3"
    boto3.client("cloudformation").delete_stack(StackName="app")
    assert (events[1]["RequestType"], events[1]["PhysicalResourceId"]) == ("Delete", "seed-1")


def test_a_custom_resource_that_fails_or_is_silent_rolls_back(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = {"Status": "FAILED", "Reason": "no seeds", "PhysicalResourceId": "x"}
    functions_answer(account, monkeypatch, lambda _event: failed)
    stack = deploy(CUSTOM)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "no seeds" in stack["Failed"][-1]

    boto3.client("cloudformation").delete_stack(StackName="app")
    functions_answer(account, monkeypatch, lambda _event: None)
    assert "did not receive a response" in deploy(CUSTOM)["Failed"][-1]


def test_a_stack_has_a_stack_inside(account: Account) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="templates")
    inner = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}
        },
        "Outputs": {"Url": {"Value": {"Ref": "Jobs"}}},
    }
    s3.put_object(Bucket="templates", Key="a/inner.json", Body=json.dumps(inner).encode())
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {
            "TemplateURL": "https://templates.s3.amazonaws.com/a/inner.json",
            "Parameters": {"Name": "jobs"},
        },
    }
    outputs = {"Url": {"Value": {"Fn::GetAtt": ["Inner", "Outputs.Url"]}}}

    stack = deploy(json.dumps({"Resources": {"Inner": nested}, "Outputs": outputs}))

    assert (stack["StackStatus"], stack["Failed"]) == ("CREATE_COMPLETE", [])
    assert stack["Outputs"][0]["OutputValue"].endswith("/jobs")
    boto3.client("cloudformation").delete_stack(StackName="app")
    assert "QueueUrls" not in boto3.client("sqs").list_queues()


MACHINE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: flow.asl.json
      DefinitionSubstitutions: {Name: there}
"""


def test_a_definition_lies_beside_the_template(account: Account) -> None:
    states = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Name}", "End": True}}}
    account.simulation.files = {"flow.asl.json": json.dumps(states)}

    stack = deploy(MACHINE)

    assert (stack["StackStatus"], stack["Failed"]) == ("CREATE_COMPLETE", [])
    stepfunctions = boto3.client("stepfunctions")
    (machine,) = stepfunctions.list_state_machines()["stateMachines"]
    arn = machine["stateMachineArn"]
    definition = stepfunctions.describe_state_machine(stateMachineArn=arn)["definition"]
    assert json.loads(definition)["States"]["A"]["Result"] == "there"
