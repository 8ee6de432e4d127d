"""DynamoDB's expressions, run on items through its API."""

from typing import Any

import pytest

from tests.labs.evaluation.conftest import Evaluate, got, refusal

TABLE: dict[str, Any] = {
    "keys": [{"name": "pk"}, {"name": "sk", "type": "N"}],
    "indexes": [{"name": "by-state", "keys": [{"name": "state"}, {"name": "sk", "type": "N"}]}],
}
ITEMS = [{"pk": "a", "sk": n, "state": "open" if n % 2 else "done", "n": n * 10} for n in range(5)]
OTHER = {"pk": "b", "sk": 1, "state": "open", "tags": {"SS": ["x", "y"]}}
CASE = {"items": [*ITEMS, OTHER]}
EVALUATOR = "dynamodb_expression"


def keys(evaluation: Any) -> list[Any]:
    """What comes back, as "a1"."""
    (found,) = got(evaluation)
    return [f"{key['pk']}{key['sk']}" for key in found["keys"]]


@pytest.mark.parametrize(
    ("expression", "values", "found"),
    [
        ("pk = :p", {":p": "a"}, ["a0", "a1", "a2", "a3", "a4"]),
        ("pk = :p AND sk > :s", {":p": "a", ":s": 2}, ["a3", "a4"]),
        ("pk=:p\nand sk  BETWEEN :s AND :t", {":p": "a", ":s": 1, ":t": 2}, ["a1", "a2"]),
        ("sk <= :s AND (pk = :p)", {":p": "a", ":s": 0}, ["a0"]),
        (":s < sk AND pk = :p", {":p": "a", ":s": {"N": "3"}}, ["a4"]),
        ("pk = :p", {":p": "c"}, []),
    ],
)
def test_a_key_condition_brings_back_keys(
    evaluate: Evaluate, expression: str, values: Any, found: list[str]
) -> None:
    evaluation = evaluate(
        EVALUATOR, expression, CASE, use="key_condition", table=TABLE, values=values
    )

    assert keys(evaluation) == found
    assert got(evaluation)[0]["scanned"] == len(found)


def test_values_may_be_those_of_a_case(evaluate: Evaluate) -> None:
    cases = [{**CASE, "values": {":p": name}} for name in ("a", "b", "c")]

    found = got(
        evaluate(EVALUATOR, "pk = :p", *cases, use="key_condition", table=TABLE, values={})
    )

    assert [one["scanned"] for one in found] == [5, 1, 0]


def test_an_index_is_queried_by_its_own_key(evaluate: Evaluate) -> None:
    options = {"use": "key_condition", "table": TABLE, "index": "by-state"}

    found = evaluate(
        EVALUATOR, "#s = :s", CASE, **options, names={"#s": "state"}, values={":s": "done"}
    )

    assert keys(found) == ["a0", "a2", "a4"]


@pytest.mark.parametrize(
    ("expression", "values", "found"),
    [
        ("n >= :n", {":n": 30}, ["a3", "a4"]),
        ("n > :n AND (#s = :s OR attribute_not_exists(n))", {":n": 5, ":s": "done"}, ["a2", "a4"]),
        ("contains(tags, :x)", {":x": "y"}, ["b1"]),
        ("attribute_exists(tags) AND size(tags) = :n", {":n": 2}, ["b1"]),
        ("NOT n < :n AND begins_with(#s, :o)", {":n": 30, ":o": "o"}, ["a3", "b1"]),
        ("n IN (:a, :b)", {":a": 10, ":b": 40}, ["a1", "a4"]),
        ("n = :n", {":n": "10"}, []),
    ],
)
def test_a_filter_reads_all_and_brings_back_some(
    evaluate: Evaluate, expression: str, values: Any, found: list[str]
) -> None:
    names = {"#s": "state"} if "#s" in expression else {}

    evaluation = evaluate(
        EVALUATOR, expression, CASE, use="filter", table=TABLE, names=names, values=values
    )

    assert sorted(keys(evaluation)) == found
    assert got(evaluation)[0]["scanned"] == 6


def test_a_query_may_be_filtered(evaluate: Evaluate) -> None:
    options: dict[str, Any] = {
        "use": "filter",
        "key_condition": "pk = :p",
        "values": {":p": "a", ":n": 30},
    }

    evaluation = evaluate(EVALUATOR, "n >= :n", CASE, table=TABLE, **options)

    assert keys(evaluation) == ["a3", "a4"]
    assert got(evaluation)[0]["scanned"] == 5


def test_a_condition_holds_or_not(evaluate: Evaluate) -> None:
    cases = [{"item": None}, {"item": ITEMS[1]}, {"item": ITEMS[4]}]
    expression = "attribute_not_exists(pk) OR n < :n"

    found = evaluate(
        EVALUATOR, expression, *cases, use="condition", table=TABLE, values={":n": 20}
    )

    assert got(found) == [True, True, False]


def test_an_update_gives_the_item_after_it(evaluate: Evaluate) -> None:
    cases = [{"item": OTHER}, {"item": {"pk": "c", "sk": 1, "n": 5}}]
    expression = "SET n = if_not_exists(n, :zero) + :one ADD tags :t"
    values = {":zero": 0, ":one": 1, ":t": {"SS": ["z"]}}

    first, second = got(
        evaluate(EVALUATOR, expression, *cases, use="update", table=TABLE, values=values)
    )

    assert (first["n"], first["tags"]) == (1, ["x", "y", "z"])
    assert second == {"pk": "c", "sk": 1, "n": 6, "tags": ["z"]}


def test_what_goes_wrong_in_one_case_is_that_cases_error(evaluate: Evaluate) -> None:
    cases = [{"item": ITEMS[0]}, {"item": {"pk": "c", "sk": 1}}]

    found = evaluate(
        EVALUATOR, "SET n = n + :one", *cases, use="update", table=TABLE, values={":one": 1}
    )

    assert found.outcomes[0].got["n"] == 1
    assert "refers to an attribute that does not exist in the item" in found.outcomes[1].error


def test_a_whole_request_brings_its_names_and_values(evaluate: Evaluate) -> None:
    request = {
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "a"}},
        "ScanIndexForward": False,
        "Limit": 2,
    }

    assert keys(
        evaluate(EVALUATOR, request, CASE, use="key_condition", table=TABLE, whole=True)
    ) == ["a4", "a3"]


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"KeyCondition": "pk = :p"}, "Write a JSON object with KeyConditionExpression"),
        ({"KeyConditionExpression": 5}, "Invalid type for parameter KeyConditionExpression"),
        ('{"KeyConditionExpression": pk}', "at line 1, column 28."),
        (
            {
                "KeyConditionExpression": "pk = :p",
                "ExpressionAttributeValues": {":p": "a"},
            },
            "Invalid type for parameter ExpressionAttributeValues.:p",
        ),
        (
            {"KeyConditionExpression": "pk = :p", "TableName": "other"},
            "Write a JSON object with KeyConditionExpression",
        ),
    ],
)
def test_a_whole_request_must_be_one(evaluate: Evaluate, request_: Any, told: str) -> None:
    options = {"use": "key_condition", "table": TABLE, "whole": True}

    assert told in refusal(evaluate(EVALUATOR, request_, CASE, **options))


@pytest.mark.parametrize(
    ("use", "expression", "values", "told"),
    [
        (
            "key_condition",
            "pk = :p OR sk = :s",
            {":p": "a", ":s": 1},
            "Invalid operator used in KeyConditionExpression: OR",
        ),
        ("key_condition", "sk = :s", {":s": 1}, "Query condition missed key schema element: pk"),
        ("filter", "n >", {}, 'Syntax error; token: "<EOF>", near: ">"'),
        ("filter", "state = :s", {":s": "open"}, "reserved keyword: state"),
        ("filter", "n = :n", {":n": 1, ":m": 2}, "unused in expressions: keys: {:m}"),
        ("condition", "n = :x", {":n": 1}, "attribute value: :x"),
        ("update", "n = :n", {":n": 1}, "Invalid UpdateExpression: Syntax error"),
        ("update", "SET pk = :n", {":n": 1}, "Cannot update attribute pk."),
    ],
)
def test_it_refuses_an_expression_as_dynamodb_does(
    evaluate: Evaluate, use: str, expression: str, values: Any, told: str
) -> None:
    case = CASE if use in ("key_condition", "filter") else {"item": ITEMS[0]}

    message = refusal(evaluate(EVALUATOR, expression, case, use=use, table=TABLE, values=values))

    assert message.startswith("An error occurred (ValidationException) when calling the ")
    assert told in message


def test_without_a_case_it_is_refused_all_the_same(evaluate: Evaluate) -> None:
    options: dict[str, Any] = {"use": "filter", "table": TABLE}

    assert "Syntax error" in refusal(evaluate(EVALUATOR, "a b", **options))
    assert evaluate(EVALUATOR, "attribute_exists(n)", **options).outcomes == ()


def test_items_that_the_table_cannot_hold_are_the_authors_mistake(evaluate: Evaluate) -> None:
    case = {"items": [{"pk": 1, "sk": 1}]}

    found = evaluate(
        EVALUATOR, "pk = :p", case, use="key_condition", table=TABLE, values={":p": "a"}
    )

    assert found.verdict == "engine_error"
    assert "the items cannot be stored" in found.message
