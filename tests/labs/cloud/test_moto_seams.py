"""Each seam into moto still holds. When a new moto moves one, this is where it shows."""

from datetime import UTC
from functools import partial
from typing import Any

import boto3
import pytest

from labs.cloud import moto_lambda, moto_seams
from labs.cloud.clock import EPOCH, clock

pytestmark = pytest.mark.usefixtures("moto")

QUEUE = "jobs"
TABLE: dict[str, Any] = {
    "TableName": "orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@pytest.fixture
def sqs() -> Any:
    return boto3.client("sqs", region_name="us-east-1")


@pytest.fixture
def url(sqs: Any) -> str:
    answer = sqs.create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": "30"})
    return str(answer["QueueUrl"])


def make_function(name: str = "worker") -> str:
    iam = boto3.client("iam", region_name="us-east-1")
    role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    answer = boto3.client("lambda", region_name="us-east-1").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="handler.handler",
        Code={"ZipFile": b"not looked into"},
    )
    return str(answer["FunctionArn"])


def map_queue(arn: str) -> None:
    boto3.client("lambda", region_name="us-east-1").create_event_source_mapping(
        EventSourceArn=moto_seams.queue_arn(QUEUE), FunctionName=arn, BatchSize=5
    )


def test_sending_a_message_invokes_nothing(sqs: Any, url: str) -> None:
    map_queue(make_function())
    moto_lambda.set_invoke(lambda *_call, **_options: pytest.fail("it was invoked"))

    sqs.send_message(QueueUrl=url, MessageBody="1")

    assert moto_seams.bodies(moto_seams.queue_arn(QUEUE)) == ["1"]


def test_it_finds_mappings_functions_and_queues(url: str) -> None:
    arn = make_function()
    map_queue(arn)

    [mapping] = moto_seams.event_source_mappings()

    function = moto_lambda.function(mapping.function_arn)
    queue = moto_seams.queue(mapping.event_source_arn)
    assert function is not None
    assert function.function_arn == arn
    assert queue is not None
    assert queue.name == QUEUE
    assert mapping.batch_size == 5
    assert moto_lambda.function(arn + "-missing") is None
    assert moto_seams.queue("arn:aws:sqs:us-east-1:123456789012:missing") is None


def test_received_messages_are_hidden_until_their_time(sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="1")
    queue = moto_seams.queue(moto_seams.queue_arn(QUEUE))
    assert queue is not None

    [message] = moto_seams.receive(queue, 10)
    moment = moto_seams.next_visible_millis(queue)

    assert moto_seams.receive(queue, 10) == []
    assert moment == pytest.approx(clock.millis() + 30_000, abs=5)
    assert moment is not None
    clock.advance_to(moment + 1)
    assert [again.id for again in moto_seams.receive(queue, 10)] == [message.id]


def test_a_message_is_deleted_once(sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="1")
    queue = moto_seams.queue(moto_seams.queue_arn(QUEUE))
    assert queue is not None
    [message] = moto_seams.receive(queue, 1)

    moto_seams.delete(queue, message)
    moto_seams.delete(queue, message)

    assert moto_seams.bodies(queue.queue_arn) == []


def test_long_polling_takes_virtual_time_alone(sqs: Any, url: str) -> None:
    before = clock.millis()

    answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)

    assert "Messages" not in answer
    assert clock.millis() - before == pytest.approx(20_000, abs=1)


def test_long_polling_sees_what_becomes_visible_meanwhile(sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=5)
    before = clock.millis()

    [message] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]

    assert message["Body"] == "later"
    assert clock.millis() - before == pytest.approx(5_000, abs=10)


def test_the_same_seed_gives_the_same_ids(sqs: Any) -> None:
    def message_id() -> str:
        moto_seams.reset(seed=11)
        queue_url = sqs.create_queue(QueueName="ids")["QueueUrl"]
        return str(sqs.send_message(QueueUrl=queue_url, MessageBody="1")["MessageId"])

    assert message_id() == message_id()


def test_reset_empties_the_account(sqs: Any, url: str) -> None:
    moto_seams.reset(seed=1)

    assert "QueueUrls" not in sqs.list_queues()


def test_all_of_moto_lives_on_the_clock() -> None:
    moto_seams.reset(seed=1, start=EPOCH)
    client = partial(boto3.client, region_name="us-east-1")
    client("s3").create_bucket(Bucket="photos")
    client("s3").put_object(Bucket="photos", Key="k", Body=b"1")
    client("secretsmanager").create_secret(Name="s", SecretString="x")
    client("logs").create_log_group(logGroupName="g")
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    moments = [
        client("s3").list_buckets()["Buckets"][0]["CreationDate"],
        client("s3").head_object(Bucket="photos", Key="k")["LastModified"],
        client("secretsmanager").describe_secret(SecretId="s")["CreatedDate"],
        client("apigateway").create_rest_api(name="a")["createdDate"],
        client("apigatewayv2").create_api(Name="a", ProtocolType="HTTP")["CreatedDate"],
        client("dynamodb").create_table(**TABLE)["TableDescription"]["CreationDateTime"],
        role["CreateDate"],
    ]

    assert [moment.astimezone(UTC) for moment in moments] == [EPOCH] * len(moments)
    groups = client("logs").describe_log_groups()["logGroups"]
    assert groups[0]["creationTime"] == EPOCH.timestamp() * 1000


def test_all_of_motos_ids_follow_from_the_seed() -> None:
    def ids() -> list[Any]:
        moto_seams.reset(seed=11)
        client = partial(boto3.client, region_name="us-east-1")
        client("s3").create_bucket(Bucket="photos")
        key = client("kms").create_key()["KeyMetadata"]["KeyId"]
        upload = client("s3").create_multipart_upload(Bucket="photos", Key="k")
        return [
            upload["UploadId"],
            key,
            client("kms").encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"],
            client("sts").get_session_token()["Credentials"],
            client("iam").create_user(UserName="u")["User"]["UserId"],
            client("apigateway").create_rest_api(name="a")["id"],
        ]

    assert _without_times(ids()) == _without_times(ids())


def _without_times(ids: list[Any]) -> list[Any]:
    return [{**found, "Expiration": None} if isinstance(found, dict) else found for found in ids]
