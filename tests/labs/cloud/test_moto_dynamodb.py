"""DynamoDB's capacity, throttling and answers; the seams into moto hold."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from labs.cloud import moto_dynamodb_meter, moto_dynamodb_streams
from labs.cloud.account import Account
from labs.cloud.clock import clock
from labs.cloud.simulation import Caller

type Client = Callable[..., Any]

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]


@pytest.fixture
def dynamodb(client: Client) -> Any:
    return client("dynamodb", config=Config(retries={"total_max_attempts": 1}))


def make_table(dynamodb: Any, units: int = 0, index_units: int = 0, **more: Any) -> None:
    """`t` with the index `by-kind`; provisioned with so many units a second, or on demand."""
    names = ["pk", "sk", "kind"]
    index: dict[str, Any] = {
        "IndexName": "by-kind",
        "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    billing: dict[str, Any] = {"BillingMode": "PAY_PER_REQUEST"}
    if units:
        billing = {"ProvisionedThroughput": throughput(units)}
        index["ProvisionedThroughput"] = throughput(index_units or units)
    dynamodb.create_table(
        TableName="t",
        KeySchema=KEYS,
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in names],
        GlobalSecondaryIndexes=[index],
        **billing,
        **more,
    )


def throughput(units: int) -> dict[str, int]:
    return {"ReadCapacityUnits": units, "WriteCapacityUnits": units}


def item(sort: str = "1", size: int = 0, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"S": sort}, "data": {"S": "x" * size}, **more}


def key(sort: str = "1") -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"S": sort}}


@contextmanager
def as_learner(account: Account) -> Iterator[None]:
    """Calls as the learner's code makes them."""
    account.simulation.callers.append(Caller("script"))
    yield
    account.simulation.callers.pop()


def units(answer: Any) -> float:
    return float(answer["ConsumedCapacity"]["CapacityUnits"])


@pytest.fixture
def total(dynamodb: Any) -> Callable[..., float]:
    """The units that an operation on `t` consumes."""

    def consumed(operation: str, **parameters: Any) -> float:
        call = getattr(dynamodb, operation)
        return units(call(TableName="t", ReturnConsumedCapacity="TOTAL", **parameters))

    return consumed


def test_moto_takes_what_is_handed_on() -> None:
    pairs = (
        (moto_dynamodb_meter._query, moto_dynamodb_meter._query_any),
        (moto_dynamodb_meter._scan, moto_dynamodb_meter._scan_any),
        (moto_dynamodb_streams._get_shard_iterator, moto_dynamodb_streams._get_any_iterator),
    )
    for ours, motos in pairs:
        names = [name for name in signature(ours).parameters if name != "more"]
        assert list(signature(motos).parameters)[: len(names)] == names


def test_reads_cost_by_four_kilobytes(dynamodb: Any, total: Callable[..., float]) -> None:
    make_table(dynamodb)
    dynamodb.put_item(TableName="t", Item=item(size=5000))

    assert total("get_item", Key=key()) == 1.0
    assert total("get_item", Key=key(), ConsistentRead=True) == 2.0
    assert total("get_item", Key=key(), ProjectionExpression="sk") == 1.0
    assert total("get_item", Key=key("none")) == 0.5


def test_a_query_costs_what_it_reads_before_it_filters(
    dynamodb: Any, total: Callable[..., float]
) -> None:
    make_table(dynamodb)
    for number in range(10):
        dynamodb.put_item(TableName="t", Item=item(str(number), 1000))
    query = {
        "KeyConditionExpression": "pk = :a",
        "ExpressionAttributeValues": {":a": {"S": "a"}, ":s": {"S": "none"}},
        "FilterExpression": "#d = :s",
        "ExpressionAttributeNames": {"#d": "data"},
    }

    answer = dynamodb.query(TableName="t", ReturnConsumedCapacity="TOTAL", **query)

    assert (answer["Count"], answer["ScannedCount"], units(answer)) == (0, 10, 1.5)
    assert total("scan", ConsistentRead=True) == 3.0
    assert total("scan", Limit=1) == 0.5


def test_writes_cost_by_the_larger_item(dynamodb: Any, total: Callable[..., float]) -> None:
    make_table(dynamodb)

    assert total("put_item", Item=item()) == 1
    assert total("put_item", Item=item(size=3000)) == 3
    assert total("put_item", Item=item(size=10)) == 3
    update = {
        "UpdateExpression": "SET #d = :d",
        "ExpressionAttributeNames": {"#d": "data"},
        "ExpressionAttributeValues": {":d": {"S": "x" * 2000}},
    }
    assert total("update_item", Key=key(), **update) == 2
    assert total("update_item", Key=key("new"), **update) == 2
    assert total("delete_item", Key=key()) == 2
    assert total("delete_item", Key=key()) == 1


def test_indexes_cost_what_changes_in_them(dynamodb: Any) -> None:
    make_table(dynamodb)

    def consumed(**more: Any) -> tuple[float, float]:
        answer = dynamodb.put_item(
            TableName="t", Item=item(**more), ReturnConsumedCapacity="INDEXES"
        )["ConsumedCapacity"]
        index = answer.get("GlobalSecondaryIndexes", {}).get("by-kind", {})
        assert answer["CapacityUnits"] == answer["Table"]["CapacityUnits"] + index.get(
            "CapacityUnits", 0
        )
        return answer["Table"]["CapacityUnits"], index.get("CapacityUnits", 0)

    assert consumed() == (1, 0)
    assert consumed(kind={"S": "x"}) == (1, 1)
    assert consumed(kind={"S": "x"}, size=3000) == (3, 0)
    assert consumed(kind={"S": "y"}, size=3000) == (3, 2)
    assert consumed() == (3, 1)


def test_a_query_of_an_index_costs_the_index(dynamodb: Any) -> None:
    make_table(dynamodb)
    for number in range(5):
        dynamodb.put_item(TableName="t", Item=item(str(number), 3000, kind={"S": "x"}))

    answer = dynamodb.query(
        TableName="t",
        IndexName="by-kind",
        KeyConditionExpression="kind = :x",
        ExpressionAttributeValues={":x": {"S": "x"}},
        ReturnConsumedCapacity="INDEXES",
    )["ConsumedCapacity"]

    assert answer == {
        "TableName": "t",
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"by-kind": {"CapacityUnits": 0.5}},
    }


def test_transactions_cost_twice_as_much(dynamodb: Any) -> None:
    make_table(dynamodb)
    write = {
        "TransactItems": [
            {"Put": {"TableName": "t", "Item": item("1", 1500)}},
            {
                "ConditionCheck": {
                    "TableName": "t",
                    "Key": key("2"),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
        ],
        "ReturnConsumedCapacity": "TOTAL",
    }
    read = {
        "TransactItems": [{"Get": {"TableName": "t", "Key": key("1")}}],
        "ReturnConsumedCapacity": "TOTAL",
    }

    assert dynamodb.transact_write_items(**write)["ConsumedCapacity"] == [
        {"TableName": "t", "CapacityUnits": 6.0, "WriteCapacityUnits": 6.0}
    ]
    assert dynamodb.transact_get_items(**read)["ConsumedCapacity"] == [
        {"TableName": "t", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}
    ]


def test_batches_cost_the_sum_of_their_items(dynamodb: Any) -> None:
    make_table(dynamodb)
    puts = [{"PutRequest": {"Item": item(str(number), 1500)}} for number in range(3)]
    keys = [key(str(number)) for number in range(4)]

    written = dynamodb.batch_write_item(RequestItems={"t": puts}, ReturnConsumedCapacity="TOTAL")
    read = dynamodb.batch_get_item(
        RequestItems={"t": {"Keys": keys, "ConsistentRead": True}}, ReturnConsumedCapacity="TOTAL"
    )

    assert written["ConsumedCapacity"] == [{"TableName": "t", "CapacityUnits": 6.0}]
    assert read["ConsumedCapacity"] == [{"TableName": "t", "CapacityUnits": 4.0}]


def test_nothing_is_said_unless_it_was_asked_for(dynamodb: Any) -> None:
    make_table(dynamodb)
    update = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    requests = {"t": [{"PutRequest": {"Item": item()}}]}

    answers = [
        dynamodb.put_item(TableName="t", Item=item()),
        dynamodb.update_item(TableName="t", Key=key(), **update),
        dynamodb.batch_write_item(RequestItems=requests),
        dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": "t", "Item": item()}}]),
    ]

    assert not any("ConsumedCapacity" in answer for answer in answers)


def test_a_provisioned_table_throttles_when_its_burst_is_used_up(
    dynamodb: Any, account: Account
) -> None:
    make_table(dynamodb, units=1)
    with as_learner(account):
        for number in range(100):
            dynamodb.put_item(TableName="t", Item=item(str(number), 2800))
        with pytest.raises(ClientError) as caught:
            dynamodb.put_item(TableName="t", Item=item())
        assert caught.value.response["Error"] == {
            "Code": "ProvisionedThroughputExceededException",
            "Message": (
                "The level of configured provisioned throughput for the table was exceeded. "
                "Consider increasing your provisioning level with the UpdateTable API."
            ),
        }
        clock.advance(2_000_000_000)
        dynamodb.put_item(TableName="t", Item=item())
        assert dynamodb.get_item(TableName="t", Key=key())["Item"]
    dynamodb.put_item(TableName="t", Item=item(size=9000))  # the author is not held back


def test_on_demand_tables_are_not_throttled(dynamodb: Any, account: Account) -> None:
    make_table(dynamodb)
    with as_learner(account):
        for _ in range(50):
            dynamodb.put_item(TableName="t", Item=item(size=30_000))


def test_a_starved_index_holds_its_table_back(dynamodb: Any, account: Account) -> None:
    make_table(dynamodb, units=100, index_units=1)
    with as_learner(account):
        for number in range(300):
            dynamodb.put_item(TableName="t", Item=item(str(number), kind={"S": "x"}))
        with pytest.raises(ClientError, match="global secondary indexes"):
            dynamodb.put_item(TableName="t", Item=item("last", kind={"S": "x"}))
        dynamodb.put_item(TableName="t", Item=item("last"))


def test_batches_are_done_in_part(dynamodb: Any, account: Account) -> None:
    make_table(dynamodb, units=1)
    with as_learner(account):
        for number in range(98):
            dynamodb.put_item(TableName="t", Item=item(str(number), 2800))
        puts = [{"PutRequest": {"Item": item(str(number), 2800)}} for number in range(5)]
        rest = dynamodb.batch_write_item(RequestItems={"t": puts})["UnprocessedItems"]
        assert [one["PutRequest"]["Item"]["sk"]["S"] for one in rest["t"]] == ["2", "3", "4"]
        with pytest.raises(ClientError, match="ProvisionedThroughputExceededException"):
            dynamodb.batch_write_item(RequestItems=rest)
        transaction = [{"Put": {"TableName": "t", "Item": item()}}]
        with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
            dynamodb.transact_write_items(TransactItems=transaction)


def test_keys_are_read_in_part(dynamodb: Any, account: Account) -> None:
    make_table(dynamodb, units=1)
    for number in range(90):
        dynamodb.put_item(TableName="t", Item=item(str(number), 15_000))
    with as_learner(account):
        for _ in range(148):
            dynamodb.get_item(TableName="t", Key=key())
        keys = [key(str(number)) for number in range(5)]
        answer = dynamodb.batch_get_item(RequestItems={"t": {"Keys": keys}})
    assert len(answer["Responses"]["t"]) == 2
    assert [one["sk"]["S"] for one in answer["UnprocessedKeys"]["t"]["Keys"]] == ["2", "3", "4"]


def test_a_token_makes_a_transaction_idempotent(dynamodb: Any) -> None:
    make_table(dynamodb)
    add = {
        "TableName": "t",
        "Key": key(),
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }

    def transact(**changes: Any) -> None:
        items = [{"Update": add | changes}]
        dynamodb.transact_write_items(TransactItems=items, ClientRequestToken="token")

    def value() -> str:
        return str(dynamodb.get_item(TableName="t", Key=key())["Item"]["n"]["N"])

    transact()
    transact()
    assert value() == "1"
    with pytest.raises(ClientError, match="IdempotentParameterMismatchException"):
        transact(Key=key("2"))
    clock.advance(601 * 10**9)
    transact()
    assert value() == "2"


def test_more_than_25_writes_are_refused(dynamodb: Any) -> None:
    make_table(dynamodb)
    puts = [{"PutRequest": {"Item": item(str(number))}} for number in range(26)]

    with pytest.raises(ClientError, match="Too many items requested for the BatchWriteItem call"):
        dynamodb.batch_write_item(RequestItems={"t": puts})


def test_an_incomplete_key_is_refused(dynamodb: Any) -> None:
    make_table(dynamodb)

    with pytest.raises(ClientError, match="The provided key element does not match the schema"):
        dynamodb.get_item(TableName="t", Key={"pk": {"S": "a"}})


def test_a_read_that_might_be_stale_is_not(dynamodb: Any) -> None:
    """On AWS eventually consistent reads, and those of an index, may miss the last write."""
    make_table(dynamodb)
    for number in range(3):
        dynamodb.put_item(TableName="t", Item=item(n={"N": str(number)}, kind={"S": "x"}))
        read = dynamodb.get_item(TableName="t", Key=key(), ConsistentRead=False)["Item"]
        found = dynamodb.query(
            TableName="t",
            IndexName="by-kind",
            KeyConditionExpression="kind = :x",
            ExpressionAttributeValues={":x": {"S": "x"}},
        )

        assert (read["n"], found["Count"]) == ({"N": str(number)}, 1)


def test_insights_and_streams_into_kinesis_are_not_simulated(dynamodb: Any) -> None:
    make_table(dynamodb)
    stream = "arn:aws:kinesis:us-east-1:123456789012:stream/s"

    with pytest.raises(NotImplementedError):
        dynamodb.enable_kinesis_streaming_destination(TableName="t", StreamArn=stream)
    with pytest.raises(NotImplementedError):
        dynamodb.update_contributor_insights(TableName="t", ContributorInsightsAction="ENABLE")


def test_a_tables_name_has_letters_that_aws_allows(client: Client, account: Account) -> None:
    with pytest.raises(ClientError) as raised:
        client("dynamodb").get_item(TableName="/orders", Key={"id": {"S": "1"}})

    error = raised.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert "Value '/orders' at 'tableName' failed to satisfy constraint" in error["Message"]
