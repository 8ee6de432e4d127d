"""From a topic to queues and functions, in an account of this process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from labs.cloud import moto_seams
from labs.cloud.account import Account
from tests.labs.cloud.conftest import Functions

type Client = Callable[[str], Any]
SEND = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:*"}


@pytest.fixture
def topic(client: Client) -> str:
    return str(client("sns").create_topic(Name="orders")["TopicArn"])


def queue(client: Client, name: str, *, lets_in: bool = True, **attributes: str) -> str:
    """A queue's ARN; `lets_in` is whether SNS may send to it."""
    arn = moto_seams.queue_arn(name)
    if lets_in:
        attributes["Policy"] = json.dumps({"Statement": [{**SEND, "Resource": arn}]})
    client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return arn


def subscribe(client: Client, topic: str, endpoint: str, **attributes: Any) -> str:
    protocol = endpoint.split(":")[2]
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in attributes.items()
    }
    answer = client("sns").subscribe(
        TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=texts
    )
    return str(answer["SubscriptionArn"])


def received(client: Client, name: str) -> list[dict[str, Any]]:
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
    found: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=url, AttributeNames=["All"], **asked).get(
        "Messages"
    ):
        found += messages
    return found


def test_a_queue_gets_the_notification_after_the_publish(
    account: Account, client: Client, topic: str
) -> None:
    subscription = subscribe(client, topic, queue(client, "jobs"))
    message_id = client("sns").publish(TopicArn=topic, Message="hello", Subject="Hi")["MessageId"]
    assert moto_seams.bodies(moto_seams.queue_arn("jobs")) == []

    account.settle()
    (message,) = received(client, "jobs")

    body = json.loads(message["Body"])
    assert list(body) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
    ]
    assert (body["MessageId"], body["Message"], body["Subject"]) == (message_id, "hello", "Hi")
    assert body["UnsubscribeURL"].endswith(f"SubscriptionArn={subscription}")
    (call,) = [call for call in account.trace.calls if call.made_by == "topic orders"]
    assert (call.service, call.operation, call.status) == ("sqs", "SendMessage", 200)


def test_a_function_gets_the_event_that_aws_sends(
    account: Account, client: Client, topic: str, functions: Functions
) -> None:
    arn = functions.deploy("worker")
    client("lambda").add_permission(
        FunctionName="worker",
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    subscription = subscribe(client, topic, arn)
    attribute = {"kind": {"DataType": "String", "StringValue": "new"}}
    client("sns").publish(TopicArn=topic, Message="hello", MessageAttributes=attribute)
    account.settle()

    ((record,),) = (event["Records"] for event in functions.events["worker"])
    sns = record.pop("Sns")
    assert record == {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription,
    }
    assert list(sns) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertUrl",
        "UnsubscribeUrl",
        "MessageAttributes",
    ]
    assert (sns["Subject"], sns["Message"], sns["TopicArn"]) == (None, "hello", topic)
    assert sns["MessageAttributes"] == {"kind": {"Type": "String", "Value": "new"}}


def test_raw_delivery_keeps_message_and_attributes(
    account: Account, client: Client, topic: str
) -> None:
    subscribe(client, topic, queue(client, "jobs"), RawMessageDelivery="true")
    attributes = {
        "kind": {"DataType": "String", "StringValue": "new"},
        "size": {"DataType": "Number", "StringValue": "7"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\0\1"},
    }
    client("sns").publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)
    account.settle()

    (message,) = received(client, "jobs")
    assert (message["Body"], message["MessageAttributes"]) == ("hello", attributes)


def test_each_protocol_has_its_text(account: Account, client: Client, topic: str) -> None:
    subscribe(client, topic, queue(client, "jobs"), RawMessageDelivery="true")
    for texts in ({"default": "all", "sqs": "queues"}, {"default": "all", "email": "mail"}):
        message = json.dumps(texts)
        client("sns").publish(TopicArn=topic, Message=message, MessageStructure="json")
    account.settle()

    assert [message["Body"] for message in received(client, "jobs")] == ["queues", "all"]


@pytest.mark.parametrize("reason", ["missing queue", "missing permission", "missing function"])
def test_what_cannot_be_delivered_goes_to_the_dead_letter_queue_at_once(
    account: Account, client: Client, topic: str, reason: str
) -> None:
    endpoint = {
        "missing queue": moto_seams.queue_arn("nothing"),
        "missing permission": queue(client, "closed", lets_in=False),
        "missing function": "arn:aws:lambda:us-east-1:123456789012:function:nothing",
    }[reason]
    dead = queue(client, "dead")
    subscribe(client, topic, endpoint, RedrivePolicy={"deadLetterTargetArn": dead})
    subscribe(client, topic, queue(client, "other"))

    client("sns").publish(TopicArn=topic, Message="hello")
    account.settle()

    (message,) = received(client, "dead")
    assert json.loads(message["Body"])["Message"] == "hello"
    assert len(received(client, "other")) == 1
    errors = [call.error for call in account.trace.calls if call.made_by == "topic orders"]
    assert sum(bool(error) for error in errors) == 1


def test_an_error_of_the_queue_is_tried_again(
    account: Account, client: Client, topic: str
) -> None:
    subscribe(client, topic, queue(client, "jobs"))
    account.faults.fail("sqs", "SendMessage", code="ServiceUnavailable", status=503, times=4)

    client("sns").publish(TopicArn=topic, Message="hello")
    account.settle()

    assert len(received(client, "jobs")) == 1


def test_a_fifo_topic_keeps_groups_and_drops_what_comes_twice(
    account: Account, client: Client
) -> None:
    attributes = {"FifoTopic": "true", "ContentBasedDeduplication": "true"}
    topic = client("sns").create_topic(Name="orders.fifo", Attributes=attributes)["TopicArn"]
    subscribe(client, topic, queue(client, "jobs.fifo", FifoQueue="true"))
    subscribe(client, topic, queue(client, "plain"))

    answers = [
        client("sns").publish(TopicArn=topic, Message=message, MessageGroupId="g")
        for message in ("a", "a", "b")
    ]
    account.settle()

    assert answers[0]["SequenceNumber"] == answers[1]["SequenceNumber"]
    assert answers[0]["SequenceNumber"] < answers[2]["SequenceNumber"]
    messages = received(client, "jobs.fifo")
    bodies = [json.loads(message["Body"]) for message in messages]
    assert [(body["Message"], body["SequenceNumber"]) for body in bodies] == [
        ("a", answers[0]["SequenceNumber"]),
        ("b", answers[2]["SequenceNumber"]),
    ]
    assert {message["Attributes"]["MessageGroupId"] for message in messages} == {"g"}
    assert len(received(client, "plain")) == 2


def test_e_mail_waits_to_be_confirmed(account: Account, client: Client, topic: str) -> None:
    sns = client("sns")
    asked = {"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com"}
    assert sns.subscribe(**asked)["SubscriptionArn"] == "pending confirmation"
    sns.publish(TopicArn=topic, Message="hello")
    account.settle()

    assert not [call for call in account.trace.calls if call.made_by == "topic orders"]
    counts = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (counts["SubscriptionsPending"], counts["SubscriptionsConfirmed"]) == ("1", "0")


def test_sms_is_not_simulated_and_breaks_nothing(
    account: Account, client: Client, topic: str
) -> None:
    client("sns").subscribe(TopicArn=topic, Protocol="sms", Endpoint="+4915112345678")
    client("sns").publish(TopicArn=topic, Message="hello")
    account.settle()

    (call,) = [call for call in account.trace.calls if call.made_by == "topic orders"]
    assert (call.operation, call.error) == ("Deliver", "NotSimulated")
