"""Event patterns, filter policies and event filters, run on cases."""

import json
from typing import Any

import pytest

from tests.labs.evaluation.conftest import Evaluate, got, refusal

ORDERS = [{"event": {"source": "shop", "detail": {"state": state}}} for state in ("new", "paid")]
STORES = [{"attributes": {"store": "shop"}}, {"attributes": {"store": "web"}}, {"attributes": {}}]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ({"source": ["shop"], "detail": {"state": ["paid"]}}, [False, True]),
        ({"source": ["shop"]}, [True, True]),
        ({"detail": {"state": [{"prefix": "p"}]}}, [False, True]),
        ({"detail": {"state": [{"anything-but": "paid"}]}}, [True, False]),
        ({"source": ["Shop"]}, [False, False]),
    ],
)
def test_it_says_which_events_a_pattern_matches(
    evaluate: Evaluate, pattern: Any, matched: list[bool]
) -> None:
    assert got(evaluate("event_pattern", pattern, *ORDERS)) == matched


def test_it_takes_an_event_as_text_whose_numbers_keep_their_form(evaluate: Evaluate) -> None:
    case = {"event": '{"detail": {"n": 1.0}}'}

    assert got(evaluate("event_pattern", {"detail": {"n": [1]}}, case)) == [True]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ('{"source": "shop"}', '"source" must be an object or an array'),
        ('{"source": ["shop"]', "Unexpected end-of-input: expected close marker for Object"),
        ('{\n"source": [{"prefiks": "a"}]}', "Unrecognized match type prefiks"),
        ("source: [shop]", "Unrecognized token 'source'"),
        ("[]", "Filter is not an object"),
    ],
)
def test_it_refuses_a_pattern_as_eventbridge_does(
    evaluate: Evaluate, pattern: str, told: str
) -> None:
    message = refusal(evaluate("event_pattern", pattern, *ORDERS))

    assert message.startswith(f"Event pattern is not valid. Reason: {told}")
    assert "line: " in message


def test_of_a_name_that_stands_twice_in_a_pattern_the_last_counts(evaluate: Evaluate) -> None:
    twice = '{"detail": {"state": ["new"], "state": ["paid"]}}'

    assert got(evaluate("event_pattern", twice, *ORDERS)) == [False, True]


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ({"store": ["shop"]}, [True, False, False]),
        ({"store": [{"anything-but": "shop"}]}, [False, True, False]),
        ({"store": [{"exists": False}]}, [False, False, True]),
        ({}, [True, True, True]),
    ],
)
def test_it_says_which_messages_a_filter_policy_wants(
    evaluate: Evaluate, policy: Any, wanted: list[bool]
) -> None:
    assert got(evaluate("filter_policy", policy, *STORES)) == wanted


def test_attributes_have_types(evaluate: Evaluate) -> None:
    cases: list[dict[str, Any]] = [
        {"attributes": {"price": 6}},
        {"attributes": {"price": "6"}},
        {"attributes": {"price": {"Type": "Number", "Value": "6.0"}}},
        {"attributes": {"price": [1, 6]}},
    ]

    policy = {"price": [{"numeric": [">", 5]}]}
    assert got(evaluate("filter_policy", policy, *cases)) == [True, False, True, True]


def test_a_policy_on_the_body_reads_json_alone(evaluate: Evaluate) -> None:
    cases = [{"body": {"a": {"b": "x"}}}, {"body": '{"a": {"b": "x"}}'}, {"body": "x"}]

    found = evaluate("filter_policy", {"a": {"b": ["x"]}}, *cases, scope="MessageBody")

    assert got(found) == [True, True, False]


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ('{"store": "shop"}', '"store" must be an object or an array'),
        ('{"store": {"name": ["shop"]}}', "does not support nested filter policy"),
        ('{"store": ["shop",]}', "failed to parse JSON."),
        ("{'store': ['shop']}", "at line 1, column 2."),
        (json.dumps({name: ["x"] for name in "abcdef"}), "can not have more than 5 keys"),
    ],
)
def test_it_refuses_a_filter_policy_as_sns_does(
    evaluate: Evaluate, policy: str, told: str
) -> None:
    message = refusal(evaluate("filter_policy", policy, *STORES))

    assert message.startswith("Invalid parameter: Attributes Reason: FilterPolicy: ")
    assert told in message


@pytest.mark.parametrize(
    ("source", "pattern", "records", "wanted"),
    [
        ("sqs", {"body": {"a": [1]}}, [{"body": {"a": 1}}, {"body": {"a": 2}}], [True, False]),
        ("sqs", {"body": {"a": [1]}}, [{"body": '{"a": 1}'}, {"body": "a"}], [True, False]),
        ("sqs", {"body": ["a"]}, [{"body": "a"}, {"body": {"a": 1}}], [True, False]),
        ("kinesis", {"data": {"a": [1]}}, [{"data": {"a": 1}}, {"data": "a"}], [True, False]),
        (
            "kinesis",
            {"partitionKey": ["x"]},
            [{"data": "a", "partitionKey": "x"}, {"data": "a", "partitionKey": "y"}],
            [True, False],
        ),
        (
            "dynamodb",
            {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"s": {"S": ["x"]}}}},
            [
                {"eventName": "INSERT", "dynamodb": {"NewImage": {"s": {"S": "x"}}}},
                {"eventName": "MODIFY", "dynamodb": {"NewImage": {"s": {"S": "x"}}}},
            ],
            [True, False],
        ),
    ],
)
def test_it_says_which_records_a_filter_lets_through(
    evaluate: Evaluate,
    source: str,
    pattern: Any,
    records: list[dict[str, Any]],
    wanted: list[bool],
) -> None:
    cases = [{"record": record} for record in records]

    assert got(evaluate("event_filter", pattern, *cases, source=source)) == wanted


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ('{"body": {"a": 1}}', '"a" must be an object or an array'),
        ('{"body": {"a": [1]}', "at line 1, column 20."),
        ('{"a": ["' + "x" * 5000 + '"]}', "Invalid filter pattern definition."),
    ],
)
def test_it_refuses_a_filter_as_lambda_does_and_says_why(
    evaluate: Evaluate, pattern: str, told: str
) -> None:
    message = refusal(evaluate("event_filter", pattern, source="sqs"))

    assert message.startswith("Invalid filter pattern definition.")
    assert told in message
