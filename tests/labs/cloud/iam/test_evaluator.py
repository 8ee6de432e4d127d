"""Policies allow what AWS's evaluation logic allows, and no more."""

from typing import Any

import pytest

from labs.cloud.iam.evaluator import NO_GUARD, Decision, Guard, Identity, evaluate
from labs.cloud.iam.statements import Policy, Principal, Request

ROLE = "arn:aws:iam::123456789012:role/worker"
SESSION = "arn:aws:sts::123456789012:assumed-role/worker/f"
USER = "arn:aws:iam::123456789012:user/ann"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
OF_ROLE = Principal(SESSION, "123456789012", ROLE)
OF_USER = Principal(USER, "123456789012")


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> Policy:
    return {"Version": version, "Statement": list(statements)}


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    negated = {f"Not{name}" for name in ("Action", "Resource")} & elements.keys()
    usual = {"Action": "dynamodb:GetItem", "Resource": TABLE}
    kept = {name: value for name, value in usual.items() if f"Not{name}" not in negated}
    return {"Effect": effect, **kept, **elements}


ALLOW, DENY = policy(statement()), policy(statement("Deny"))
NOTHING = policy(statement(Action="s3:GetObject"))


def ask(
    *policies: Policy,
    action: str = "dynamodb:GetItem",
    resource: str = TABLE,
    principal: Principal = OF_ROLE,
    guard: Guard = NO_GUARD,
    boundary: Policy = None,
    session: Policy = None,
    context: dict[str, Any] | None = None,
) -> Decision:
    keys = {name.lower(): value for name, value in (context or {}).items()}
    identity = Identity(principal, policies, boundary, session)
    return evaluate(Request(principal, action, resource, keys), identity, guard)


@pytest.mark.parametrize(
    ("policies", "is_allowed", "because"),
    [
        ([ALLOW], True, ""),
        ([], False, "because no identity-based policy allows the dynamodb:GetItem action"),
        ([ALLOW, DENY], False, "with an explicit deny in an identity-based policy"),
    ],
)
def test_a_deny_wins_and_silence_denies(
    policies: list[Policy], is_allowed: bool, because: str
) -> None:
    decision = ask(*policies)

    assert decision.is_allowed is is_allowed
    assert is_allowed or decision.because("dynamodb:GetItem") == because


@pytest.mark.parametrize(
    ("elements", "is_allowed"),
    [
        ({"Action": "*"}, True),
        ({"Action": "DynamoDB:get*"}, True),
        ({"Action": ["s3:*", "dynamodb:?etItem"]}, True),
        ({"Action": "dynamodb:PutItem"}, False),
        ({"NotAction": "dynamodb:PutItem"}, True),
        ({"NotAction": ["dynamodb:Get*"]}, False),
        ({"Resource": "*"}, True),
        ({"Resource": TABLE + "/index/*"}, False),
        ({"Resource": TABLE.replace("us-east-1", "*")}, True),
        ({"Resource": TABLE.upper()}, False),
        ({"NotResource": TABLE}, False),
        ({"NotResource": TABLE + "2"}, True),
        ({"Resource": "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/table}"}, True),
        ({"Resource": "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/none}"}, False),
        ({"Resource": "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/no, 'orders'}"}, True),
        ({"Resource": "arn:aws:dynamodb:*:*:table/${*}"}, False),
    ],
)
def test_actions_and_resources_fit(elements: dict[str, Any], is_allowed: bool) -> None:
    found = ask(policy(statement(**elements)), context={"aws:PrincipalTag/table": "orders"})

    assert found.is_allowed is is_allowed


@pytest.mark.parametrize(
    ("condition", "is_allowed"),
    [
        ({"StringEquals": {"AWS:username": "ann"}}, True),
        ({"StringEquals": {"aws:username": ["bob", "ann"]}}, True),
        ({"StringEquals": {"aws:username": "Ann"}}, False),
        ({"StringEqualsIgnoreCase": {"aws:username": "ANN"}}, True),
        ({"StringNotEquals": {"aws:username": "ann"}}, False),
        ({"StringNotEquals": {"aws:username": ["ann", "bob"]}}, False),
        ({"StringNotEquals": {"aws:none": "ann"}}, True),
        ({"StringEquals": {"aws:none": "ann"}}, False),
        ({"StringEqualsIfExists": {"aws:none": "ann"}}, True),
        ({"StringEqualsIfExists": {"aws:username": "bob"}}, False),
        ({"StringLike": {"aws:username": "a*"}}, True),
        ({"StringEquals": {"aws:username": "a*"}}, False),
        ({"StringNotLike": {"aws:username": "a*"}}, False),
        ({"StringEquals": {"aws:username": "${aws:username}"}}, True),
        ({"StringEquals": {"aws:username": "${aws:none}"}}, False),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, True),
        ({"NumericGreaterThanEquals": {"s3:max-keys": 9}}, True),
        ({"NumericEquals": {"s3:max-keys": "many"}}, False),
        ({"NumericNotEquals": {"s3:max-keys": 9}}, False),
        ({"DateLessThan": {"aws:CurrentTime": "2026-01-31T00:00:00Z"}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "1800000000"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"Bool": {"aws:SecureTransport": False}}, False),
        ({"BinaryEquals": {"app:key": "QUJD"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ({"NotIpAddress": {"aws:SourceIp": ["203.0.113.7", "10.0.0.0/8"]}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b*"}}, True),
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:*:b"}}, False),
        ({"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::x"}}, True),
        ({"Null": {"aws:none": "true"}}, True),
        ({"Null": {"aws:username": True}}, False),
        ({"Null": {"aws:username": "false"}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b", "c"]}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, False),
        ({"ForAllValues:StringEquals": {"aws:none": ["a"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:none": ["a"]}}, False),
        ({"ForAllValues:StringNotLike": {"aws:TagKeys": ["z*"]}}, True),
        ({"StringEquals": {"aws:username": "ann", "aws:none": "x"}}, False),
        ({"StringSounds": {"aws:username": "ann"}}, False),
    ],
)
def test_conditions_hold(condition: dict[str, Any], is_allowed: bool) -> None:
    context = {
        "aws:username": "ann",
        "s3:max-keys": "9",
        "aws:CurrentTime": "2026-01-30T12:00:00Z",
        "aws:SecureTransport": "true",
        "app:key": "QUJD",
        "aws:SourceIp": "203.0.113.7",
        "aws:SourceArn": "arn:aws:s3:::bucket",
        "aws:TagKeys": ("a", "b"),
    }
    found = ask(policy(statement(Condition=condition)), context=context)

    assert found.is_allowed is is_allowed


def test_variables_are_text_before_2012() -> None:
    condition = {"StringEquals": {"aws:username": "${aws:username}"}}
    old = policy(statement(Condition=condition), version="2008-10-17")

    assert not ask(old, context={"aws:username": "ann"}).is_allowed
    assert ask(old, context={"aws:username": "${aws:username}"}).is_allowed


def guard(principal: Any, effect: str = "Allow", **options: Any) -> Guard:
    return Guard(policy(statement(effect, Principal=principal)), "123456789012", **options)


@pytest.mark.parametrize(
    ("principal", "is_allowed"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ROLE}, True),
        ({"AWS": [USER, SESSION]}, True),
        ({"AWS": USER}, False),
        ({"AWS": "123456789012"}, False),
        ({"AWS": "arn:aws:iam::123456789012:root"}, False),
        ({"Service": "lambda.amazonaws.com"}, False),
    ],
)
def test_a_resource_lets_those_in_whom_it_names(principal: Any, is_allowed: bool) -> None:
    assert ask(guard=guard(principal)).is_allowed is is_allowed


def test_a_resource_denies() -> None:
    assert ask(ALLOW, guard=guard({"AWS": ROLE}, "Deny")).because("x") == (
        "with an explicit deny in a resource-based policy"
    )
    but_me = policy({**statement("Deny"), "NotPrincipal": {"AWS": [ROLE]}})
    assert ask(ALLOW, guard=Guard(but_me)).is_allowed
    assert not ask(ALLOW, guard=Guard(but_me), principal=OF_USER).is_allowed


def test_a_boundary_and_a_session_policy_narrow() -> None:
    assert ask(ALLOW, boundary=ALLOW, session=ALLOW).is_allowed
    assert ask(ALLOW, boundary=NOTHING).because("a:B") == (
        "because no permissions boundary allows the a:B action"
    )
    assert ask(ALLOW, session=NOTHING).because("a:B") == (
        "because no session policy allows the a:B action"
    )
    assert not ask(ALLOW, boundary=DENY).is_allowed
    assert not ask(boundary=ALLOW).is_allowed


def test_a_grant_to_a_role_is_narrowed_and_one_to_a_session_is_not() -> None:
    assert not ask(guard=guard({"AWS": ROLE}), boundary=NOTHING).is_allowed
    assert ask(guard=guard({"AWS": SESSION}), boundary=NOTHING).is_allowed
    assert ask(guard=guard({"AWS": USER}), principal=OF_USER, boundary=NOTHING).is_allowed


def test_another_account_needs_both() -> None:
    foreign = Principal("arn:aws:iam::999999999999:user/eve", "999999999999")
    let_in = guard({"AWS": "999999999999"})

    assert ask(ALLOW, principal=foreign, guard=let_in).is_allowed
    assert not ask(principal=foreign, guard=let_in).is_allowed
    assert not ask(ALLOW, principal=foreign, guard=guard({"AWS": ROLE})).is_allowed


def test_a_role_is_not_assumed_without_its_trust() -> None:
    trust = guard({"AWS": "arn:aws:iam::123456789012:root"}, is_needed=True)

    assert not ask(ALLOW, guard=Guard(None, is_needed=True)).is_allowed
    assert ask(ALLOW, guard=trust).is_allowed
    assert not ask(guard=trust).is_allowed


def test_nobody_is_everybody_without_a_signature() -> None:
    assert ask(principal=Principal(), guard=guard("*")).is_allowed
    assert not ask(principal=Principal()).is_allowed
