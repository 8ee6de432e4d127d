"""Each kind of target that a rule can have."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from labs.cloud import moto_seams, routes
from labs.cloud.account import Account
from labs.cloud.missing import MissingError

type Clients = Callable[[str], Any]

ROLE = "arn:aws:iam::123456789012:role/events"


def aim(client: Clients, **target: Any) -> None:
    """A rule for {"source": ["shop"]} with one target."""
    client("events").put_rule(Name="r", EventPattern='{"source": ["shop"]}')
    client("events").put_targets(Rule="r", Targets=[{"Id": "1", **target}])


def put(account: Account, client: Clients) -> None:
    entry = {"Source": "shop", "DetailType": "T", "Detail": '{"id": "17"}'}
    client("events").put_events(Entries=[entry])
    account.settle()


def errors(account: Account) -> list[str]:
    return [call.error for call in account.trace.calls if call.error]


def test_a_log_group_needs_a_resource_policy(account: Account, client: Clients) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="/aws/events/all")
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/all"
    aim(client, Arn=arn)
    put(account, client)
    assert errors(account) == ["AccessDeniedException"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{arn}:*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    logs.put_resource_policy(policyName="events", policyDocument=policy)
    put(account, client)
    (event,) = logs.filter_log_events(logGroupName="/aws/events/all")["events"]
    assert json.loads(event["message"])["detail"] == {"id": "17"}


def test_a_topic_passes_it_on(account: Account, client: Clients) -> None:
    topic = client("sns").create_topic(Name="t")["TopicArn"]
    client("sqs").create_queue(QueueName="q")
    queue = "arn:aws:sqs:us-east-1:123456789012:q"
    for arn, action, service in (
        (topic, "sns:Publish", "events.amazonaws.com"),
        (queue, "sqs:SendMessage", "sns.amazonaws.com"),
    ):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": action,
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        if arn == topic:
            client("sns").set_topic_attributes(
                TopicArn=topic, AttributeName="Policy", AttributeValue=policy
            )
        else:
            url = client("sqs").get_queue_url(QueueName="q")["QueueUrl"]
            client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"}
    )
    aim(client, Arn=topic, InputPath="$.detail")
    put(account, client)
    assert moto_seams.bodies(queue) == ['{"id":"17"}']


def test_a_stream_is_keyed_by_a_path(account: Account, client: Clients) -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamARN"]
    aim(client, Arn=arn, RoleArn=ROLE, KinesisParameters={"PartitionKeyPath": "$.detail.id"})
    put(account, client)
    shard = kinesis.list_shards(StreamName="s")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(
        StreamName="s", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = kinesis.get_records(ShardIterator=iterator)["Records"]
    assert record["PartitionKey"] == "17"


def test_an_api_is_called(
    account: Account, client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def answer(request: Any) -> routes.Answer:
        seen.append((request.method, request.url, request.headers["X-Tag"], request.body))
        return 200, {}, b"{}"

    monkeypatch.setattr(routes, "_routes", [])
    routes.add("execute-api", r"abc\.execute-api\.us-east-1\.amazonaws\.com", answer)
    arn = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/POST/orders/*"
    parameters = {
        "PathParameterValues": ["17"],
        "HeaderParameters": {"X-Tag": "t"},
        "QueryStringParameters": {"q": "1"},
    }
    aim(client, Arn=arn, RoleArn=ROLE, HttpParameters=parameters, Input='{"a": 1}')
    put(account, client)
    url = "https://abc.execute-api.us-east-1.amazonaws.com/prod/orders/17?q=1"
    assert seen == [("POST", url, "t", b'{"a": 1}')]


def test_a_state_machine_is_started(account: Account, client: Clients) -> None:
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    role = client("iam").create_role(RoleName="m", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    machine = client("stepfunctions").create_state_machine(
        name="m", definition=json.dumps(definition), roleArn=role
    )["stateMachineArn"]
    aim(client, Arn=machine, RoleArn=ROLE)
    put(account, client)
    (execution,) = client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    found = client("stepfunctions").describe_execution(executionArn=execution["executionArn"])
    assert json.loads(found["input"])["detail"] == {"id": "17"}


def test_what_is_not_simulated_says_so(account: Account, client: Clients) -> None:
    aim(client, Arn="arn:aws:redshift:us-east-1:123456789012:cluster:c")
    put(account, client)
    assert errors(account) == ["NotSimulated"]


def test_a_queue_in_order_gets_its_group(account: Account, client: Clients) -> None:
    arn = "arn:aws:sqs:us-east-1:123456789012:q.fifo"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    attributes = {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "true",
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    }
    client("sqs").create_queue(QueueName="q.fifo", Attributes=attributes)
    aim(client, Arn=arn, SqsParameters={"MessageGroupId": "orders"})
    put(account, client)
    assert len(moto_seams.bodies(arn)) == 1


def test_api_destinations_are_not_simulated(account: Account, client: Clients) -> None:
    arn = "arn:aws:events:us-east-1:123456789012:api-destination/hooks/1"

    with pytest.raises(MissingError, match="API destinations"):
        aim(client, Arn=arn, RoleArn=ROLE)
