"""moto's IAM and STS, where they are bent."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.iam import models
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse
from moto.sts.models import STSBackend

from labs.cloud.account import Account
from labs.cloud.simulation import set_current
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def iam() -> Any:
    """With a role."""
    Account(no_guest, seed=7)
    client = boto3.client("iam", region_name="us-east-1")
    client.create_role(RoleName="worker", AssumeRolePolicyDocument=document())
    return client


def test_the_seams_are_there() -> None:
    for name in ("attach_role_policy", "attach_user_policy", "attach_group_policy", "get_policy"):
        assert hasattr(getattr(IAMBackend, name), "coldstart_original")
    assert STSBackend.get_caller_identity.__name__ == "_caller_identity"
    assert STSBackend._create_access_key.__name__ == "_session_key"
    assert '\n "AWSLambdaBasicExecutionRole":{' in models.aws_managed_policies_data
    assert IamResponse.simulate_custom_policy.__name__ == "_simulate_custom"


def test_policies_of_aws_are_attached_when_they_are_asked_for(iam: Any) -> None:
    iam.attach_role_policy(RoleName="worker", PolicyArn=BASIC)

    version = iam.get_policy(PolicyArn=BASIC)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=BASIC, VersionId=version)["PolicyVersion"]
    assert "logs:PutLogEvents" in str(found["Document"])


def test_a_policy_that_aws_does_not_have_is_not_found(iam: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.attach_role_policy(
            RoleName="worker", PolicyArn="arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole"
        )


def test_without_an_account_moto_is_as_it_is(iam: Any) -> None:
    set_current(None)

    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.attach_role_policy(RoleName="worker", PolicyArn=BASIC)


def test_a_principal_is_simulated(iam: Any) -> None:
    iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=document(ALLOW))

    answer = iam.simulate_principal_policy(
        PolicySourceArn="arn:aws:iam::123456789012:role/worker",
        ActionNames=["s3:GetObject", "s3:PutObject"],
        ResourceArns=["arn:aws:s3:::photos/k", "arn:aws:s3:::other/k"],
    )

    found = [
        (result["EvalActionName"], result["EvalResourceName"], result["EvalDecision"])
        for result in answer["EvaluationResults"]
    ]
    assert found == [
        ("s3:GetObject", "arn:aws:s3:::photos/k", "allowed"),
        ("s3:GetObject", "arn:aws:s3:::other/k", "implicitDeny"),
        ("s3:PutObject", "arn:aws:s3:::photos/k", "implicitDeny"),
        ("s3:PutObject", "arn:aws:s3:::other/k", "implicitDeny"),
    ]
    (matched,) = answer["EvaluationResults"][0]["MatchedStatements"]
    assert matched["SourcePolicyId"] == "own"


def test_a_custom_policy_is_simulated_with_its_context(iam: Any) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    policy = document(
        {**ALLOW, "Condition": condition},
        {**ALLOW, "Effect": "Deny", "Resource": "arn:aws:s3:::photos/secret"},
    )
    entry = {
        "ContextKeyName": "aws:PrincipalTag/team",
        "ContextKeyValues": ["blue"],
        "ContextKeyType": "string",
    }

    def decision(**options: Any) -> tuple[str, list[str]]:
        answer = iam.simulate_custom_policy(
            PolicyInputList=[policy], ActionNames=["s3:GetObject"], **options
        )
        (result,) = answer["EvaluationResults"]
        return result["EvalDecision"], result["MissingContextValues"]

    plain, secret = ["arn:aws:s3:::photos/k"], ["arn:aws:s3:::photos/secret"]
    missing = ["aws:principaltag/team"]
    assert decision(ResourceArns=plain) == ("implicitDeny", missing)
    assert decision(ResourceArns=plain, ContextEntries=[entry]) == ("allowed", [])
    assert decision(ResourceArns=secret, ContextEntries=[entry]) == ("explicitDeny", [])


def test_a_role_of_another_account_is_not_assumed(iam: Any) -> None:
    sts = boto3.client("sts", region_name="us-east-1")
    role = "arn:aws:iam::999999999999:role/worker"
    message = f"AccessDenied.*user/administrator is not authorized to perform.*on resource: {role}"

    with pytest.raises(ClientError, match=message):
        sts.assume_role(RoleArn=role, RoleSessionName="session")


def test_a_simulation_of_nobody_is_refused(iam: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::123456789012:role/none", ActionNames=["s3:GetObject"]
        )
