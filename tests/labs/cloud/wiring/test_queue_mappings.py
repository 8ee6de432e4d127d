"""SQS mappings: batches, windows, filters and groups, with functions of this process."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.missing import MissingError
from tests.labs.cloud.conftest import Functions

ARN = "arn:aws:sqs:us-east-1:123456789012:"


class Shop:
    """A queue, mapped to a function, with a dead-letter queue."""

    def __init__(self, client: Callable[[str], Any], functions: Functions) -> None:
        self.sqs, self.lambda_ = client("sqs"), client("lambda")
        self.functions = functions

    def open(
        self,
        handler: Callable[[Any], Any] = lambda _event: None,
        *,
        fifo: bool = False,
        **mapping: Any,
    ) -> str:
        """The mapping's id."""
        self.suffix = ".fifo" if fifo else ""
        attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if fifo else {}
        self.dead = self.make_queue("dead", **attributes)
        policy = {"deadLetterTargetArn": f"{ARN}dead{self.suffix}", "maxReceiveCount": 2}
        self.url = self.make_queue("jobs", **attributes, RedrivePolicy=json.dumps(policy))
        self.functions.deploy("worker", handler)
        return self.map(**mapping)

    def make_queue(self, name: str, **attributes: str) -> str:
        answer = self.sqs.create_queue(QueueName=name + self.suffix, Attributes=attributes)
        return str(answer["QueueUrl"])

    def map(self, **mapping: Any) -> str:
        parameters = {"EventSourceArn": f"{ARN}jobs{self.suffix}", "FunctionName": "worker"}
        created = self.lambda_.create_event_source_mapping(**(parameters | mapping))
        return str(created["UUID"])

    def send(self, *bodies: str, group: str = "") -> None:
        more = {"MessageGroupId": group} if group else {}
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **more)

    @property
    def batches(self) -> list[list[str]]:
        events = self.functions.events["worker"]
        return [[record["body"] for record in event["Records"]] for event in events]

    def left(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(value) for value in found.values())


@pytest.fixture
def shop(client: Callable[[str], Any], functions: Functions) -> Shop:
    return Shop(client, functions)


def fails(_event: Any) -> None:
    raise ValueError("no")


def fails_on(*bodies: str) -> Callable[[Any], Any]:
    def handler(event: Any) -> Any:
        failed = [record["messageId"] for record in event["Records"] if record["body"] in bodies]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}

    return handler


def test_a_window_gathers_messages_until_it_is_over(shop: Shop, account: Account) -> None:
    shop.open(BatchSize=100, MaximumBatchingWindowInSeconds=20)
    shop.send("1")
    account.let_pass(10)
    shop.send("2")
    account.let_pass(5)
    assert shop.batches == []

    account.let_pass(6)

    assert shop.batches == [["1", "2"]]
    assert shop.left(shop.url) == 0


def test_a_full_batch_ends_the_window(shop: Shop, account: Account) -> None:
    shop.open(BatchSize=2, MaximumBatchingWindowInSeconds=20)
    shop.send("1", "2", "3")
    account.let_pass(1)
    assert shop.batches == [["1", "2"]]

    account.settle()

    assert shop.batches == [["1", "2"], ["3"]]


def test_more_than_fits_into_an_event_comes_in_several(shop: Shop, account: Account) -> None:
    shop.open(BatchSize=10)
    shop.send(*[str(number) * 1_000_000 for number in range(8)])

    account.settle()

    assert [len(batch) for batch in shop.batches] == [6, 2]


def test_what_the_filters_drop_is_deleted(shop: Shop, account: Account) -> None:
    pattern = json.dumps({"body": {"kind": ["order"]}})
    shop.open(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    shop.send('{"kind": "order"}', '{"kind": "note"}', "plain")

    account.settle()

    assert shop.batches == [['{"kind": "order"}']]
    assert shop.left(shop.url) == 0


def test_a_failed_group_waits_and_others_go_on(shop: Shop, account: Account) -> None:
    shop.open(
        fails_on("a1", "a2"),
        fifo=True,
        BatchSize=2,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    shop.send("a1", "a2", "a3", group="a")
    shop.send("b1", group="b")

    account.settle()

    assert shop.batches[:2] == [["a1", "a2"], ["b1"]]
    assert shop.batches[2:] == [["a1", "a2"], ["a3"]]
    assert shop.left(shop.dead) == 2


def test_a_failing_batch_goes_to_the_dead_letter_queue(shop: Shop, account: Account) -> None:
    shop.open(fails)
    shop.send("1", "2")

    account.settle()

    assert shop.batches == [["1", "2"], ["1", "2"]]
    assert shop.left(shop.dead) == 2


def test_a_throttled_function_gets_its_messages_later(shop: Shop, account: Account) -> None:
    shop.open()
    limit = {"FunctionName": "worker", "ReservedConcurrentExecutions": 0}
    shop.lambda_.put_function_concurrency(**limit)
    shop.send("1")
    account.let_pass(10)
    assert shop.batches == []
    refused = [call for call in account.trace.calls if call.error == "TooManyRequestsException"]
    assert [call.made_by for call in refused] == ["mapping jobs"]

    shop.lambda_.delete_function_concurrency(FunctionName="worker")
    account.settle()

    [event] = shop.functions.events["worker"]
    assert event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_a_mapping_can_name_an_alias(shop: Shop, account: Account) -> None:
    shop.open()
    shop.lambda_.publish_version(FunctionName="worker")
    shop.lambda_.create_alias(FunctionName="worker", Name="live", FunctionVersion="1")
    [mapping] = shop.lambda_.list_event_source_mappings()["EventSourceMappings"]
    shop.lambda_.delete_event_source_mapping(UUID=mapping["UUID"])

    shop.map(FunctionName="worker:live")
    shop.send("1")
    account.settle()

    [mapping] = shop.lambda_.list_event_source_mappings()["EventSourceMappings"]
    assert mapping["FunctionArn"].endswith(":function:worker:live")
    assert account.environments.invocations[-1].version == "1"


def test_binary_attributes_and_the_trace_header_are_handed_on(
    shop: Shop, account: Account
) -> None:
    shop.open()
    shop.sqs.send_message(
        QueueUrl=shop.url,
        MessageBody="1",
        MessageAttributes={"b": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}},
        MessageSystemAttributes={
            "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}
        },
    )
    account.settle()

    [record] = shop.functions.events["worker"][0]["Records"]
    assert record["messageAttributes"]["b"] == {
        "binaryValue": "AAE=",
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": "Binary",
    }
    assert record["attributes"]["AWSTraceHeader"] == "Root=1"


def test_a_mapping_works_in_another_region(functions: Functions, account: Account) -> None:

    clients = {name: boto3.client(name, region_name="eu-west-1") for name in ("sqs", "lambda")}
    url = clients["sqs"].create_queue(QueueName="jobs")["QueueUrl"]
    arn = functions.deploy("worker", region="eu-west-1")
    clients["lambda"].create_event_source_mapping(
        EventSourceArn="arn:aws:sqs:eu-west-1:123456789012:jobs", FunctionName=arn
    )
    clients["sqs"].send_message(QueueUrl=url, MessageBody="1")
    account.settle()

    [event] = functions.events["worker"]
    assert event["Records"][0]["awsRegion"] == "eu-west-1"


def test_states_pass_and_arrive(shop: Shop) -> None:
    uuid = shop.open()
    client = shop.lambda_

    def states(answer: Any) -> tuple[str, str]:
        return answer["State"], client.get_event_source_mapping(UUID=uuid)["State"]

    off = client.update_event_source_mapping(UUID=uuid, Enabled=False)
    assert states(off) == ("Disabling", "Disabled")
    assert states(client.update_event_source_mapping(UUID=uuid, Enabled=True)) == (
        "Enabling",
        "Enabled",
    )
    assert states(client.update_event_source_mapping(UUID=uuid, BatchSize=3))[0] == "Updating"
    assert client.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    for call in (
        client.get_event_source_mapping,
        client.delete_event_source_mapping,
        client.update_event_source_mapping,
    ):
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            call(UUID=uuid)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"BatchSize": 11}, "Maximum batch window in seconds must be greater than 0"),
        ({"BatchSize": 10_001}, "Member must have value less than or equal to 10000"),
        ({"ScalingConfig": {"MaximumConcurrency": 1001}}, "less than or equal to 1000"),
        ({"MaximumBatchingWindowInSeconds": 301}, "less than or equal to 300"),
        ({"BisectBatchOnFunctionError": True}, "not supported"),
        ({"FunctionName": "missing"}, "Function does not exist"),
        ({"EventSourceArn": ARN + "missing"}, "AWS.SimpleQueueService.NonExistentQueue"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "x"}]}}, "Invalid filter pattern definition"),
        ({}, "already exists. Please update or delete the existing mapping with UUID"),
    ],
)
def test_what_aws_refuses_is_refused(shop: Shop, parameters: Any, message: str) -> None:
    shop.open()

    with pytest.raises(ClientError, match=message):
        shop.map(**parameters)


def test_a_queue_must_hide_messages_as_long_as_the_function_may_take(shop: Shop) -> None:
    shop.open()
    shop.functions.deploy("slow", Timeout=60)

    with pytest.raises(ClientError) as caught:
        shop.map(FunctionName="slow")

    assert caught.value.response["Error"] == {
        "Code": "InvalidParameterValueException",
        "Message": (
            "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"
        ),
    }


def test_a_fifo_queue_has_smaller_batches(shop: Shop) -> None:
    with pytest.raises(ClientError, match="FIFO"):
        shop.open(fifo=True, BatchSize=11)


@pytest.mark.parametrize(
    "parameters",
    [
        {"EventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/c/1"},
        {"EventSourceArn": "arn:aws:mq:us-east-1:123456789012:broker:b:1"},
        {"TumblingWindowInSeconds": 30},
        {"ProvisionedPollerConfig": {"MinimumPollers": 2}},
    ],
)
def test_what_is_not_simulated_says_so(shop: Shop, parameters: Any) -> None:
    shop.open()

    with pytest.raises(MissingError):
        shop.map(**parameters)
