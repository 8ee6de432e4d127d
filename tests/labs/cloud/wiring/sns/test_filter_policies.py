"""Filter policies on attributes and bodies, and which are none."""

import json
from typing import Any

import pytest

from labs.cloud.wiring.sns.filter_policies import (
    ATTRIBUTES,
    BODY,
    InvalidPolicyError,
    check,
    wants,
)

MESSAGE = {
    "store": {"Type": "String", "Value": "shop.example"},
    "price": {"Type": "Number", "Value": "100.50"},
    "sports": {"Type": "String.Array", "Value": '["rugby", 7, null, true]'},
    "single": {"Type": "String.Array", "Value": "100"},
    "weight": {"Type": "Number", "Value": "100.1234567"},
    "address": {"Type": "String", "Value": "10.0.0.7"},
    "picture": {"Type": "Binary", "Value": "AAE="},
}


@pytest.mark.parametrize(
    ("policy", "matches"),
    [
        ({}, True),
        ({"store": ["shop.example"]}, True),
        ({"store": ["other"]}, False),
        ({"store": ["other", {"prefix": "shop."}]}, True),
        ({"store": [{"suffix": ".example"}]}, True),
        ({"store": [{"equals-ignore-case": "SHOP.example"}]}, True),
        ({"store": [{"anything-but": ["shop.example"]}]}, False),
        ({"store": [{"anything-but": {"prefix": "x"}}]}, True),
        ({"store": [{"anything-but": {"suffix": "example"}}]}, False),
        ({"store": [{"anything-but": {"wildcard": "s*p.*"}}]}, False),
        ({"price": [100.5]}, True),
        ({"price": ["100.50"]}, False),
        ({"price": [{"numeric": [">", 100, "<=", 101]}]}, True),
        ({"price": [{"numeric": ["<", 100]}]}, False),
        ({"price": [{"anything-but": [100.5]}]}, False),
        ({"sports": ["rugby"]}, True),
        ({"sports": [7]}, True),
        ({"sports": [None]}, True),
        ({"sports": ["tennis"]}, False),
        ({"single": [100]}, True),
        ({"weight": [100.123456789]}, True),
        ({"weight": [100.12345]}, False),
        ({"address": [{"cidr": "10.0.0.0/24"}]}, True),
        ({"address": [{"cidr": "10.0.1.0/24"}]}, False),
        ({"store": [{"exists": True}], "other": [{"exists": False}]}, True),
        ({"other": [{"exists": True}]}, False),
        ({"other": [{"anything-but": "x"}]}, False),
        ({"picture": ["AAE="]}, False),
        ({"$or": [{"store": ["other"]}, {"price": [{"numeric": [">", 1]}]}]}, True),
        ({"$or": [{"store": ["other"]}, {"price": [1]}]}, False),
        ({"store": ["shop.example"], "price": [1]}, False),
    ],
)
def test_attributes(policy: dict[str, Any], matches: bool) -> None:
    check(json.dumps(policy), ATTRIBUTES)

    assert wants(json.dumps(policy), ATTRIBUTES, MESSAGE, "no JSON") is matches


@pytest.mark.parametrize(
    ("policy", "message", "matches"),
    [
        ({"order": {"state": ["new"]}}, {"order": {"state": "new"}}, True),
        ({"order": {"state": ["new"]}}, {"order": {"state": "old"}}, False),
        ({"items": {"id": [2]}}, {"items": [{"id": 1}, {"id": 2}]}, True),
        ({"state": ["new"]}, ["new"], False),
        ({"state": ["new"]}, "new", False),
    ],
)
def test_bodies(policy: dict[str, Any], message: Any, matches: bool) -> None:
    check(json.dumps(policy), BODY)

    assert wants(json.dumps(policy), BODY, {}, json.dumps(message)) is matches


def test_a_body_that_is_no_json_is_not_wanted() -> None:
    assert not wants('{"a": ["b"]}', BODY, {}, "{")


@pytest.mark.parametrize(
    ("policy", "scope", "reason"),
    [
        ("{", BODY, "failed to parse JSON."),
        ("[]", BODY, "Filter policy must be a JSON object."),
        ('{"a": {"b": ["c"]}}', ATTRIBUTES, "does not support nested filter policy"),
        (json.dumps({name: ["x"] for name in "abcdef"}), BODY, "more than 5 keys"),
        ('{"a": "b"}', ATTRIBUTES, '"a" must be an object or an array'),
        ('{"a": [{"like": "b"}]}', ATTRIBUTES, "Unrecognized match type like"),
        ('{"a": [{"exists": 1}]}', ATTRIBUTES, "must be either true or false."),
        (json.dumps({name: list("123456") for name in "abc"}), BODY, "too complex"),
    ],
)
def test_what_is_no_policy_is_refused(policy: str, scope: str, reason: str) -> None:
    with pytest.raises(InvalidPolicyError, match=reason.replace(".", r"\.")):
        check(policy, scope)
