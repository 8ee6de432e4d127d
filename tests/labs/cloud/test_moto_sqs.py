"""The seams of SQS hold, and a queue does what AWS says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.clock import clock

ARN = "arn:aws:sqs:us-east-1:123456789012:"


@pytest.fixture
def sqs(client: Callable[[str], Any]) -> Any:
    return client("sqs")


def make_queue(sqs: Any, name: str = "jobs", **attributes: str) -> str:
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def make_fifo(sqs: Any, **attributes: str) -> str:
    return make_queue(sqs, "jobs.fifo", FifoQueue="true", **attributes)


def bodies(sqs: Any, url: str, **options: Any) -> list[str]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **options)
    return [message["Body"] for message in answer.get("Messages", [])]


def wait(seconds: float) -> None:
    clock.advance(int(seconds * 1e9) + 2_000_000)


def test_messages_are_gone_after_their_retention_period(sqs: Any) -> None:
    url = make_queue(sqs, MessageRetentionPeriod="60")
    sqs.send_message(QueueUrl=url, MessageBody="old")
    wait(30)
    sqs.send_message(QueueUrl=url, MessageBody="new")
    wait(30)

    names = ["ApproximateNumberOfMessages"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert found == {"ApproximateNumberOfMessages": "1"}
    assert bodies(sqs, url) == ["new"]


def test_an_older_receipt_handle_deletes_nothing(sqs: Any) -> None:
    url = make_queue(sqs, VisibilityTimeout="1")
    sqs.send_message(QueueUrl=url, MessageBody="1")
    [first] = sqs.receive_message(QueueUrl=url)["Messages"]
    wait(1)
    [second] = sqs.receive_message(QueueUrl=url)["Messages"]

    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    wait(1)
    assert bodies(sqs, url) == ["1"]
    wait(1)
    [third] = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=third["ReceiptHandle"])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"])
    wait(1)
    assert bodies(sqs, url) == []


def test_the_visibility_of_a_visible_message_cannot_be_changed(sqs: Any) -> None:
    url = make_queue(sqs, VisibilityTimeout="1")
    sqs.send_message(QueueUrl=url, MessageBody="1")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    change = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
    sqs.change_message_visibility(**change, VisibilityTimeout=0)

    with pytest.raises(ClientError, match="not available for visibility timeout change"):
        sqs.change_message_visibility(**change, VisibilityTimeout=10)


def test_a_group_waits_while_one_of_its_messages_is_in_flight(sqs: Any) -> None:
    url = make_fifo(sqs, ContentBasedDeduplication="true")
    for body, group in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)
    [first] = sqs.receive_message(QueueUrl=url)["Messages"]

    assert first["Body"] == "a1"
    assert bodies(sqs, url) == ["b1"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert bodies(sqs, url) == ["a2"]


def test_a_duplicate_is_known_after_the_message_was_deleted(sqs: Any) -> None:
    url = make_fifo(sqs, ContentBasedDeduplication="true")
    send = {"QueueUrl": url, "MessageBody": "same", "MessageGroupId": "a"}
    first = sqs.send_message(**send)
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    again = sqs.send_message(**send)

    assert again["MessageId"] == first["MessageId"]
    assert again["SequenceNumber"] == first["SequenceNumber"]
    assert bodies(sqs, url) == []
    wait(300)
    sqs.send_message(**send)
    assert bodies(sqs, url) == ["same"]


def test_duplicates_of_other_groups_may_be_none(sqs: Any) -> None:
    url = make_fifo(
        sqs,
        ContentBasedDeduplication="true",
        DeduplicationScope="messageGroup",
        FifoThroughputLimit="perMessageGroupId",
    )
    for group in "ab":
        sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId=group)

    assert bodies(sqs, url) == ["same", "same"]


def test_sequence_numbers_rise(sqs: Any) -> None:
    url = make_fifo(sqs, ContentBasedDeduplication="true")
    numbers = [
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="a")["SequenceNumber"]
        for body in "xyz"
    ]

    assert numbers == sorted(set(numbers))
    assert {len(number) for number in numbers} == {20}


def test_other_attributes_stay_when_one_is_set(sqs: Any) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})
    url = make_queue(sqs, Policy=policy)

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert json.loads(found["Policy"]) == json.loads(policy)
    assert found["VisibilityTimeout"] == "5"


@pytest.mark.parametrize(
    ("allow", "is_allowed"),
    [
        ({"redrivePermission": "allowAll"}, True),
        ({"redrivePermission": "denyAll"}, False),
        ({"redrivePermission": "byQueue", "sourceQueueArns": [ARN + "jobs"]}, True),
        ({"redrivePermission": "byQueue", "sourceQueueArns": [ARN + "other"]}, False),
    ],
)
def test_a_dead_letter_queue_says_who_may_use_it(
    sqs: Any, allow: Any, *, is_allowed: bool
) -> None:
    dead = make_queue(sqs, "dead", RedriveAllowPolicy=json.dumps(allow))
    answer = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedriveAllowPolicy"])
    assert json.loads(answer["Attributes"]["RedriveAllowPolicy"]) == allow
    policy = json.dumps({"deadLetterTargetArn": ARN + "dead", "maxReceiveCount": 1})

    if is_allowed:
        make_queue(sqs, RedrivePolicy=policy)
    else:
        with pytest.raises(ClientError, match="InvalidParameterValue"):
            make_queue(sqs, RedrivePolicy=policy)


def fill_dead_letter_queue(sqs: Any, *received: str) -> tuple[str, str]:
    """URLs of a queue and of its dead-letter queue, into which messages have gone."""
    dead = make_queue(sqs, "dead")
    policy = json.dumps({"deadLetterTargetArn": ARN + "dead", "maxReceiveCount": 1})
    url = make_queue(sqs, VisibilityTimeout="1", RedrivePolicy=policy)
    for body in received:
        sqs.send_message(QueueUrl=url, MessageBody=body)
    bodies(sqs, url)
    wait(1)
    assert bodies(sqs, url) == []
    return url, dead


def test_a_message_says_from_which_queue_it_was_put_aside(sqs: Any) -> None:
    _url, dead = fill_dead_letter_queue(sqs, "1")

    [message] = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"])["Messages"]

    assert message["Attributes"]["DeadLetterQueueSourceArn"] == ARN + "jobs"
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"


def test_messages_are_moved_back_to_their_source(sqs: Any, account: Account) -> None:
    url, dead = fill_dead_letter_queue(sqs, "1", "2")
    wait(1)

    handle = sqs.start_message_move_task(SourceArn=ARN + "dead")["TaskHandle"]
    [running] = sqs.list_message_move_tasks(SourceArn=ARN + "dead")["Results"]
    account.settle()

    assert (running["Status"], running["TaskHandle"]) == ("RUNNING", handle)
    assert running["ApproximateNumberOfMessagesToMove"] == 2
    [done] = sqs.list_message_move_tasks(SourceArn=ARN + "dead")["Results"]
    assert (done["Status"], done["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 2)
    messages = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
    )["Messages"]
    counts = [message["Attributes"]["ApproximateReceiveCount"] for message in messages]
    assert ([message["Body"] for message in messages], counts) == (["1", "2"], ["1", "1"])
    assert bodies(sqs, dead) == []


def test_a_move_keeps_its_velocity_and_can_be_cancelled(sqs: Any, account: Account) -> None:
    fill_dead_letter_queue(sqs, *"12345")
    other = make_queue(sqs, "other")
    handle = sqs.start_message_move_task(
        SourceArn=ARN + "dead", DestinationArn=ARN + "other", MaxNumberOfMessagesPerSecond=2
    )["TaskHandle"]

    account.let_pass(0.5)
    with pytest.raises(ClientError, match="already a task running"):
        sqs.start_message_move_task(SourceArn=ARN + "dead")
    account.let_pass(1)
    moved = sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"]
    account.settle()

    assert moved == 4
    assert bodies(sqs, other) == ["1", "2", "3", "4"]
    [task] = sqs.list_message_move_tasks(SourceArn=ARN + "dead")["Results"]
    assert task["Status"] == "CANCELLED"


def test_only_a_dead_letter_queue_is_moved_from(sqs: Any) -> None:
    make_queue(sqs)

    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn=ARN + "jobs")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        sqs.start_message_move_task(SourceArn=ARN + "missing")


def test_a_message_that_came_from_nowhere_fails_the_move(sqs: Any, account: Account) -> None:
    _url, dead = fill_dead_letter_queue(sqs)
    sqs.send_message(QueueUrl=dead, MessageBody="stray")

    sqs.start_message_move_task(SourceArn=ARN + "dead")
    account.settle()

    [task] = sqs.list_message_move_tasks(SourceArn=ARN + "dead")["Results"]
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")


def test_a_standard_queue_gives_each_message_once_and_in_order(sqs: Any) -> None:
    """AWS promises neither; a lab lets a message come twice by a fault."""
    url = make_queue(sqs)
    for number in range(10):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))

    assert bodies(sqs, url) == [str(number) for number in range(10)]
    assert bodies(sqs, url) == []
