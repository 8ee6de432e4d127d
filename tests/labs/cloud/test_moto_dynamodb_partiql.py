"""PartiQL statements of DynamoDB."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

ALL = "SELECT * FROM orders WHERE "
TABLE: dict[str, Any] = {
    "TableName": "orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "kind")
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-kind",
            "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


@pytest.fixture
def run(client: Callable[[str], Any]) -> Callable[..., list[Any]]:
    dynamodb = client("dynamodb")
    dynamodb.create_table(**TABLE)
    for number in range(3):
        item = {
            "pk": {"S": "a"},
            "sk": {"S": str(number)},
            "n": {"N": str(number)},
            "kind": {"S": "even" if number % 2 == 0 else "odd"},
            "tags": {"L": [{"S": "x"}]},
            "info": {"M": {"size": {"N": str(number)}}},
        }
        dynamodb.put_item(TableName="orders", Item=item)

    def execute(statement: str, *parameters: Any) -> list[Any]:
        more = {"Parameters": list(parameters)} if parameters else {}
        return list(dynamodb.execute_statement(Statement=statement, **more)["Items"])

    return execute


def sorts(items: list[Any]) -> str:
    return "".join(item["sk"]["S"] for item in items)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("pk='a'", "012"),
        ("pk='a' AND sk='1'", "1"),
        ("pk = 'a' AND n >= 1", "12"),
        ("pk = 'a' AND n > '0'", ""),
        ("pk = 'a' AND NOT n = 1", "02"),
        ("pk='a' AND (sk='0' OR sk='2')", "02"),
        ("pk='a' AND sk IN ['0', '1']", "01"),
        ("pk='a' AND n BETWEEN 1 AND 2", "12"),
        ("pk='a' AND begins_with(sk, '2')", "2"),
        ("pk='a' AND contains(kind, 'dd')", "1"),
        ("pk='a' AND info.size = 2", "2"),
        ("pk='a' AND tags[0] = 'x'", "012"),
        ("pk='a' AND gone IS MISSING", "012"),
        ("pk='a' AND gone IS NOT MISSING", ""),
        ("pk='a' ORDER BY sk DESC", "210"),
        ("pk<>'b' and n != 0;", "12"),
    ],
)
def test_conditions_select(run: Callable[..., list[Any]], where: str, found: str) -> None:
    assert sorts(run(ALL + where)) == found


def test_parameters_take_the_place_of_values(run: Callable[..., list[Any]]) -> None:
    statement = 'SELECT sk, info.size FROM "orders" WHERE pk=? AND n=?'

    [item] = run(statement, {"S": "a"}, {"N": "1"})

    assert item == {"sk": {"S": "1"}, "size": {"N": "1"}}


def test_a_path_that_leads_nowhere_is_left_out(run: Callable[..., list[Any]]) -> None:
    [item] = run("SELECT sk, info.nothing.here, info[3] FROM orders WHERE pk='a' AND n=1")

    assert item == {"sk": {"S": "1"}}


def test_an_index_can_be_read(run: Callable[..., list[Any]]) -> None:
    assert sorts(run('SELECT * FROM "orders"."by-kind" WHERE kind=\'even\'')) == "02"


def test_items_are_written(run: Callable[..., list[Any]]) -> None:
    run("INSERT INTO orders VALUE {'pk': 'b', 'sk': ?, 'n': 5, 'set': <<'x', 'y'>>}", {"S": "1"})
    [new] = run(
        "UPDATE orders SET n = n + 1 SET info = {'a': true} REMOVE kind "
        "WHERE pk='b' AND sk='1' RETURNING MODIFIED NEW *"
    )
    assert new == {"n": {"N": "6"}, "info": {"M": {"a": {"BOOL": True}}}}
    [old] = run("DELETE FROM orders WHERE pk='b' AND sk='1' RETURNING ALL OLD *")
    assert (old["n"], sorted(old["set"]["SS"])) == ({"N": "6"}, ["x", "y"])
    assert run("SELECT * FROM orders WHERE pk='b'") == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}", "DuplicateItemException"),
        ("UPDATE orders SET n = 1 WHERE pk='a' AND sk='9'", "ConditionalCheckFailedException"),
        (
            "UPDATE orders SET n = 1 WHERE pk='a' AND sk='1' AND n=7",
            "ConditionalCheckFailedException",
        ),
        ("UPDATE orders SET n = 1 WHERE pk='a'", "ValidationException"),
        ("SELECT * FROM nothing", "ResourceNotFoundException"),
        ("SELECT * FROM orders.nothing", "ValidationException"),
        ("SELEC * FROM orders", "ValidationException"),
        ("SELECT * FROM orders WHERE", "ValidationException"),
        ("SELECT * FROM orders WHERE pk = ?", "ValidationException"),
    ],
)
def test_what_cannot_be_done_is_refused(
    run: Callable[..., list[Any]], statement: str, code: str
) -> None:
    with pytest.raises(ClientError) as caught:
        run(statement)

    assert caught.value.response["Error"]["Code"] == code


def test_a_batch_answers_one_by_one(
    run: Callable[..., list[Any]], client: Callable[[str], Any]
) -> None:
    statements = [
        "SELECT * FROM orders WHERE pk='a' AND sk='1'",
        "INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}",
        "SELECT * FROM orders WHERE pk='a' AND sk='9'",
    ]

    found, failed, missing = client("dynamodb").batch_execute_statement(
        Statements=[{"Statement": one} for one in statements]
    )["Responses"]

    assert found["Item"]["n"] == {"N": "1"}
    assert failed["Error"]["Code"] == "DuplicateItem"
    assert "Item" not in missing


def test_a_transaction_is_undone(
    run: Callable[..., list[Any]], client: Callable[[str], Any]
) -> None:
    statements = [
        "UPDATE orders SET n = 9 WHERE pk='a' AND sk='0'",
        "INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}",
    ]

    with pytest.raises(ClientError) as caught:
        client("dynamodb").execute_transaction(
            TransactStatements=[{"Statement": one} for one in statements]
        )

    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "DuplicateItem"]
    assert [item["n"] for item in run("SELECT * FROM orders WHERE pk='a' AND sk='0'")] == [
        {"N": "0"}
    ]
