"""A resource's policy says which service may deliver to it, and for what."""

from typing import Any

import pytest

from labs.cloud.iam import resource_policies

QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"
TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"


def allows(*statements: dict[str, Any], source_arn: str = TOPIC) -> bool:
    usual = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "SQS:SendMessage",
        "Resource": QUEUE,
    }
    return resource_policies.allows(
        {"Version": "2012-10-17", "Statement": [{**usual, **each} for each in statements]},
        service="sns.amazonaws.com",
        action="sqs:SendMessage",
        resource=QUEUE,
        source_arn=source_arn,
    )


@pytest.mark.parametrize(
    ("statement", "is_allowed"),
    [
        ({}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": "123456789012"}}, False),
        ({"Principal": {"Service": ["s3.amazonaws.com", "sns.amazonaws.com"]}}, True),
        ({"Principal": {"Service": "s3.amazonaws.com"}}, False),
        ({"Action": "sqs:*"}, True),
        ({"Action": "sqs:ReceiveMessage"}, False),
        ({"Resource": "*"}, True),
        ({"Resource": QUEUE + "2"}, False),
        ({"Condition": {"ArnLike": {"aws:SourceArn": TOPIC}}}, True),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": TOPIC.replace("orders", "*")}}}, True),
        ({"Condition": {"ArnEquals": {"aws:SourceArn": TOPIC + "2"}}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}, False),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
    ],
)
def test_a_service_is_let_in(statement: dict[str, Any], is_allowed: bool) -> None:
    assert allows(statement) is is_allowed


def test_a_deny_wins() -> None:
    assert not allows({}, {"Effect": "Deny"})


def test_a_bucket_is_of_the_account_of_what_it_sends_to() -> None:
    own = {"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}

    assert allows(own, source_arn="arn:aws:s3:::uploads")


@pytest.mark.parametrize("policy", [None, "", "no JSON", "[]", {}])
def test_no_policy_lets_nobody_in(policy: Any) -> None:
    assert not resource_policies.allows(
        policy, service="a", action="sqs:SendMessage", resource=QUEUE, source_arn=TOPIC
    )
