"""What stands in moto's SNS where seams are put, and what they refuse."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.sns.models import SNSBackend, Subscription, Topic
from moto.sns.responses import SNSResponse

from labs.cloud import moto_seams, moto_sns
from labs.cloud.account import Account

type Client = Callable[[str], Any]
QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"


def test_moto_has_what_is_replaced() -> None:
    for owner, names in {
        Topic: ("publish",),
        SNSBackend: (
            "publish",
            "publish_batch",
            "set_subscription_attributes",
            "_validate_filter_policy",
            "_get_topic_subscriptions",
            "_find_subscription",
        ),
        SNSResponse: (
            "publish",
            "subscribe",
            "set_subscription_attributes",
            "get_topic_attributes",
        ),
        Subscription: ("publish",),
    }.items():
        assert all(callable(getattr(owner, name)) for name in names)


def test_without_an_account_moto_is_as_it_is(moto: None) -> None:
    import boto3

    sns = boto3.client("sns", region_name="us-east-1")
    topic = sns.create_topic(Name="news")["TopicArn"]

    assert sns.publish(TopicArn=topic, Message="x", Subject="é")["MessageId"]


@pytest.fixture
def topic(client: Client) -> str:
    return str(client("sns").create_topic(Name="orders")["TopicArn"])


def refusal(act: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        act(**parameters)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message'].partition(chr(10))[0]}"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"Message": ""}, "InvalidParameter: Invalid parameter: Empty message"),
        ({"Message": "x" * 262_145}, "InvalidParameter: Invalid parameter: Message too long"),
        ({"Message": "ä" * 131_073}, "InvalidParameter: Invalid parameter: Message too long"),
        ({"Message": "x", "Subject": "x" * 101}, "InvalidParameter: Invalid parameter: Subject"),
        (
            {"Message": "{}", "MessageStructure": "json"},
            (
                "InvalidParameter: Invalid parameter: Message Structure - No default entry in "
                "JSON message body"
            ),
        ),
        (
            {"Message": "x", "TopicArn": "x"},
            (
                "InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least "
                "6 elements, not 1"
            ),
        ),
        (
            {"Message": "x", "TopicArn": "arn:aws:sns:us-east-1:123456789012:no"},
            "NotFound: Topic does not exist",
        ),
    ],
)
def test_a_publish_is_refused(
    client: Client, topic: str, asked: dict[str, str], expected: str
) -> None:
    assert refusal(client("sns").publish, **{"TopicArn": topic, **asked}) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            {"FilterPolicy": '{"a": [{"like": "b"}]}'},
            "Attributes Reason: FilterPolicy: Unrecognized match type like",
        ),
        (
            {"FilterPolicyScope": "Both"},
            (
                "Attributes Reason: FilterPolicyScope: Invalid value [Both]. Please use either "
                "MessageBody or MessageAttributes"
            ),
        ),
        (
            {"RedrivePolicy": '{"deadLetterTargetArn": "x"}'},
            "Attributes Reason: RedrivePolicy: deadLetterTargetArn is an invalid ARN",
        ),
        (
            {"RawMessageDelivery": "perhaps"},
            (
                "Attributes Reason: RawMessageDelivery: Invalid value [perhaps]. Must be true or "
                "false."
            ),
        ),
        ({"Other": "x"}, "AttributeName"),
    ],
)
def test_a_subscription_is_refused_and_not_made(
    client: Client, topic: str, attributes: dict[str, str], expected: str
) -> None:
    sns = client("sns")
    asked = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": QUEUE, "Attributes": attributes}

    assert refusal(sns.subscribe, **asked) == f"InvalidParameter: Invalid parameter: {expected}"
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_raw_delivery_is_for_queues(client: Client, topic: str) -> None:
    asked = {
        "TopicArn": topic,
        "Protocol": "lambda",
        "Endpoint": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "Attributes": {"RawMessageDelivery": "true"},
    }
    assert refusal(client("sns").subscribe, **asked) == (
        "InvalidParameter: Invalid parameter: Attributes Reason: Delivery protocol [lambda] does "
        "not support raw message delivery."
    )


def test_a_policy_can_be_set_later_and_its_scope_is_told(client: Client, topic: str) -> None:
    sns = client("sns")
    arn = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)["SubscriptionArn"]
    asked = {"SubscriptionArn": arn, "AttributeName": "FilterPolicy"}

    wrong = refusal(sns.set_subscription_attributes, **asked, AttributeValue='{"a": "b"}')
    sns.set_subscription_attributes(**asked, AttributeValue='{"a": ["b"]}')

    assert wrong.startswith("InvalidParameter: Invalid parameter: FilterPolicy: ")
    found = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (json.loads(found["FilterPolicy"]), found["FilterPolicyScope"]) == (
        {"a": ["b"]},
        "MessageAttributes",
    )


def test_of_a_batch_each_entry_has_its_answer(client: Client) -> None:
    topic = client("sns").create_topic(
        Name="orders.fifo",
        Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true"},
    )["TopicArn"]
    entries = [{"Id": "1", "Message": "a", "MessageGroupId": "g"}, {"Id": "2", "Message": "b"}]
    answer = client("sns").publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)

    (good,), (bad,) = answer["Successful"], answer["Failed"]
    assert (good["Id"], good["SequenceNumber"]) == ("1", str(moto_sns.FIRST_SEQUENCE_NUMBER + 1))
    assert (bad["Id"], bad["Code"], bad["SenderFault"]) == ("2", "InvalidParameter", True)


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        ([], "EmptyBatchRequest"),
        (["a", "a"], "BatchEntryIdsNotDistinct"),
        (["a b"], "InvalidBatchEntryId"),
        ([str(number) for number in range(11)], "TooManyEntriesInBatchRequest"),
    ],
)
def test_a_batch_is_refused(client: Client, topic: str, ids: list[str], code: str) -> None:
    entries = [{"Id": one, "Message": "x"} for one in ids]

    error = refusal(
        client("sns").publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries
    )
    assert error.startswith(code)


def test_a_notification_is_the_same_in_each_run(client: Client, account: Account) -> None:
    def body() -> str:
        moto_seams.reset(seed=11, start=datetime(2026, 1, 15, tzinfo=UTC))
        client("sqs").create_queue(QueueName="jobs")
        topic = client("sns").create_topic(Name="news")["TopicArn"]
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
        client("sns").publish(TopicArn=topic, Message="hello")
        account.simulation.checks_permissions = False
        account.settle()
        (found,) = moto_seams.bodies(QUEUE)
        return found

    assert body() == body()
