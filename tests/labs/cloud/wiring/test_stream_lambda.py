"""Stream mappings of DynamoDB and Kinesis, with functions of this process."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.clock import clock
from tests.labs.cloud.conftest import Functions

type Client = Callable[[str], Any]

TABLE: dict[str, Any] = {
    "TableName": "orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


class Stream:
    """A table with a stream and a mapped function."""

    def __init__(self, client: Client, functions: Functions) -> None:
        self.client, self.functions = client, functions
        self.dynamodb = client("dynamodb")

    def open(self, view: str = "NEW_AND_OLD_IMAGES") -> None:
        stream = {"StreamEnabled": True, "StreamViewType": view}
        table = self.dynamodb.create_table(**TABLE, StreamSpecification=stream)["TableDescription"]
        self.arn = table["LatestStreamArn"]

    def map(
        self, handler: Callable[[Any], Any] = lambda _event: None, **mapping: Any
    ) -> dict[str, Any]:
        self.functions.deploy("worker", handler)
        parameters = {
            "EventSourceArn": self.arn,
            "FunctionName": "worker",
            "StartingPosition": "TRIM_HORIZON",
        }
        created = self.client("lambda").create_event_source_mapping(**(parameters | mapping))
        return dict(created)

    def put(self, *ids: str, **values: Any) -> None:
        for one in ids:
            self.dynamodb.put_item(TableName="orders", Item={"id": {"S": one}, **values})

    @property
    def records(self) -> list[list[Any]]:
        return [event["Records"] for event in self.functions.events["worker"]]

    @property
    def batches(self) -> list[str]:
        """The ids of each batch, as one text."""
        return [
            "".join(one["dynamodb"]["Keys"]["id"]["S"] for one in batch) for batch in self.records
        ]


@pytest.fixture
def stream(client: Client, functions: Functions) -> Stream:
    return Stream(client, functions)


def fails_with(*ids: str) -> Callable[[Any], Any]:
    def handler(event: Any) -> None:
        for record in event["Records"]:
            if record["dynamodb"]["Keys"]["id"]["S"] in ids:
                raise ValueError("poison")

    return handler


def reports(*ids: str) -> Callable[[Any], Any]:
    def handler(event: Any) -> Any:
        failed = [
            record["dynamodb"]["SequenceNumber"]
            for record in event["Records"]
            if record["dynamodb"]["Keys"]["id"]["S"] in ids
        ]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}

    return handler


def test_a_record_has_the_form_that_aws_documents(stream: Stream, account: Account) -> None:
    stream.open()
    stream.map()
    stream.put("a", n={"N": "10"}, b={"B": b"\x00"}, m={"M": {"k": {"L": [{"BOOL": True}]}}})
    account.settle()
    moment = int(clock.millis() / 1000)

    [[record]] = stream.records
    assert len(record.pop("eventID")) == 32
    dynamodb = record.pop("dynamodb")
    assert abs(dynamodb.pop("ApproximateCreationDateTime") - moment) <= 1
    assert dynamodb.pop("SequenceNumber").isdigit()
    image = {
        "id": {"S": "a"},
        "n": {"N": "10"},
        "b": {"B": "AA=="},
        "m": {"M": {"k": {"L": [{"BOOL": True}]}}},
    }
    assert dynamodb == {
        "Keys": {"id": {"S": "a"}},
        "NewImage": image,
        "SizeBytes": 3 + 3 + (1 + 2) + (1 + 1) + (1 + 3 + 1 + 1 + 3 + 1 + 1),
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": stream.arn,
    }


def test_writes_are_told_as_what_they_are(stream: Stream, account: Account) -> None:
    stream.open()
    stream.map()
    key = {"id": {"S": "a"}}
    update = {
        "TableName": "orders",
        "Key": key,
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    stream.dynamodb.update_item(**update)
    stream.dynamodb.update_item(**update)
    stream.put("a", n={"N": "1"})
    stream.put("a", n={"N": "2"})
    stream.dynamodb.delete_item(TableName="orders", Key=key)
    stream.dynamodb.delete_item(TableName="orders", Key=key)
    account.settle()

    records = [record for batch in stream.records for record in batch]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    images = [
        [record["dynamodb"].get(image, {}).get("n") for image in ("OldImage", "NewImage")]
        for record in records
    ]
    assert images == [[None, {"N": "1"}], [{"N": "1"}, {"N": "2"}], [{"N": "2"}, None]]


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", []),
        ("NEW_IMAGE", ["NewImage"]),
        ("OLD_IMAGE", ["OldImage"]),
        ("NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]),
    ],
)
def test_a_view_holds_its_images(
    stream: Stream, account: Account, view: str, images: list[str]
) -> None:
    stream.open(view)
    stream.map(StartingPosition="LATEST")
    stream.put("a", n={"N": "1"})
    stream.put("a", n={"N": "2"})
    account.settle()

    changed = stream.records[-1][-1]["dynamodb"]
    assert sorted(changed.keys() & {"NewImage", "OldImage"}) == images


def test_records_of_one_call_come_as_one_batch(stream: Stream, account: Account) -> None:
    stream.open()
    stream.map()
    requests = [{"PutRequest": {"Item": {"id": {"S": one}}}} for one in "abc"]
    stream.dynamodb.batch_write_item(RequestItems={"orders": requests})
    account.settle()

    assert stream.batches == ["abc"]


def test_latest_begins_with_what_comes_next(stream: Stream, account: Account) -> None:
    stream.open()
    stream.put("a")
    stream.map(StartingPosition="LATEST")
    stream.put("b")
    account.settle()

    assert stream.batches == ["b"]


def test_trim_horizon_begins_with_what_is_there(stream: Stream, account: Account) -> None:
    stream.open()
    stream.put("a")
    account.let_pass(24 * 3600 - 10)
    stream.put("b")
    account.let_pass(20)
    stream.map(BatchSize=1)
    account.settle()

    assert stream.batches == ["b"]


def test_a_failing_batch_blocks_its_shard_until_it_is_given_up(
    stream: Stream, account: Account
) -> None:
    stream.open()
    stream.map(fails_with("b"), BatchSize=2, MaximumRetryAttempts=2)
    stream.put("a", "b", "c")
    account.settle()

    assert stream.batches == ["ab", "ab", "ab", "c"]


def test_without_a_limit_records_are_tried_for_a_day(stream: Stream, account: Account) -> None:
    stream.open()
    stream.map(fails_with("a"))
    stream.put("a")
    started = clock.millis()
    account.let_pass(3600)
    stream.put("b")
    assert set(stream.batches) == {"a"}
    account.settle()

    assert stream.batches[-1] == "b"
    assert clock.millis() - started == pytest.approx(24 * 3_600_000, rel=0.01)


def test_old_records_are_given_up(stream: Stream, account: Account) -> None:
    stream.open()
    stream.map(fails_with("a"), MaximumRecordAgeInSeconds=60)
    started = clock.millis()
    stream.put("a")
    account.settle()

    assert len(stream.batches) == 6
    assert clock.millis() - started == pytest.approx(60_000, abs=200)


def test_bisecting_leaves_the_poison_alone(stream: Stream, account: Account) -> None:
    stream.open()
    stream.map(
        fails_with("c"), BisectBatchOnFunctionError=True, MaximumRetryAttempts=1, BatchSize=4
    )
    requests = [{"PutRequest": {"Item": {"id": {"S": one}}}} for one in "abcd"]
    stream.dynamodb.batch_write_item(RequestItems={"orders": requests})
    account.settle()

    assert stream.batches == ["abcd", "ab", "cd", "c", "c", "d"]


def test_a_report_sets_the_checkpoint(stream: Stream, account: Account) -> None:
    stream.open()
    failures = {"FunctionResponseTypes": ["ReportBatchItemFailures"], "MaximumRetryAttempts": 1}
    stream.map(reports("b"), **failures)
    requests = [{"PutRequest": {"Item": {"id": {"S": one}}}} for one in "abc"]
    stream.dynamodb.batch_write_item(RequestItems={"orders": requests})
    account.settle()

    assert stream.batches == ["abc", "bc"]


def test_what_is_given_up_is_told_to_the_destination(
    stream: Stream, account: Account, client: Client
) -> None:
    stream.open()
    url = client("sqs").create_queue(QueueName="lost")["QueueUrl"]
    lost = "arn:aws:sqs:us-east-1:123456789012:lost"
    stream.map(
        fails_with("a"),
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": lost}},
    )
    stream.put("a")
    account.settle()

    [message] = client("sqs").receive_message(QueueUrl=url)["Messages"]
    about = json.loads(message["Body"])
    number = stream.records[0][0]["dynamodb"]["SequenceNumber"]
    assert about["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert about["requestContext"]["approximateInvokeCount"] == 2
    assert about["responseContext"]["functionError"] == "Unhandled"
    batch = about["DDBStreamBatchInfo"]
    assert (batch["startSequenceNumber"], batch["endSequenceNumber"]) == (number, number)
    assert (batch["batchSize"], batch["streamArn"]) == (1, stream.arn)


def test_filters_pass_over_records(stream: Stream, account: Account) -> None:
    stream.open()
    pattern = json.dumps({"dynamodb": {"NewImage": {"kind": {"S": ["order"]}}}})
    stream.map(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    stream.put("a", kind={"S": "order"})
    stream.put("b", kind={"S": "note"})
    account.settle()

    assert stream.batches == ["a"]


def test_a_window_gathers_records(stream: Stream, account: Account) -> None:
    stream.open()
    stream.map(BatchSize=3, MaximumBatchingWindowInSeconds=10)
    stream.put("a")
    account.let_pass(6)
    stream.put("b")
    account.let_pass(6)
    assert stream.batches == ["ab"]

    stream.put("c", "d", "e")
    account.let_pass(1)
    assert stream.batches == ["ab", "cde"]


def test_a_disabled_mapping_goes_on_where_it_stopped(
    stream: Stream, account: Account, client: Client
) -> None:
    stream.open()
    uuid = stream.map()["UUID"]
    client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)
    stream.put("a")
    account.settle()
    assert stream.batches == []

    client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)
    account.settle()
    assert stream.batches == ["a"]
    client("lambda").delete_event_source_mapping(UUID=uuid)
    stream.put("b")
    account.settle()
    assert stream.batches == ["a"]


def test_an_undone_transaction_leaves_no_record(stream: Stream, account: Account) -> None:
    stream.open()
    stream.map()
    put = {"Put": {"TableName": "orders", "Item": {"id": {"S": "a"}}}}
    check = {
        "ConditionCheck": {
            "TableName": "orders",
            "Key": {"id": {"S": "b"}},
            "ConditionExpression": "attribute_exists(id)",
        }
    }
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        stream.dynamodb.transact_write_items(TransactItems=[put, check])
    account.settle()
    assert stream.batches == []

    stream.put("c")
    account.settle()
    assert stream.batches == ["c"]


def test_shards_keep_what_was_delivered(stream: Stream, account: Account, client: Client) -> None:
    stream.open()
    stream.map()
    stream.put("a", "b", "c", data={"B": b"\x01\x02"})
    account.settle()

    streams = client("dynamodbstreams")
    [shard] = streams.describe_stream(StreamArn=stream.arn)["StreamDescription"]["Shards"]

    def read(kind: str, **more: str) -> list[str]:
        iterator = streams.get_shard_iterator(
            StreamArn=stream.arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **more
        )["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator)["Records"]
        assert all(one["dynamodb"]["NewImage"]["data"]["B"] == b"\x01\x02" for one in records)
        return [one["dynamodb"]["SequenceNumber"] for one in records]

    first, second, third = read("TRIM_HORIZON")
    assert read("LATEST") == []
    assert read("AT_SEQUENCE_NUMBER", SequenceNumber=second) == [second, third]
    assert read("AFTER_SEQUENCE_NUMBER", SequenceNumber=first) == [second, third]


def test_a_stream_that_is_not_there_is_refused(stream: Stream, client: Client) -> None:
    stream.open()
    with pytest.raises(ClientError, match="Stream not found"):
        stream.map(EventSourceArn=stream.arn + "x")
    stream.client("lambda").delete_function(FunctionName="worker")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client("dynamodbstreams").describe_stream(StreamArn=stream.arn + "x")
    with pytest.raises(ClientError, match="Unsupported starting position"):
        stream.map(StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=1)
    with pytest.raises(ClientError, match="startingPosition"):
        stream.client("lambda").create_event_source_mapping(
            EventSourceArn=stream.arn, FunctionName="worker"
        )


def test_kinesis_is_delivered_in_the_same_way(
    functions: Functions, account: Account, client: Client
) -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="clicks")["StreamDescription"]["StreamARN"]
    functions.deploy("worker")
    pattern = json.dumps({"data": {"kind": ["click"]}})
    client("lambda").create_event_source_mapping(
        EventSourceArn=arn,
        FunctionName="worker",
        StartingPosition="LATEST",
        FilterCriteria={"Filters": [{"Pattern": pattern}]},
    )
    for kind in ("click", "other", "click"):
        data = json.dumps({"kind": kind}).encode()
        kinesis.put_record(StreamName="clicks", PartitionKey="k", Data=data)
    account.settle()

    records = [record for event in functions.events["worker"] for record in event["Records"]]
    assert [record["kinesis"]["partitionKey"] for record in records] == ["k", "k"]
    assert all(record["eventSourceARN"] == arn for record in records)
