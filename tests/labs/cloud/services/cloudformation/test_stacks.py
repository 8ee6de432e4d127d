"""Stacks are created, changed, rolled back and deleted as AWS does it."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from tests.labs.cloud.iam.callers import client
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")

QUEUE = {"Type": "AWS::SQS::Queue"}
UNKNOWN = {"Type": "AWS::Braket::Machine", "DependsOn": "Jobs"}


@pytest.fixture
def account() -> Account:
    return Account(no_guest, seed=7)


@pytest.fixture
def cloudformation(account: Account) -> Any:
    """As checks have it: what they ask for is done at once."""
    return boto3.client("cloudformation")


def body(resources: dict[str, Any], **sections: Any) -> str:
    return json.dumps({"Resources": resources, **sections})


def queue(**properties: Any) -> dict[str, Any]:
    return {**QUEUE, "Properties": properties}


def status(cloudformation: Any, name: str = "app") -> str:
    return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])


def reasons(cloudformation: Any) -> list[str]:
    events = cloudformation.describe_stack_events(StackName="app")["StackEvents"]
    return [
        event["ResourceStatusReason"]
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]


def queues() -> list[str]:
    return [
        url.rpartition("/")[2] for url in boto3.client("sqs").list_queues().get("QueueUrls", [])
    ]


def test_a_script_waits_for_its_stack(account: Account) -> None:
    cloudformation = client(account, "cloudformation")

    cloudformation.create_stack(StackName="app", TemplateBody=body({"Jobs": QUEUE}))

    assert status(cloudformation) == "CREATE_IN_PROGRESS"
    assert queues() == []
    account.settle()
    assert status(cloudformation) == "CREATE_COMPLETE"
    (name,) = queues()
    assert name.startswith("app-Jobs-")
    made = [call for call in account.trace.calls if call.operation == "CreateQueue"]
    assert [call.made_by for call in made] == ["stack app"]


def test_an_unknown_type_rolls_the_stack_back_and_is_named(
    account: Account, cloudformation: Any
) -> None:
    template = body({"Jobs": QUEUE, "Machine": UNKNOWN})

    cloudformation.create_stack(StackName="app", TemplateBody=template)

    assert status(cloudformation) == "ROLLBACK_COMPLETE"
    assert reasons(cloudformation) == ["The resource type AWS::Braket::Machine is not simulated."]
    assert queues() == []
    assert [call.error for call in account.trace.calls if call.error] == ["NotSimulated"]


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        ({"Jobs": queue(Colour="red")}, "extraneous key [Colour] is not permitted"),
        ({"Jobs": queue(RedrivePolicy={"maxReceiveCount": 1})}, "deadLetterTargetArn"),
        (
            {"Jobs": QUEUE, "More": queue(QueueName={"Fn::GetAtt": ["Jobs", "Colour"]})},
            "resource Jobs does not support attribute type Colour in Fn::GetAtt",
        ),
        (
            {"Jobs": queue(QueueName={"Fn::ImportValue": "none"})},
            "No export named none found.",
        ),
    ],
)
def test_what_is_wrong_with_a_resource_is_said(
    cloudformation: Any, resources: dict[str, Any], reason: str
) -> None:
    cloudformation.create_stack(StackName="app", TemplateBody=body(resources))

    assert status(cloudformation) == "ROLLBACK_COMPLETE"
    assert reason in reasons(cloudformation)[0]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{", "JSON not well-formed"),
        ("a: [", "YAML not well-formed"),
        ("Resources: !!python/object/apply:os.system [id]", "YAML not well-formed"),
        ("Resources: !!binary aGk=", "YAML not well-formed"),
        ("Resources: " + "[" * 5000, "nested too deeply"),
        ('{"Resources": ' * 20000, "nested too deeply"),
        ("Resources: &a {b: *a}", "nested too deeply"),
        ("{}", "At least one Resources member must be defined."),
        (body({"A": {}}), "Every Resources object must contain a Type member."),
        (body({"A": {**QUEUE, "Properties": "x"}}), "resource definition is malformed"),
        (body({"A-B": QUEUE}), "Resource name A-B is non alphanumeric."),
        (body({"A": QUEUE}, Colour={}), "Invalid template property or properties [Colour]"),
        (body({"A": {**QUEUE, "DependsOn": "B"}}), "Unresolved resource dependencies [B]"),
        (body({"A": queue(QueueName={"Ref": "B"})}), "Unresolved resource dependencies [B]"),
        (
            body({"A": queue(QueueName={"Ref": "B"}), "B": queue(QueueName={"Ref": "A"})}),
            "Circular dependency between resources: [A, B]",
        ),
        (
            body({"A": QUEUE}, Parameters={"P": {"Type": "String"}}),
            "Parameters: [P] must have values",
        ),
        (body({"A": QUEUE}, Transform="Mine"), "No transform named Mine found."),
    ],
)
def test_a_wrong_template_is_refused(cloudformation: Any, template: str, message: str) -> None:
    with pytest.raises(ClientError) as raised:
        cloudformation.create_stack(StackName="app", TemplateBody=template)

    error = raised.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert message in error["Message"]


def test_parameters_are_checked(cloudformation: Any) -> None:
    declared = {
        "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
        "Size": {"Type": "Number", "Default": 1, "MaxValue": 5},
    }
    template = body({"A": QUEUE}, Parameters=declared)

    def create(**values: str) -> str:
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
        with pytest.raises(ClientError) as raised:
            cloudformation.create_stack(StackName="app", TemplateBody=template, Parameters=given)
        return str(raised.value.response["Error"]["Message"])

    assert create(Stage="test") == "Parameter 'Stage' must be one of AllowedValues"
    assert create(Stage="dev", Size="x") == "Parameter 'Size' must be a number"
    assert create(Stage="dev", Size="7") == "Parameter 'Size' must be a number not greater than 5"
    assert create(Stage="dev", More="1") == "Parameters: [More] do not exist in the template"


def test_roles_need_a_capability(cloudformation: Any) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}

    with pytest.raises(ClientError, match=r"Requires capabilities : \[CAPABILITY_IAM\]"):
        cloudformation.create_stack(StackName="app", TemplateBody=body({"R": role}))


def test_a_change_is_made_in_place_or_by_a_new_resource(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="app", TemplateBody=body({"Jobs": QUEUE}))
    (before,) = queues()

    cloudformation.update_stack(
        StackName="app", TemplateBody=body({"Jobs": queue(VisibilityTimeout=77)})
    )
    url = boto3.client("sqs").get_queue_url(QueueName=before)["QueueUrl"]
    read = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert read["Attributes"]["VisibilityTimeout"] == "77"
    assert status(cloudformation) == "UPDATE_COMPLETE"

    cloudformation.update_stack(
        StackName="app", TemplateBody=body({"Jobs": queue(QueueName="other"), "More": QUEUE})
    )
    assert "other" in queues()
    assert before not in queues()
    assert len(queues()) == 2

    cloudformation.update_stack(StackName="app", TemplateBody=body({"More": QUEUE}))
    assert len(queues()) == 1


def test_an_update_that_fails_goes_back(cloudformation: Any) -> None:
    first = body({"Jobs": queue(VisibilityTimeout=10)})
    cloudformation.create_stack(StackName="app", TemplateBody=first)
    (before,) = queues()
    second = body({"Jobs": queue(VisibilityTimeout=20), "New": QUEUE, "Machine": UNKNOWN})

    cloudformation.update_stack(StackName="app", TemplateBody=second)

    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    assert queues() == [before]
    url = boto3.client("sqs").get_queue_url(QueueName=before)["QueueUrl"]
    read = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert read["Attributes"]["VisibilityTimeout"] == "10"


def test_nothing_to_change_is_an_error(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="app", TemplateBody=body({"Jobs": QUEUE}))

    with pytest.raises(ClientError, match="No updates are to be performed"):
        cloudformation.update_stack(StackName="app", TemplateBody=body({"Jobs": QUEUE}))


def test_what_is_retained_stays(cloudformation: Any) -> None:
    kept = {**QUEUE, "DeletionPolicy": "Retain"}
    cloudformation.create_stack(StackName="app", TemplateBody=body({"A": kept, "B": QUEUE}))

    cloudformation.delete_stack(StackName="app")

    (name,) = queues()
    assert name.startswith("app-A-")
    with pytest.raises(ClientError, match="Stack with id app does not exist"):
        cloudformation.describe_stacks(StackName="app")


def test_values_of_a_stack_are_imported(cloudformation: Any) -> None:
    export = {"Url": {"Value": {"Ref": "Jobs"}, "Export": {"Name": "jobs"}}}
    cloudformation.create_stack(
        StackName="app", TemplateBody=body({"Jobs": queue(QueueName="jobs")}, Outputs=export)
    )
    name = {"Fn::Select": [4, {"Fn::Split": ["/", {"Fn::ImportValue": "jobs"}]}]}
    parameter = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "n", "Type": "String", "Value": name},
    }
    cloudformation.create_stack(StackName="user", TemplateBody=body({"P": parameter}))

    assert boto3.client("ssm").get_parameter(Name="n")["Parameter"]["Value"] == "jobs"
    assert cloudformation.list_imports(ExportName="jobs")["Imports"] == ["user"]
    with pytest.raises(ClientError, match="Export jobs cannot be deleted as it is in use by user"):
        cloudformation.delete_stack(StackName="app")


def test_a_change_set_says_what_it_would_do_and_does_it(cloudformation: Any) -> None:
    cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=body({"Jobs": QUEUE}),
    )
    found = cloudformation.describe_change_set(StackName="app", ChangeSetName="first")
    assert [one["ResourceChange"]["Action"] for one in found["Changes"]] == ["Add"]
    assert status(cloudformation) == "REVIEW_IN_PROGRESS"

    cloudformation.execute_change_set(StackName="app", ChangeSetName="first")
    assert status(cloudformation) == "CREATE_COMPLETE"

    cloudformation.create_change_set(
        StackName="app", ChangeSetName="same", TemplateBody=body({"Jobs": QUEUE})
    )
    same = cloudformation.describe_change_set(StackName="app", ChangeSetName="same")
    assert same["Status"] == "FAILED"
    cloudformation.create_change_set(
        StackName="app",
        ChangeSetName="next",
        TemplateBody=body({"Jobs": queue(QueueName="new"), "More": QUEUE}),
    )
    found = cloudformation.describe_change_set(StackName="app", ChangeSetName="next")
    changes = [one["ResourceChange"] for one in found["Changes"]]
    assert [(one["Action"], one.get("Replacement")) for one in changes] == [
        ("Modify", "True"),
        ("Add", None),
    ]


def test_a_template_is_validated_and_summed_up(cloudformation: Any) -> None:
    template = body({"Jobs": QUEUE}, Parameters={"P": {"Type": "String", "Default": "x"}})

    (parameter,) = cloudformation.validate_template(TemplateBody=template)["Parameters"]
    summary = cloudformation.get_template_summary(TemplateBody=template)

    assert (parameter["ParameterKey"], parameter["DefaultValue"]) == ("P", "x")
    assert summary["ResourceTypes"] == ["AWS::SQS::Queue"]


def test_stacks_and_their_resources_are_listed(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="app", TemplateBody=body({"Jobs": QUEUE}))

    (row,) = cloudformation.list_stacks()["StackSummaries"]
    (resource,) = cloudformation.describe_stack_resources(StackName="app")["StackResources"]
    one = cloudformation.describe_stack_resource(StackName="app", LogicalResourceId="Jobs")

    assert (row["StackName"], row["StackStatus"]) == ("app", "CREATE_COMPLETE")
    assert resource["PhysicalResourceId"].endswith(queues()[0])
    assert one["StackResourceDetail"]["ResourceType"] == "AWS::SQS::Queue"
    assert json.loads(json.dumps(cloudformation.get_template(StackName="app")["TemplateBody"]))


def test_what_a_check_asks_for_is_done_at_once(cloudformation: Any) -> None:
    """On AWS, and for a learner's script, CreateStack answers first."""
    cloudformation.create_stack(StackName="app", TemplateBody=body({"Jobs": QUEUE}))

    assert status(cloudformation) == "CREATE_COMPLETE"
