"""Items whose time to live is over are deleted by the service."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.clock import clock
from tests.labs.cloud.conftest import Functions

TABLE: dict[str, Any] = {
    "TableName": "t",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"},
}
ENABLED = {"TableName": "t", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}


@pytest.fixture
def dynamodb(client: Callable[[str], Any]) -> Any:
    found = client("dynamodb")
    found.create_table(**TABLE)
    return found


def put(dynamodb: Any, name: str, seconds: int) -> None:
    ttl = {"N": str(int(clock.millis() / 1000) + seconds)}
    dynamodb.put_item(TableName="t", Item={"id": {"S": name}, "ttl": ttl})


def ids(dynamodb: Any) -> list[str]:
    return sorted(item["id"]["S"] for item in dynamodb.scan(TableName="t")["Items"])


def test_items_go_some_time_after_they_expire(dynamodb: Any, account: Account) -> None:
    put(dynamodb, "early", 60)
    dynamodb.update_time_to_live(**ENABLED)
    put(dynamodb, "late", 3600)
    put(dynamodb, "ancient", -6 * 365 * 24 * 3600)
    account.settle()
    assert ids(dynamodb) == ["ancient", "early", "late"]

    account.let_pass(70)
    assert ids(dynamodb) == ["ancient", "early", "late"]
    account.let_pass(600)
    assert ids(dynamodb) == ["ancient", "late"]


def test_more_time_is_given(dynamodb: Any, account: Account) -> None:
    dynamodb.update_time_to_live(**ENABLED)
    put(dynamodb, "a", 60)
    key = {"id": {"S": "a"}}
    later = {"N": str(int(clock.millis() / 1000) + 7200)}
    dynamodb.update_item(
        TableName="t",
        Key=key,
        UpdateExpression="SET #t = :t",
        ExpressionAttributeNames={"#t": "ttl"},
        ExpressionAttributeValues={":t": later},
    )
    account.let_pass(3600)
    assert ids(dynamodb) == ["a"]
    account.let_pass(4000)
    assert ids(dynamodb) == []


def test_the_stream_says_that_the_service_did_it(
    dynamodb: Any, account: Account, client: Callable[[str], Any], functions: Functions
) -> None:
    dynamodb.update_time_to_live(**ENABLED)
    functions.deploy("worker")
    arn = dynamodb.describe_table(TableName="t")["Table"]["LatestStreamArn"]
    client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName="worker", StartingPosition="LATEST"
    )
    put(dynamodb, "a", 60)
    account.let_pass(600)
    account.settle()

    records = [record for event in functions.events["worker"] for record in event["Records"]]
    assert [record["eventName"] for record in records] == ["INSERT", "REMOVE"]
    assert "userIdentity" not in records[0]
    assert records[1]["userIdentity"] == {
        "type": "Service",
        "principalId": "dynamodb.amazonaws.com",
    }


def test_it_is_enabled_once(dynamodb: Any) -> None:
    dynamodb.update_time_to_live(**ENABLED)

    with pytest.raises(ClientError, match="TimeToLive is already enabled"):
        dynamodb.update_time_to_live(**ENABLED)
