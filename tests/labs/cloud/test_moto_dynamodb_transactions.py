"""Transactions are done wholly or not at all, and say why not."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

TABLE: dict[str, Any] = {
    "TableName": "t",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@pytest.fixture
def dynamodb(client: Callable[[str], Any]) -> Any:
    found = client("dynamodb")
    found.create_table(**TABLE)
    found.put_item(TableName="t", Item={"id": {"S": "a"}, "n": {"N": "1"}})
    return found


def key(name: str) -> dict[str, Any]:
    return {"TableName": "t", "Key": {"id": {"S": name}}}


def add(name: str, value: Any) -> dict[str, Any]:
    return {
        "Update": {
            **key(name),
            "UpdateExpression": "SET n = n + :v",
            "ExpressionAttributeValues": {":v": value},
        }
    }


def check(name: str, condition: str, **more: str) -> dict[str, Any]:
    return {"ConditionCheck": {**key(name), "ConditionExpression": condition, **more}}


def put(name: str) -> dict[str, Any]:
    return {"Put": {"TableName": "t", "Item": {"id": {"S": name}}}}


def items(dynamodb: Any) -> dict[str, str]:
    found = dynamodb.scan(TableName="t")["Items"]
    return {one["id"]["S"]: one.get("n", {}).get("N", "") for one in found}


def test_all_is_done(dynamodb: Any) -> None:
    dynamodb.transact_write_items(
        TransactItems=[
            add("a", {"N": "2"}),
            put("b"),
            check("c", "attribute_not_exists(id)"),
            {"Delete": key("d")},
        ]
    )

    assert items(dynamodb) == {"a": "3", "b": ""}


def test_nothing_is_done_where_a_condition_fails(dynamodb: Any) -> None:
    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(
            TransactItems=[
                add("a", {"N": "2"}),
                put("b"),
                {"Delete": key("d")},
                check(
                    "a",
                    "attribute_not_exists(id)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                ),
            ][1:]
        )

    response = caught.value.response
    assert response["Error"]["Code"] == "TransactionCanceledException"
    assert response["Error"]["Message"] == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, None, ConditionalCheckFailed]"
    )
    assert response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": {"id": {"S": "a"}, "n": {"N": "1"}},
        },
    ]
    assert items(dynamodb) == {"a": "1"}


def test_updates_are_undone(dynamodb: Any) -> None:
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamodb.transact_write_items(
            TransactItems=[add("a", {"N": "2"}), check("b", "attribute_exists(id)")]
        )

    assert items(dynamodb) == {"a": "1"}


def test_a_wrong_operand_cancels_it(dynamodb: Any) -> None:
    dynamodb.put_item(TableName="t", Item={"id": {"S": "text"}, "n": {"S": "1"}})
    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=[put("b"), add("text", {"N": "1"})])

    reasons = caught.value.response.get("CancellationReasons", [])
    assert [reason["Code"] for reason in reasons] == ["None", "ValidationError"]
    assert items(dynamodb) == {"a": "1", "text": ""}


def test_an_item_is_named_once(dynamodb: Any) -> None:
    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=[put("b"), {"Delete": key("b")}])

    assert caught.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Transaction request cannot include multiple operations on one item",
    }
