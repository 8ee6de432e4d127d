"""Filter criteria, as the tables of Lambda's guide have them."""

import base64
import json
from typing import Any

import pytest

from labs.cloud.wiring.event_filters import Filters, InvalidFilterError

QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/jobs"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/jobs/stream/2026"


def filters(*patterns: Any, source: str = QUEUE) -> Filters:
    return Filters({"Filters": [{"Pattern": json.dumps(one)} for one in patterns]}, source)


def message(body: str) -> dict[str, Any]:
    return {"messageId": "1", "body": body, "eventSource": "aws:sqs"}


@pytest.mark.parametrize("criteria", [None, {}, {"Filters": []}, {"Filters": [{}]}])
def test_without_a_pattern_everything_is_wanted(criteria: Any) -> None:
    assert Filters(criteria, QUEUE).wants(message("anything"))


@pytest.mark.parametrize(
    ("pattern", "body", "wanted"),
    [
        ({"body": "plain"}, "plain", True),
        ({"body": ["plain"]}, "plain", True),
        ({"body": [{"prefix": "pl"}]}, "plain", True),
        ({"body": "plain"}, "other", False),
        ({"body": "plain"}, '{"a": 1}', False),
        ({"body": {"a": [1]}}, '{"a": 1}', True),
        ({"body": {"a": [1]}}, '{"a": 2}', False),
        ({"body": {"a": [1]}}, "plain", False),
        ({"body": {"a": [{"exists": False}]}}, "plain", False),
        ({"eventSource": ["aws:sqs"]}, "plain", True),
        ({"eventSource": ["aws:sqs"]}, '{"a": 1}', True),
        ({"eventSource": ["aws:sns"]}, "plain", False),
        ({"body": {"a": [1]}, "eventSource": ["aws:sns"]}, '{"a": 1}', False),
    ],
)
def test_bodies_of_messages(pattern: Any, body: str, *, wanted: bool) -> None:
    assert filters(pattern).wants(message(body)) is wanted


def test_one_matching_pattern_is_enough() -> None:
    both = filters({"body": {"a": [1]}}, {"body": {"b": [2]}})

    assert both.wants(message('{"b": 2}'))
    assert not both.wants(message('{"b": 1}'))


@pytest.mark.parametrize(
    ("text", "wanted"), [('{"a": 1}', True), ('{"a": 2}', False), ("a", False)]
)
def test_data_of_kinesis_is_read(text: str, *, wanted: bool) -> None:
    data = base64.b64encode(text.encode()).decode()
    record = {"kinesis": {"partitionKey": "k", "data": data}, "eventSource": "aws:kinesis"}
    wants = filters({"data": {"a": [1]}, "partitionKey": ["k"]}, source=STREAM)

    assert wants.wants(record) is wanted


def test_numbers_of_dynamodb_are_strings() -> None:
    record = {"eventName": "INSERT", "dynamodb": {"NewImage": {"n": {"N": "101"}}}}

    def wants(rule: Any) -> bool:
        pattern = {"dynamodb": {"NewImage": {"n": {"N": [rule]}}}}
        return filters(pattern, source=TABLE).wants(record)

    assert wants("101")
    assert not wants({"numeric": [">", 100]})


@pytest.mark.parametrize(
    "text",
    ["simple string", "[]", '"text"', '{"eventSource": []}', '{"eventSource": "aws:sqs"}', "{"],
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(InvalidFilterError, match="Invalid filter pattern definition"):
        Filters({"Filters": [{"Pattern": text}]}, QUEUE)
