"""The account view: what a snapshot shows of each service."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from labs.cloud import snapshot
from labs.cloud.account import Account
from labs.resources import AccountChange, Execution, Resource, Table
from tests.labs.cloud.conftest import Functions

type Client = Callable[[str], Any]


def found(kind: str) -> Resource:
    [resource] = [one for one in snapshot.take() if one.kind == kind]
    return resource


def facts(resource: Resource) -> dict[str, str]:
    return dict(resource.facts)


def test_an_empty_account_shows_nothing(account: Account) -> None:
    assert snapshot.take() == ()


def test_a_queue_shows_its_messages_and_their_state(account: Account, client: Client) -> None:
    sqs = client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": 3}
    url = sqs.create_queue(QueueName="jobs", Attributes={"RedrivePolicy": json.dumps(redrive)})
    sqs.send_message(QueueUrl=url["QueueUrl"], MessageBody="first")
    sqs.send_message(QueueUrl=url["QueueUrl"], MessageBody="late", DelaySeconds=60)
    sqs.receive_message(QueueUrl=url["QueueUrl"])

    [jobs] = [one for one in snapshot.take() if one.name == "jobs"]

    assert jobs.key == "queue jobs"
    assert facts(jobs)["Dead-letter queue"] == "dead"
    assert facts(jobs)["Messages"] == "2"
    assert jobs.tables[0].rows == (
        ("first", "in flight, 30 s left", "1", ""),
        ("late", "delayed, 60 s left", "0", ""),
    )


def test_looking_changes_nothing(account: Account, client: Client) -> None:
    url = client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    client("sqs").send_message(QueueUrl=url, MessageBody="first")
    calls = len(account.trace.calls)

    assert snapshot.take() == snapshot.take()
    assert len(account.trace.calls) == calls
    assert "Messages" in client("sqs").receive_message(QueueUrl=url)


def test_a_topic_shows_its_subscriptions(account: Account, client: Client) -> None:
    sqs, sns = client("sqs"), client("sns")
    sqs.create_queue(QueueName="jobs")
    topic = sns.create_topic(Name="orders")["TopicArn"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:us-east-1:123456789012:jobs",
        Attributes={"FilterPolicy": '{"kind": ["new"]}'},
    )

    assert found("topic").tables[0].rows == (("sqs", "jobs", '{"kind": ["new"]}', ""),)


def test_a_table_shows_its_items_with_the_key_first(account: Account, client: Client) -> None:
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {
        "total": {"N": "12.50"},
        "api_key_value": {"S": "hush"},
        "lines": {"L": [{"N": "3"}, {"BOOL": True}, {"NULL": True}, {"B": b"abc"}]},
        "tags": {"SS": ["b", "a"]},
        "id": {"S": "7"},
    }
    dynamodb.put_item(TableName="orders", Item=item)
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "8"}})

    [items] = found("table").tables

    assert items.columns[0] == "id"
    shown = dict(zip(items.columns, items.rows[0], strict=True))
    assert shown == {
        "id": "7",
        "total": "12.5",
        "api_key_value": "***",
        "lines": '[3, true, null, "<3 bytes>"]',
        "tags": '["a", "b"]',
    }
    assert items.rows[1] == ("8", "", "", "", "")


def test_a_bucket_shows_versions_and_delete_markers(account: Account, client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="shelf")
    on = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="shelf", VersioningConfiguration=on)
    s3.put_object(Bucket="shelf", Key="a.txt", Body=b"one", ContentType="text/plain")
    s3.put_object(Bucket="shelf", Key="a.txt", Body=b"three")
    s3.delete_object(Bucket="shelf", Key="a.txt")
    s3.create_multipart_upload(Bucket="shelf", Key="big.bin")

    objects, uploads = found("bucket").tables

    assert [(row[0], row[1]) for row in objects.rows] == [
        ("a.txt", "delete marker"),
        ("a.txt", "<5 bytes>"),
        ("a.txt", "<3 bytes>"),
    ]
    assert [row[0] for row in uploads.rows] == ["big.bin"]


def test_a_function_shows_its_invocations(
    account: Account, client: Client, functions: Functions
) -> None:
    def handler(event: Any) -> Any:
        return {"double": 2 * event["n"]}

    functions.deploy("worker", handler, Environment={"Variables": {"DB_PASSWORD": "hush"}})
    for payload in ('{"n": 2}', "{}"):
        client("lambda").invoke(FunctionName="worker", Payload=payload)

    worker = found("function")

    assert facts(worker)["Environment"] == '{"DB_PASSWORD": "***"}'
    assert (facts(worker)["Invocations"], facts(worker)["Cold starts"]) == ("2", "1")
    assert [row[:3] for row in worker.tables[0].rows] == [
        ('{"n": 2}', "cold", '{"double": 4}'),
        ("{}", "warm", "KeyError: 'n'"),
    ]


def test_a_rule_counts_what_it_matched(account: Account, client: Client) -> None:
    client("sqs").create_queue(QueueName="jobs")
    events = client("events")
    events.put_rule(Name="new", EventPattern='{"source": ["shop"]}')
    target = {"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:jobs"}
    events.put_targets(Rule="new", Targets=[target])
    entry = {"DetailType": "Placed", "Detail": "{}"}
    events.put_events(Entries=[{**entry, "Source": "shop"}, {**entry, "Source": "other"}])

    rule = found("rule")

    assert facts(rule)["Matched events"] == "1"
    assert rule.tables[0].rows == (("jobs", "1", ""),)


MACHINE = {
    "StartAt": "Look",
    "States": {
        "Look": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Parameters": {"TableName": "none", "Key": {"id": {"S": "1"}}},
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Say"}],
            "Next": "Never",
        },
        "Say": {"Type": "Pass", "Next": "Give up"},
        "Give up": {"Type": "Fail", "Error": "Nothing"},
        "Never": {"Type": "Succeed"},
    },
}


def test_a_state_machine_shows_the_way_that_an_execution_took(
    account: Account, client: Client
) -> None:
    states = client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/none"
    made = states.create_state_machine(name="orders", definition=json.dumps(MACHINE), roleArn=role)
    states.start_execution(stateMachineArn=made["stateMachineArn"], name="one", input='{"n": 1}')
    account.settle()

    machine = found("state machine")
    [execution] = machine.executions

    assert json.loads(machine.definition) == MACHINE
    assert (execution.name, execution.status, execution.input) == ("one", "FAILED", '{"n": 1}')
    assert [(state.name, state.outcome, state.times) for state in execution.states] == [
        ("Look", "caught", 1),
        ("Say", "succeeded", 1),
        ("Give up", "failed", 1),
    ]
    first, *_, last = execution.history.rows
    assert (first[0], last[0]) == ("ExecutionStarted", "ExecutionFailed")
    assert ("TaskFailed", "Look") in [row[:2] for row in execution.history.rows]


def test_a_state_with_branches_ends_as_it_ended(account: Account, client: Client) -> None:
    step = {"StartAt": "Step", "States": {"Step": {"Type": "Pass", "End": True}}}
    item = {"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}
    machine = {
        "StartAt": "Both",
        "States": {
            "Both": {"Type": "Parallel", "Branches": [step], "Next": "Each"},
            "Each": {"Type": "Map", "ItemProcessor": item, "End": True},
        },
    }
    states = client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/none"
    made = states.create_state_machine(name="m", definition=json.dumps(machine), roleArn=role)
    states.start_execution(stateMachineArn=made["stateMachineArn"])
    account.settle()

    [execution] = found("state machine").executions

    assert {state.outcome for state in execution.states} == {"succeeded"}


def test_an_aurora_cluster_shows_the_rows_of_its_tables(account: Account, client: Client) -> None:
    rds, data = client("rds"), client("rds-data")
    cluster = rds.create_db_cluster(
        DBClusterIdentifier="shop",
        Engine="aurora-postgresql",
        MasterUsername="admin1",
        ManageMasterUserPassword=True,
        EnableHttpEndpoint=True,
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 1},
    )["DBCluster"]
    asked = {
        "resourceArn": cluster["DBClusterArn"],
        "secretArn": cluster["MasterUserSecret"]["SecretArn"],
        "database": "postgres",
    }
    for sql in ("CREATE TABLE orders (id int, note text)", "INSERT INTO orders VALUES (1, 'x')"):
        data.execute_statement(**asked, sql=sql)

    [table] = found("cluster").tables

    assert table == Table("postgres.orders", ("id", "note"), (("1", "x"),))


def test_a_change_keeps_of_before_what_was_otherwise() -> None:
    same, old, new = Resource("s3", "bucket", "a"), queue("1"), queue("2")
    gone, made = Resource("sns", "topic", "gone"), Resource("sns", "topic", "made")

    change = snapshot.change("check", (same, old, gone), (same, new, made))

    assert change == AccountChange("check", (old, gone), (same, new, made), ("topic made",))


def test_a_change_has_the_history_of_what_ran_during_the_check() -> None:
    rows = (("ExecutionStarted", "", "", "0 ms"),)
    old, new = (
        Execution(name, "FAILED", "{}", "", (), Table("History", (), rows)) for name in ("1", "2")
    )
    before = Resource("stepfunctions", "state machine", "m", executions=(old,))

    change = snapshot.change("check", (before,), (replace(before, executions=(new, old)),))

    [was], [now] = change.before, change.after
    assert [(one.history.rows, one.history.left_out) for one in now.executions] == [
        (rows, 0),
        ((), 1),
    ]
    assert was.executions[0].history.left_out == 1


@pytest.mark.parametrize(("chars", "is_kept"), [(10, True), (snapshot.MAX_CHARS + 1, False)])
def test_what_does_not_fit_is_named_without_its_contents(chars: int, is_kept: bool) -> None:
    rows = (("x" * chars,),)
    big = Resource("sqs", "queue", "big", tables=(Table("Messages", ("Message",), rows),))

    [kept] = snapshot.within_limits([AccountChange("check", (), (big,))])

    assert [one.name for one in kept.after] == ["big"]
    assert bool(kept.after[0].tables) is is_kept


def queue(messages: str) -> Resource:
    return Resource("sqs", "queue", "jobs", (("Messages", messages),))
