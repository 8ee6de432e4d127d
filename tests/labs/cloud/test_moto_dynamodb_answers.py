"""DynamoDB's answers and errors, in AWS's form."""

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
KEY = {"id": {"S": "a"}}
ONE = {":v": {"N": "1"}}


@pytest.fixture
def dynamodb(client: Callable[[str], Any]) -> Any:
    found = client("dynamodb")
    found.create_table(**TABLE)
    item = {
        **KEY,
        "n": {"N": "5"},
        "text": {"S": "1"},
        "info": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}},
        "tags": {"L": [{"S": "x"}, {"S": "y"}]},
    }
    found.put_item(TableName="t", Item=item)
    return found


@pytest.mark.parametrize(
    ("expression", "old", "new"),
    [
        ("SET n = if_not_exists(n, :v)", {"n": {"N": "5"}}, {"n": {"N": "5"}}),
        ("SET fresh = :v", None, {"fresh": {"N": "1"}}),
        (
            "SET info.a = :v",
            {"info": {"M": {"a": {"N": "1"}}}},
            {"info": {"M": {"a": {"N": "1"}}}},
        ),
        ("SET tags[1] = :v", {"tags": {"L": [{"S": "y"}]}}, {"tags": {"L": [{"N": "1"}]}}),
        ("ADD n :v", {"n": {"N": "5"}}, {"n": {"N": "6"}}),
        ("SET fresh = :v REMOVE n", {"n": {"N": "5"}}, {"fresh": {"N": "1"}}),
    ],
)
@pytest.mark.parametrize("wanted", ["UPDATED_OLD", "UPDATED_NEW"])
def test_an_update_tells_of_what_it_names(
    dynamodb: Any, expression: str, old: Any, new: Any, wanted: str
) -> None:
    answer = dynamodb.update_item(
        TableName="t",
        Key=KEY,
        UpdateExpression=expression,
        ExpressionAttributeValues=ONE,
        ReturnValues=wanted,
    )

    assert answer.get("Attributes") == (old if wanted == "UPDATED_OLD" else new)


@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        (
            "get_item",
            {"Key": {"id": {"N": "1"}}},
            "The provided key element does not match the schema",
        ),
        (
            "put_item",
            {"Item": {"id": {"S": ""}}},
            (
                "One or more parameter values are not valid. The AttributeValue for a key "
                "attribute cannot contain an empty string value. Key: id"
            ),
        ),
        (
            "put_item",
            {"Item": {"id": {"N": "1"}}},
            (
                "One or more parameter values were invalid: Type mismatch for key id expected: S "
                "actual: N"
            ),
        ),
        (
            "update_item",
            {
                "Key": KEY,
                "UpdateExpression": "SET n = #t + :v",
                "ExpressionAttributeNames": {"#t": "text"},
                "ExpressionAttributeValues": ONE,
            },
            "An operand in the update expression has an incorrect data type",
        ),
        (
            "scan",
            {"FilterExpression": "name = :v", "ExpressionAttributeValues": ONE},
            (
                "Invalid FilterExpression: Attribute name is a reserved keyword; reserved "
                "keyword: name"
            ),
        ),
        (
            "query",
            {
                "IndexName": "none",
                "KeyConditionExpression": "id = :v",
                "ExpressionAttributeValues": {":v": {"S": "a"}},
            },
            "The table does not have the specified index: none",
        ),
    ],
)
def test_what_is_wrong_is_said_as_aws_says_it(
    dynamodb: Any, operation: str, parameters: Any, message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(dynamodb, operation)(TableName="t", **parameters)

    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationException", message)


def test_a_key_of_an_index_has_its_type_or_is_missing(client: Callable[[str], Any]) -> None:
    dynamodb = client("dynamodb")
    index = {
        "IndexName": "by-state",
        "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    state = {"AttributeName": "state", "AttributeType": "S"}
    attributes = [*TABLE["AttributeDefinitions"], state]
    indexed = {"AttributeDefinitions": attributes, "GlobalSecondaryIndexes": [index]}
    dynamodb.create_table(**{**TABLE, **indexed})
    wrong = {**KEY, "state": {"N": "1"}}

    with pytest.raises(ClientError, match="Index Key state Expected: S Actual: N IndexName: by-"):
        dynamodb.put_item(TableName="t", Item=wrong)
    with pytest.raises(ClientError, match="Index Key state Expected: S Actual: N IndexName: by-"):
        dynamodb.batch_write_item(RequestItems={"t": [{"PutRequest": {"Item": wrong}}]})

    dynamodb.put_item(TableName="t", Item=KEY)
    dynamodb.put_item(TableName="t", Item={**KEY, "state": {"S": "open"}})
    assert dynamodb.scan(TableName="t", IndexName="by-state")["Count"] == 1


def test_a_missing_table_is_named(dynamodb: Any) -> None:
    with pytest.raises(ClientError, match="Requested resource not found: Table: x not found"):
        dynamodb.delete_table(TableName="x")


def test_a_full_page_has_a_last_key(dynamodb: Any) -> None:
    first = dynamodb.scan(TableName="t", Limit=1)

    assert first["LastEvaluatedKey"] == KEY
    second = dynamodb.scan(TableName="t", Limit=1, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert (second["Items"], "LastEvaluatedKey" in second) == ([], False)


def test_an_item_is_named_once_in_a_batch(dynamodb: Any) -> None:
    requests = [{"PutRequest": {"Item": KEY}}, {"DeleteRequest": {"Key": KEY}}]

    with pytest.raises(ClientError, match="Provided list of item keys contains duplicates"):
        dynamodb.batch_write_item(RequestItems={"t": requests})


def test_a_failed_condition_shows_the_item(dynamodb: Any) -> None:
    with pytest.raises(ClientError) as caught:
        dynamodb.put_item(
            TableName="t",
            Item=KEY,
            ConditionExpression="attribute_not_exists(id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert caught.value.response["Item"]["n"] == {"N": "5"}
