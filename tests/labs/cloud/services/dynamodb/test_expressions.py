"""Conditions are refused in AWS's words, before moto reads them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.clients import client
from labs.cloud.moto_seams import REGION
from labs.cloud.services.dynamodb import expressions

VALUES = {":p": {"S": "a"}, ":q": {"S": "b"}, ":n": {"N": "1"}, ":m": {"N": "2"}}


@pytest.fixture
def dynamodb(moto: None) -> Any:
    Account(lambda *_: None, seed=1)  # type: ignore[arg-type]
    made = client("dynamodb", REGION)
    made.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
    )
    return made


def told(call: Any, **parameters: Any) -> str:
    """The message with which a call is refused, "" if it is not."""
    text = "".join(str(value) for value in parameters.values())
    values = {name: value for name, value in VALUES.items() if name in text}
    try:
        call(
            TableName="t",
            **parameters,
            **({"ExpressionAttributeValues": values} if values else {}),
        )
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    return ""


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("pk = :p or sk = :n", "Invalid operator used in KeyConditionExpression: OR"),
        ("not pk = :p", "Invalid operator used in KeyConditionExpression: NOT"),
        ("pk <> :p", "Invalid operator used in KeyConditionExpression: <>"),
        ("pk = :p and sk in (:n)", "Invalid operator used in KeyConditionExpression: IN"),
        (
            "pk = :p and contains(sk, :n)",
            "Invalid operator used in KeyConditionExpression: contains",
        ),
        ("pk > :p", "Query key condition not supported"),
        ("sk = :n", "Query condition missed key schema element: pk"),
        ("pk = :p and n = :n", "Query condition missed key schema element: sk"),
        (
            "pk = :p and pk = :q",
            "KeyConditionExpressions must only contain one condition per key",
        ),
        (
            "pk = sk",
            (
                "Invalid condition in KeyConditionExpression: Multiple attribute names used in "
                "one condition"
            ),
        ),
        (
            "pk = :n",
            (
                "One or more parameter values were invalid: Condition parameter type does not "
                "match schema type"
            ),
        ),
        (
            "pk.a = :p",
            "KeyConditionExpressions cannot have conditions on nested attributes",
        ),
        ("pk = 5", 'Invalid KeyConditionExpression: Syntax error; token: "5", near: "= 5"'),
        ("", "Invalid KeyConditionExpression: The expression can not be empty;"),
        ("pk = :p and sk between :n and :m", ""),
        ("(pk = :p) AND sk>=:n", ""),
    ],
)
def test_key_conditions(dynamodb: Any, expression: str, message: str) -> None:
    assert told(dynamodb.query, KeyConditionExpression=expression) == message


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("n > :n and", 'Syntax error; token: "<EOF>", near: "and"'),
        ("n > :n)", 'Syntax error; token: ")", near: ":n)"'),
        ("((n > :n))", "The expression has redundant parentheses;"),
        (
            "size(n)",
            "The function is not allowed to be used this way in an expression; function: size",
        ),
        ("exists(n)", "Invalid function name; function: exists"),
        (
            "begins_with(n)",
            (
                "Incorrect number of operands for operator or function; operator or function: "
                "begins_with, number of operands: 1"
            ),
        ),
        (
            "begins_with(n, :n)",
            (
                "Incorrect operand type for operator or function; operator or function: "
                "begins_with, operand type: N"
            ),
        ),
        (
            "attribute_exists(:p)",
            (
                "Operator or function requires a document path; operator or function: "
                "attribute_exists"
            ),
        ),
        (
            "n between :m and :n",
            (
                "The BETWEEN operator requires upper bound to be greater than or equal to lower "
                "bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: "
                "AttributeValue: {N:1}"
            ),
        ),
        (
            "n between :n and :p",
            (
                "The BETWEEN operator requires same data type for lower and upper bounds; "
                "lower bound operand: AttributeValue: {N:1}, upper bound operand: "
                "AttributeValue: {S:a}"
            ),
        ),
        (
            "n = n",
            (
                "The first operand must be distinct from the remaining operands for this operator "
                "or function; operator: =, first operand: [n]"
            ),
        ),
        (
            "#x = :n",
            (
                "An expression attribute name used in the document path is not defined; attribute "
                "name: #x"
            ),
        ),
        ("status = :p", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("NOT" + " NOT" * 200 + " n = :n", "The expression is nested too deeply;"),
        ("(" * 300, "The expression is nested too deeply;"),
    ],
)
def test_filters_and_conditions(dynamodb: Any, expression: str, message: str) -> None:
    key = {"pk": {"S": "a"}, "sk": {"N": "1"}}

    assert told(dynamodb.scan, FilterExpression=expression) == (
        f"Invalid FilterExpression: {message}"
    )
    assert told(dynamodb.delete_item, Key=key, ConditionExpression=expression) == (
        f"Invalid ConditionExpression: {message}"
    )


def test_a_filter_does_not_speak_of_the_key_that_is_queried(dynamodb: Any) -> None:
    message = (
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"
    )

    found = told(dynamodb.query, KeyConditionExpression="pk = :p", FilterExpression="sk = :n")

    assert found == message


def test_what_an_expression_does_not_use_may_not_be_given(dynamodb: Any) -> None:
    for given, names in (
        ({"ExpressionAttributeValues": {":v": {"S": "x"}}}, "ExpressionAttributeValues"),
        ({"ExpressionAttributeNames": {"#v": "x"}}, "ExpressionAttributeNames"),
    ):
        key = next(iter(given[names]))
        with pytest.raises(ClientError) as refused:
            dynamodb.scan(TableName="t", FilterExpression="attribute_exists(n)", **given)
        assert refused.value.response["Error"]["Message"] == (
            f"Value provided in {names} unused in expressions: keys: {{{key}}}"
        )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a=:v", "a = :v"),
        ("not(a < :v)or b[0].c.#d IN(:v,:w)", "NOT (a < :v) OR b[0].c.#d IN (:v, :w)"),
        ("size( a )>:v\n\tand a BETWEEN :v AND :w", "size(a) > :v AND a BETWEEN :v AND :w"),
    ],
)
def test_what_is_right_is_written_for_moto(text: str, written: str) -> None:
    assert expressions.written(expressions.parse(text)) == written
