"""A lab may enforce IAM, and may look at what a role used."""

from collections.abc import Callable

from labs import LabSpec, Verdict, grade

CHECKS = """
import json

from labs.checks import Cloud, check, expect, setup

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"


@setup
def deploy(cloud: Cloud) -> None:
    cloud.enforce_iam()
    cloud.create_table("orders", key="id")
    cloud.deploy_function("worker", handler="handler.handler", timeout_seconds=3)
    actions = ["dynamodb:PutItem", "dynamodb:Scan"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": TABLE}
    cloud.client("iam").put_role_policy(
        RoleName="worker-role",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


@check("It writes and may not read", visible=True)
def it_works(cloud: Cloud) -> None:
    answer = cloud.client("lambda").invoke(FunctionName="worker")["Payload"].read()
    expect(json.loads(answer) == "AccessDeniedException", "It read.")
    found = cloud.permissions("worker-role")
    expect(found.used == (("dynamodb:PutItem", TABLE),), f"used {found.used}")
    expect(found.denied == (("dynamodb:GetItem", TABLE),), f"denied {found.denied}")
    expect([one.action for one in found.unused] == ["dynamodb:scan"], f"unused {found.unused}")
"""

HANDLER = """
import boto3
from botocore.exceptions import ClientError


def handler(event, context):
    dynamodb = boto3.client("dynamodb")
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}})
    try:
        dynamodb.get_item(TableName="orders", Key={"id": {"S": "1"}})
    except ClientError as error:
        return error.response["Error"]["Code"]
"""


def test_a_function_may_do_what_its_role_may(make_lab: Callable[..., LabSpec]) -> None:
    report = grade(make_lab(checks=CHECKS), {"handler.py": HANDLER})

    assert report.verdict is Verdict.PASSED, report
