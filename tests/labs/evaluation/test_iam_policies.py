"""IAM policies, run on requests."""

import json
from typing import Any

import pytest

from tests.labs.evaluation.conftest import Evaluate, got, refusal

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"
TOPIC = "arn:aws:sns:us-east-1:123456789012:news"
READ = {"action": "dynamodb:GetItem", "resource": TABLE}
WRITE = {"action": "dynamodb:PutItem", "resource": TABLE}
DENY = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}


def policy(**statement: Any) -> dict[str, Any]:
    usual = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": TABLE}
    return {"Version": "2012-10-17", "Statement": [{**usual, **statement}]}


@pytest.mark.parametrize(
    ("artefact", "decisions"),
    [
        (policy(), ["allowed", "implicitly_denied"]),
        (policy(Action="dynamodb:*"), ["allowed", "allowed"]),
        (policy(Resource=f"{TABLE}/index/*"), ["implicitly_denied", "implicitly_denied"]),
        (policy(Effect="Deny"), ["explicitly_denied", "implicitly_denied"]),
    ],
)
def test_it_decides_each_request(evaluate: Evaluate, artefact: Any, decisions: list[str]) -> None:
    assert got(evaluate("iam_policy", artefact, READ, WRITE)) == decisions


@pytest.mark.parametrize(
    ("kind", "document", "decision"),
    [
        ("identity", DENY, "explicitly_denied"),
        ("boundary", policy(Action="s3:*"), "implicitly_denied"),
        ("session", policy(), "allowed"),
    ],
)
def test_other_policies_apply_too(
    evaluate: Evaluate, kind: str, document: Any, decision: str
) -> None:
    others = [{"kind": kind, "policy": document}]

    assert got(evaluate("iam_policy", policy(), READ, others=others)) == [decision]


def test_a_context_fulfils_conditions_or_takes_a_key_away(evaluate: Evaluate) -> None:
    artefact = policy(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    cases = [
        {**READ, "context": {"aws:SourceIp": "10.1.2.3"}},
        {**READ, "context": {"AWS:sourceip": "11.1.2.3"}},
        {**READ, "context": {"aws:SourceIp": None}},
        READ,
    ]

    decisions = got(evaluate("iam_policy", artefact, *cases))

    assert decisions == ["allowed", *["implicitly_denied"] * 3]


def test_numbers_and_lists_are_values_of_conditions(evaluate: Evaluate) -> None:
    artefact = policy(
        Condition={
            "NumericLessThan": {"s3:max-keys": 10},
            "ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]},
        }
    )
    cases = [
        {**READ, "context": {"s3:max-keys": 9, "aws:TagKeys": ["team"]}},
        {**READ, "context": {"s3:max-keys": "10", "aws:TagKeys": ["team"]}},
        {**READ, "context": {"s3:max-keys": 9, "aws:TagKeys": ["team", "other"]}},
    ]

    decisions = got(evaluate("iam_policy", artefact, *cases))

    assert decisions == ["allowed", "implicitly_denied", "implicitly_denied"]


def test_variables_are_those_of_the_one_who_asks(evaluate: Evaluate) -> None:
    artefact = policy(Action="s3:GetObject", Resource="arn:aws:s3:::home/${aws:username}/*")
    user = "arn:aws:iam::123456789012:user/team/ann"
    cases = [
        {"action": "s3:GetObject", "resource": f"arn:aws:s3:::home/{name}/a", "principal": user}
        for name in ("ann", "bob")
    ]

    assert got(evaluate("iam_policy", artefact, *cases)) == ["allowed", "implicitly_denied"]


def test_a_policy_of_a_resource_lets_a_service_in(evaluate: Evaluate) -> None:
    artefact = policy(
        Principal={"Service": "sns.amazonaws.com"},
        Action="sqs:SendMessage",
        Resource=QUEUE,
        Condition={"ArnEquals": {"aws:SourceArn": TOPIC}},
    )
    send = {"action": "sqs:SendMessage", "resource": QUEUE, "principal": "sns.amazonaws.com"}
    cases = [
        {**send, "context": {"aws:SourceArn": TOPIC}},
        {**send, "context": {"aws:SourceArn": f"{TOPIC}-other"}},
        {**send, "principal": "events.amazonaws.com", "context": {"aws:SourceArn": TOPIC}},
    ]

    decisions = got(evaluate("iam_policy", artefact, *cases, kind="resource"))

    assert decisions == ["allowed", "implicitly_denied", "implicitly_denied"]


def test_another_account_needs_both_policies(evaluate: Evaluate) -> None:
    stranger = "arn:aws:iam::999999999999:role/worker"
    artefact = policy(Principal={"AWS": stranger})
    own = [{"kind": "identity", "policy": policy()}]
    case = {**READ, "principal": stranger}

    alone = evaluate("iam_policy", artefact, case, kind="resource")
    both = evaluate("iam_policy", artefact, case, kind="resource", others=own)

    assert got(alone) + got(both) == ["implicitly_denied", "allowed"]


def test_a_role_must_trust_the_one_who_assumes_it(evaluate: Evaluate) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    role = "arn:aws:iam::123456789012:role/worker"
    cases = [
        {"action": "sts:AssumeRole", "resource": role, "principal": name}
        for name in ("lambda.amazonaws.com", "ec2.amazonaws.com")
    ]

    decisions = got(evaluate("iam_policy", trust, *cases, kind="resource"))

    assert decisions == ["allowed", "implicitly_denied"]


@pytest.mark.parametrize(
    ("artefact", "told"),
    [
        ('{"Version": "2012-10-17",\n"Statement": [}', "at line 2, column 15."),
        ('{"Version": "2012-10-17", "Version": "x"}', 'The name "Version" stands twice'),
        ("[]", "Syntax errors in policy. A policy is a JSON object."),
        (policy(Efect="Allow"), "Syntax errors in policy. A statement has no element 'Efect'."),
        (policy(Effect="Permit"), "Syntax errors in policy. Effect is one of 'Allow', 'Deny'."),
        (policy(NotAction="x:y"), "A statement has Action or NotAction, not both."),
        (policy(Resource=[5]), "Resource is a text, or a list of texts."),
        (policy(Condition={"StringLikes": {"a": "b"}}), "no condition operator 'StringLikes'."),
        (policy(Condition={"StringLike": "a"}), "StringLike is an object of condition keys"),
        ({"Version": "2012-10-17"}, "A policy has a Statement"),
        ({**policy(), "Version": "2012-10-18"}, "Version is one of '2008-10-17', '2012-10-17'."),
        ({**policy(), "Version": "2008-10-17"}, "must be version 2012-10-17 or greater."),
        (policy(Principal="*"), "Policy document should not specify a principal."),
        (policy(Resource="orders"), 'Resource orders must be in ARN format or "*".'),
        (policy(Action="GetItem"), "Actions/Conditions must be prefaced by a vendor"),
        (policy(Resource=[TABLE + "x" * 7000]), "Cannot exceed quota for PolicySize: 6144"),
    ],
)
def test_it_refuses_a_policy_as_iam_does(evaluate: Evaluate, artefact: Any, told: str) -> None:
    assert told in refusal(evaluate("iam_policy", artefact, READ))


@pytest.mark.parametrize(
    ("artefact", "told"),
    [
        (policy(), "Missing required field Principal"),
        (policy(Principal={"AWS": "ann"}), 'Invalid principal in policy: "AWS":"ann"'),
        (policy(Principal={"Nobody": "x"}), "Invalid principal in policy"),
        (policy(Principal="*", Action="sts:AssumeRole"), "Has prohibited field Resource"),
        (
            {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}},
            "Missing required field Resource",
        ),
    ],
)
def test_it_refuses_a_policy_that_no_resource_can_have(
    evaluate: Evaluate, artefact: Any, told: str
) -> None:
    assert told in refusal(evaluate("iam_policy", artefact, READ, kind="resource"))


def test_the_older_version_is_good_enough_for_a_resource(evaluate: Evaluate) -> None:
    artefact = {**policy(Principal="*"), "Version": "2008-10-17"}

    assert got(evaluate("iam_policy", json.dumps(artefact), READ, kind="resource")) == ["allowed"]
