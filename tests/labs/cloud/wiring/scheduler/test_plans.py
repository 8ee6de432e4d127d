"""Schedules of EventBridge Scheduler on the account's clock."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud import moto_seams
from labs.cloud.account import Account
from labs.cloud.clock import clock
from labs.cloud.missing import MissingError

type Clients = Callable[[str], Any]

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
OFF = {"Mode": "OFF"}


@pytest.fixture(autouse=True)
def queue(account: Account, client: Clients) -> None:
    client("sqs").create_queue(QueueName="q")


def make(client: Clients, expression: str, **more: Any) -> None:
    target = {"Arn": QUEUE, "RoleArn": ROLE, "Input": '{"tick": true}', **more.pop("target", {})}
    client("scheduler").create_schedule(
        Name="s",
        ScheduleExpression=expression,
        FlexibleTimeWindow=more.pop("window", OFF),
        Target=target,
        **more,
    )


def bodies() -> list[Any]:
    return [json.loads(body) for body in moto_seams.bodies(QUEUE)]


def at(**later: float) -> str:
    return f"at({clock.now() + timedelta(**later):%Y-%m-%dT%H:%M:%S})"


def test_a_rate_begins_at_once(account: Account, client: Clients) -> None:
    make(client, "rate(1 hours)")
    account.let_pass(2.5 * 3600)
    assert bodies() == [{"tick": True}] * 3
    assert {call.made_by for call in account.trace.calls} == {"schedule s"}


def test_nobody_waits_for_it(account: Account, client: Clients) -> None:
    make(client, at(hours=1))
    account.settle()
    assert bodies() == []


def test_once_is_once_and_can_delete_itself(account: Account, client: Clients) -> None:
    make(client, at(hours=1), ActionAfterCompletion="DELETE")
    account.let_pass(30 * 60)
    assert client("scheduler").get_schedule(Name="s")["ActionAfterCompletion"] == "DELETE"
    account.let_pass(24 * 3600)
    assert len(bodies()) == 1
    with pytest.raises(ClientError, match="Schedule s does not exist"):
        client("scheduler").get_schedule(Name="s")


def test_cron_follows_its_time_zone(account: Account, client: Clients) -> None:
    target = {"Input": '{"at": "<aws.scheduler.scheduled-time>"}'}
    zone = {"ScheduleExpressionTimezone": "Asia/Tokyo"}
    make(client, "cron(0 9 * * ? *)", target=target, **zone)
    account.let_pass(24 * 3600)
    assert [body["at"][11:] for body in bodies()] == ["00:00:00Z"]


def test_dates_limit_it(account: Account, client: Clients) -> None:
    start = clock.now() + timedelta(hours=1)
    make(client, "rate(1 hour)", StartDate=start, EndDate=start + timedelta(hours=2))
    account.let_pass(24 * 3600)
    assert len(bodies()) == 3


def test_a_window_is_used(account: Account, client: Clients) -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 10}
    make(client, at(hours=1), window=window)
    account.let_pass(3600)
    early = len(bodies())
    account.let_pass(10 * 60)
    assert early == 0
    assert len(bodies()) == 1


def test_it_can_be_disabled_changed_and_deleted(account: Account, client: Clients) -> None:
    scheduler = client("scheduler")
    make(client, "rate(1 hour)", State="DISABLED")
    account.let_pass(3 * 3600)
    assert bodies() == []
    target = {"Arn": QUEUE, "RoleArn": ROLE, "Input": "{}"}
    scheduler.update_schedule(
        Name="s", ScheduleExpression="rate(2 hours)", FlexibleTimeWindow=OFF, Target=target
    )
    account.let_pass(3 * 3600)
    assert len(bodies()) == 2
    scheduler.delete_schedule(Name="s")
    account.let_pass(3 * 3600)
    assert len(bodies()) == 2


def test_any_api_is_a_target(account: Account, client: Clients) -> None:
    url = client("sqs").get_queue_url(QueueName="q")["QueueUrl"]
    given = {"QueueUrl": url, "MessageBody": {"attempt": "<aws.scheduler.attempt-number>"}}
    arn = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
    make(client, at(minutes=1), target={"Arn": arn, "Input": json.dumps(given)})
    account.let_pass(120)
    assert bodies() == [{"attempt": "1"}]


def test_a_failure_goes_to_the_dead_letter_queue(account: Account, client: Clients) -> None:
    missing = {"Arn": QUEUE.replace(":q", ":gone"), "DeadLetterConfig": {"Arn": QUEUE}}
    make(client, at(minutes=1), target=missing)
    account.let_pass(120)
    url = client("sqs").get_queue_url(QueueName="q")["QueueUrl"]
    (letter,) = client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"])[
        "Messages"
    ]
    attributes = {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()}
    assert letter["Body"] == '{"tick": true}'
    assert attributes["SCHEDULE_ARN"].endswith(":schedule/default/s")
    assert "NonExistentQueue" in attributes["ERROR_CODE"]


def test_without_an_input_there_is_an_event(account: Account, client: Clients) -> None:
    target = {"Arn": QUEUE, "RoleArn": ROLE}
    expression = at(minutes=1)
    client("scheduler").create_schedule(
        Name="s", ScheduleExpression=expression, FlexibleTimeWindow=OFF, Target=target
    )
    account.let_pass(120)
    (event,) = bodies()
    assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert datetime.fromisoformat(event["time"]) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("expression", "more", "message"),
    [
        ("rate(1 week)", {}, "Invalid Schedule Expression"),
        ("rate(1 hour)", {"ScheduleExpressionTimezone": "Mars/Base"}, "Timezone"),
        ("rate(1 hour)", {"GroupName": "gone"}, "Schedule group gone does not exist"),
        ("rate(1 hour)", {"window": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        (
            "rate(1 hour)",
            {"target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:listQueues"}},
            "read",
        ),
    ],
)
def test_what_is_none_is_refused(
    account: Account, client: Clients, expression: str, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        make(client, expression, **more)


def test_its_role_must_trust_it(account: Account, client: Clients) -> None:
    def role(name: str, service: str) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        made = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        return str(made["Role"]["Arn"])

    account.simulation.enforces_iam = True
    others = role("others", "lambda.amazonaws.com")
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume"):
        make(client, "rate(1 hour)", target={"RoleArn": others})
    make(client, "rate(1 hour)", target={"RoleArn": role("own", "scheduler.amazonaws.com")})


def test_what_is_not_simulated_says_so(account: Account, client: Clients) -> None:
    project = "arn:aws:codebuild:us-east-1:123456789012:project/p"
    with pytest.raises(MissingError, match="project/p"):
        make(client, "rate(1 hour)", target={"Arn": project})
