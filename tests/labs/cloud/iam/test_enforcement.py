"""With enforcement a call needs its caller's permission; without, what it needed is noted."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.iam.report import report
from labs.cloud.service_calls import call
from tests.labs.cloud.iam.callers import ROLE, client, function_runs
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")

WHO = "arn:aws:sts::123456789012:assumed-role/worker/f"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
TRUST = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@pytest.fixture
def account() -> Account:
    """With a role that has no policy, a table, a bucket, a queue, a topic and a secret."""
    account = Account(no_guest, seed=7)
    account.simulation.enforces_iam = True
    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=document(TRUST))
    boto3.client("dynamodb", region_name="us-east-1").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="photos")
    boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="jobs")
    boto3.client("sns", region_name="us-east-1").create_topic(Name="news")
    return account


ALL_BUCKETS = allow("s3:ListAllMyBuckets", "arn:aws:s3:::*")


def grant(*statements: dict[str, Any], role: str = "worker") -> None:
    boto3.client("iam", region_name="us-east-1").put_role_policy(
        RoleName=role, PolicyName="own", PolicyDocument=document(*statements)
    )


def put(account: Account, key: str = "1") -> None:
    with function_runs(account):
        client(account, "dynamodb").put_item(TableName="orders", Item={"id": {"S": key}})


def denial(do: Callable[[], object]) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as raised:
        do()
    error, meta = raised.value.response["Error"], raised.value.response["ResponseMetadata"]
    return error["Code"], error["Message"], meta["HTTPStatusCode"]


def test_a_function_is_denied_in_the_words_of_dynamodb(account: Account) -> None:
    assert denial(lambda: put(account)) == (
        "AccessDeniedException",
        (
            f"User: {WHO} is not authorized to perform: dynamodb:PutItem on resource: {TABLE} "
            "because no identity-based policy allows the dynamodb:PutItem action"
        ),
        400,
    )
    assert account.trace.calls[-1].error == "AccessDeniedException"


def _send(account: Account) -> None:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs"
    client(account, "sqs").send_message(QueueUrl=url, MessageBody="x")


def _publish(account: Account) -> None:
    client(account, "sns").publish(TopicArn="arn:aws:sns:us-east-1:123456789012:news", Message="x")


def _upload(account: Account) -> None:
    client(account, "s3").put_object(Bucket="photos", Key="k", Body=b"x")


def _invoke(account: Account) -> None:
    client(account, "lambda").invoke(FunctionName="other")


@pytest.mark.parametrize(
    ("do", "code", "what"),
    [
        (
            _send,
            "AccessDenied",
            (
                "sqs:sendmessage on resource: arn:aws:sqs:us-east-1:123456789012:jobs because "
                "no identity-based policy allows the sqs:sendmessage action"
            ),
        ),
        (
            _publish,
            "AuthorizationError",
            (
                "SNS:Publish on resource: arn:aws:sns:us-east-1:123456789012:news because "
                "no identity-based policy allows the SNS:Publish action"
            ),
        ),
        (
            _upload,
            "AccessDenied",
            (
                's3:PutObject on resource: "arn:aws:s3:::photos/k" because '
                "no identity-based policy allows the s3:PutObject action"
            ),
        ),
        (
            _invoke,
            "AccessDeniedException",
            (
                "lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:123456789012:"
                "function:other because no identity-based policy allows the "
                "lambda:InvokeFunction action"
            ),
        ),
    ],
)
def test_each_protocol_has_its_own_denial(
    account: Account, do: Callable[[Account], None], code: str, what: str
) -> None:
    with function_runs(account):
        found = denial(lambda: do(account))

    assert found == (code, f"User: {WHO} is not authorized to perform: {what}", 403)


def test_what_a_policy_allows_is_done(account: Account) -> None:
    grant(allow("dynamodb:PutItem", TABLE))

    put(account)

    with function_runs(account):
        found = denial(lambda: client(account, "dynamodb").scan(TableName="orders"))
    assert "dynamodb:Scan" in found[1]


def test_a_managed_policy_of_aws_counts(account: Account) -> None:
    iam = client(account, "iam")
    iam.attach_role_policy(
        RoleName="worker", PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
    )

    put(account)

    (attached,) = iam.list_attached_role_policies(RoleName="worker")["AttachedPolicies"]
    assert attached["PolicyName"] == "AmazonDynamoDBFullAccess"


def test_leading_keys_keep_items_apart(account: Account) -> None:
    condition = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}}
    grant(allow("dynamodb:*", TABLE, Condition=condition))
    query = {
        "TableName": "orders",
        "KeyConditionExpression": "#i = :i",
        "ExpressionAttributeNames": {"#i": "id"},
    }

    put(account, "mine")

    denial(lambda: put(account, "yours"))
    with function_runs(account):
        dynamodb = client(account, "dynamodb")
        dynamodb.query(**query, ExpressionAttributeValues={":i": {"S": "mine"}})
        yours = {":i": {"S": "yours"}}
        denial(lambda: dynamodb.query(**query, ExpressionAttributeValues=yours))


def test_a_bucket_lets_a_role_in_and_denies_the_administrator(account: Account) -> None:
    objects = "arn:aws:s3:::photos/*"
    policy = document(
        {**allow("s3:PutObject", objects), "Principal": {"AWS": ROLE}},
        {**allow("s3:DeleteObject", objects), "Effect": "Deny", "Principal": "*"},
    )
    s3 = client(account, "s3")
    s3.put_bucket_policy(Bucket="photos", Policy=policy)

    with function_runs(account):
        _upload(account)

    assert (
        "with an explicit deny in a resource-based policy"
        in denial(lambda: s3.delete_object(Bucket="photos", Key="k"))[1]
    )


def test_an_assumed_role_brings_its_own_permissions(account: Account) -> None:
    grant(allow("dynamodb:*", TABLE))
    session = document(allow("dynamodb:GetItem", TABLE))
    sts = client(account, "sts")

    keys = sts.assume_role(RoleArn=ROLE, RoleSessionName="me", Policy=session)["Credentials"]

    dynamodb = client(account, "dynamodb", keys)
    dynamodb.get_item(TableName="orders", Key={"id": {"S": "1"}})
    code, message, _ = denial(lambda: dynamodb.scan(TableName="orders"))
    assert code == "AccessDeniedException"
    assert message.startswith("User: arn:aws:sts::123456789012:assumed-role/worker/me is not")
    assert message.endswith("because no session policy allows the dynamodb:Scan action")


def test_a_role_that_does_not_trust_is_not_assumed(account: Account) -> None:
    trust = document({**TRUST, "Principal": {"Service": "lambda.amazonaws.com"}})
    iam, sts = client(account, "iam"), client(account, "sts")
    iam.update_assume_role_policy(RoleName="worker", PolicyDocument=trust)

    found = denial(lambda: sts.assume_role(RoleArn=ROLE, RoleSessionName="me"))

    assert found[0] == "AccessDenied"
    assert found[1].endswith(f"is not authorized to perform: sts:AssumeRole on resource: {ROLE}")


def test_a_user_has_its_own_permissions(account: Account) -> None:
    iam = client(account, "iam")
    iam.create_user(UserName="ann")
    own = document(
        allow("dynamodb:GetItem", "*", Condition={"StringEquals": {"aws:username": "ann"}})
    )
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=own)
    keys = iam.create_access_key(UserName="ann")["AccessKey"]

    dynamodb = client(account, "dynamodb", keys)

    dynamodb.get_item(TableName="orders", Key={"id": {"S": "1"}})
    assert "user/ann is not" in denial(lambda: dynamodb.scan(TableName="orders"))[1]


def test_a_role_is_passed_by_who_may(account: Account) -> None:
    grant(allow("lambda:*"))
    code = {"ZipFile": b"PK"}

    with function_runs(account):
        found = denial(
            lambda: client(account, "lambda").create_function(
                FunctionName="g", Role=ROLE, Runtime="python3.13", Handler="a.b", Code=code
            )
        )

    assert f"iam:PassRole on resource: {ROLE}" in found[1]


def test_a_state_machine_calls_with_its_role(account: Account) -> None:
    boto3.client("stepfunctions", region_name="us-east-1").create_state_machine(
        name="saga",
        definition='{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
        roleArn=ROLE,
    )
    item = {"TableName": "orders", "Item": {"id": {"S": "1"}}}

    found = denial(lambda: call("state machine saga", "dynamodb", "PutItem", item))
    grant(allow("dynamodb:PutItem", TABLE))
    call("state machine saga", "dynamodb", "PutItem", item)

    assert found[0] == "AccessDeniedException"
    assert "assumed-role/worker/" in found[1]
    assert account.trace.calls[-2].error == "AccessDeniedException"


def test_a_function_polls_only_what_its_role_may(account: Account) -> None:
    made = client(account, "lambda")
    code = {"ZipFile": b"PK"}
    made.create_function(
        FunctionName="f", Role=ROLE, Runtime="python3.13", Handler="a.b", Code=code
    )
    queue = "arn:aws:sqs:us-east-1:123456789012:jobs"

    found = denial(
        lambda: made.create_event_source_mapping(EventSourceArn=queue, FunctionName="f")
    )
    assert found == (
        "InvalidParameterValueException",
        "The provided execution role does not have permissions to call ReceiveMessage on SQS",
        400,
    )

    grant(allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue))
    made.create_event_source_mapping(EventSourceArn=queue, FunctionName="f")


def test_callers_learn_who_they_are(account: Account) -> None:
    sts = client(account, "sts")

    with function_runs(account):
        assert sts.get_caller_identity()["Arn"] == WHO
    assert sts.get_caller_identity()["Arn"].endswith(":user/administrator")


def test_keys_that_a_program_made_are_held_to_their_policies_everywhere(account: Account) -> None:
    account.simulation.enforces_iam = False
    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    s3 = client(account, "s3", key)

    code, message, status = denial(s3.list_buckets)
    iam.put_user_policy(UserName="reader", PolicyName="own", PolicyDocument=document(ALL_BUCKETS))

    assert (code, status) == ("AccessDenied", 403)
    assert "user/reader is not authorized to perform: s3:ListAllMyBuckets" in message
    assert s3.list_buckets()["Buckets"]


def test_a_report_tells_what_was_used_and_what_was_not(account: Account) -> None:
    account.simulation.enforces_iam = False
    grant(
        allow(["dynamodb:PutItem", "dynamodb:DeleteItem"], TABLE),
        allow("s3:*"),
    )

    put(account)
    with function_runs(account):
        _send(account)

    found = report("worker")
    queue = "arn:aws:sqs:us-east-1:123456789012:jobs"
    assert found.used == (("dynamodb:PutItem", TABLE),)
    assert found.denied == (("sqs:SendMessage", queue),)
    assert [grant.action for grant in found.unused] == ["dynamodb:deleteitem", "s3:*"]
    assert [grant.action for grant in found.wide] == ["s3:*"]
    assert found.allows("s3:GetObject", "arn:aws:s3:::photos/k")
    assert not found.allows("sqs:SendMessage", queue)


def test_a_report_on_nobody_says_so(account: Account) -> None:
    with pytest.raises(LookupError, match="no role nobody"):
        report("nobody")


def test_only_who_may_list_a_bucket_is_told_that_a_key_does_not_exist(account: Account) -> None:
    objects, bucket = "arn:aws:s3:::photos/*", "arn:aws:s3:::photos"
    s3 = client(account, "s3")

    def read() -> object:
        with function_runs(account):
            return s3.get_object(Bucket="photos", Key="k")

    grant(allow("s3:GetObject", objects))
    code, message, status = denial(read)
    assert (code, status) == ("AccessDenied", 403)
    assert 'to perform: s3:ListBucket on resource: "arn:aws:s3:::photos"' in message

    grant(allow("s3:GetObject", objects), allow("s3:ListBucket", bucket))
    assert denial(read)[0] == "NoSuchKey"

    s3.put_object(Bucket="photos", Key="k", Body=b"x")
    grant(allow("s3:GetObject", objects))
    assert read()
