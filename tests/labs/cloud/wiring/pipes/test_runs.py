"""What pipes move from their sources to their targets."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud import moto_seams
from labs.cloud.account import Account
from labs.cloud.missing import MissingError

type Clients = Callable[[str], Any]

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
ROLE = "arn:aws:iam::123456789012:role/pipe"
LOGS_IN_S3 = {"BucketName": "logs", "BucketOwner": "123456789012"}
SOURCE, TARGET = ARN.format("sqs", "in"), ARN.format("sqs", "out")


@pytest.fixture(autouse=True)
def queues(account: Account, client: Clients) -> None:
    for name in ("in", "out"):
        client("sqs").create_queue(QueueName=name, Attributes={"VisibilityTimeout": "30"})


def make(client: Clients, **more: Any) -> Any:
    given = {"Name": "p", "Source": SOURCE, "Target": TARGET, "RoleArn": ROLE, **more}
    return client("pipes").create_pipe(**given)


def send(client: Clients, *bodies: Any) -> None:
    url = client("sqs").get_queue_url(QueueName="in")["QueueUrl"]
    for body in bodies:
        client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(body))


def arrived() -> list[Any]:
    return [json.loads(body) for body in moto_seams.bodies(TARGET)]


def test_records_go_from_queue_to_queue(account: Account, client: Clients) -> None:
    made = make(client)
    assert made["CurrentState"] == "CREATING"
    assert client("pipes").describe_pipe(Name="p")["CurrentState"] == "RUNNING"
    send(client, {"n": 1}, {"n": 2})
    account.settle()
    assert [json.loads(record["body"]) for record in arrived()] == [{"n": 1}, {"n": 2}]
    assert arrived()[0]["eventSourceARN"] == SOURCE
    assert moto_seams.bodies(SOURCE) == []
    assert {call.made_by for call in account.trace.calls} == {"pipe p"}


def test_filters_drop_records(account: Account, client: Clients) -> None:
    pattern = json.dumps({"body": {"n": [{"numeric": [">", 1]}]}})
    make(client, SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": pattern}]}})
    send(client, {"n": 1}, {"n": 2})
    account.settle()
    assert len(arrived()) == 1
    assert moto_seams.bodies(SOURCE) == []


def test_a_template_reads_what_is_json(account: Account, client: Clients) -> None:
    template = (
        '{"n": <$.body.n>, "text": "n is <$.body.n>", "gone": <$.body.gone>, '
        '"pipe": <aws.pipes.pipe-name>, "body": <$.body>}'
    )
    make(client, TargetParameters={"InputTemplate": template})
    send(client, {"n": 1})
    account.settle()
    expected = {"n": 1, "text": "n is 1", "gone": "", "pipe": "p", "body": {"n": 1}}
    assert arrived() == [expected]


def test_a_function_enriches(account: Account, client: Clients, functions: Any) -> None:
    def enrich(records: list[Any]) -> list[Any]:
        return [{"doubled": record["n"] * 2} for record in records]

    enrichment = {
        "Enrichment": functions.deploy("enrich", enrich),
        "EnrichmentParameters": {"InputTemplate": '{"n": <$.body.n>}'},
    }
    make(client, **enrichment)
    send(client, {"n": 1}, {"n": 2})
    account.settle()
    assert functions.events["enrich"] == [[{"n": 1}, {"n": 2}]]
    assert arrived() == [{"doubled": 2}, {"doubled": 4}]


def test_an_enrichment_may_leave_nothing(
    account: Account, client: Clients, functions: Any
) -> None:
    make(client, Enrichment=functions.deploy("enrich", lambda _records: []))
    send(client, {"n": 1})
    account.settle()
    assert arrived() == []
    assert moto_seams.bodies(SOURCE) == []


def test_a_function_gets_an_array(account: Account, client: Clients, functions: Any) -> None:
    make(
        client,
        Target=functions.deploy("f"),
        SourceParameters={"SqsQueueParameters": {"BatchSize": 2}},
    )
    send(client, {"n": 1}, {"n": 2}, {"n": 3})
    account.settle()
    assert [len(event) for event in functions.events["f"]] == [2, 1]


def test_what_failed_comes_back(account: Account, client: Clients, functions: Any) -> None:
    def handler(records: list[Any]) -> Any:
        ids = [
            record["messageId"]
            for record in records
            if json.loads(record["body"])["n"] == 2
            and record["attributes"]["ApproximateReceiveCount"] == "1"
        ]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in ids]}

    make(client, Target=functions.deploy("f", handler))
    send(client, {"n": 1}, {"n": 2})
    account.settle()
    assert [len(event) for event in functions.events["f"]] == [2, 1]
    assert moto_seams.bodies(SOURCE) == []


def test_a_window_gathers(account: Account, client: Clients, functions: Any) -> None:
    window = {"SqsQueueParameters": {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 5}}
    make(client, Target=functions.deploy("f"), SourceParameters=window)
    send(client, {"n": 1})
    account.let_pass(1)
    send(client, {"n": 2})
    account.settle()
    assert [len(event) for event in functions.events["f"]] == [2]


def test_a_bus_gets_events(account: Account, client: Clients) -> None:
    pattern = json.dumps({"source": ["shop"], "detail-type": ["n-1"]})
    client("events").put_rule(Name="r", EventPattern=pattern)
    target = {"Id": "1", "Arn": TARGET, "RoleArn": ROLE}
    client("events").put_targets(Rule="r", Targets=[target])
    bus = ARN.format("events", "event-bus/default")
    parameters = {
        "InputTemplate": '{"n": <$.body.n>}',
        "EventBridgeEventBusParameters": {"Source": "shop", "DetailType": "$.body.kind"},
    }
    make(client, Target=bus, TargetParameters=parameters)
    send(client, {"n": 1, "kind": "n-1"})
    account.settle()
    assert arrived()[0]["detail"] == {"n": 1}


def test_it_stops_and_starts(account: Account, client: Clients) -> None:
    pipes = client("pipes")
    make(client)
    assert pipes.stop_pipe(Name="p")["CurrentState"] == "STOPPING"
    assert pipes.describe_pipe(Name="p")["CurrentState"] == "STOPPED"
    send(client, {"n": 1})
    account.settle()
    assert arrived() == []
    assert pipes.start_pipe(Name="p")["CurrentState"] == "STARTING"
    account.settle()
    assert len(arrived()) == 1
    pipes.delete_pipe(Name="p")
    send(client, {"n": 2})
    account.settle()
    assert len(arrived()) == 1


def test_it_may_begin_stopped(account: Account, client: Clients) -> None:
    make(client, DesiredState="STOPPED")
    assert client("pipes").describe_pipe(Name="p")["CurrentState"] == "STOPPED"
    send(client, {"n": 1})
    account.settle()
    assert arrived() == []


def test_without_its_source_it_fails(account: Account, client: Clients) -> None:
    make(client, Source=ARN.format("sqs", "gone"))
    found = client("pipes").describe_pipe(Name="p")
    assert found["CurrentState"] == "CREATE_FAILED"
    assert "does not exist" in found["StateReason"]


def test_it_can_be_changed(account: Account, client: Clients) -> None:
    make(client)
    template = {"InputTemplate": '"n is <$.body.n>"'}
    client("pipes").update_pipe(Name="p", RoleArn=ROLE, TargetParameters=template)
    send(client, {"n": 1})
    account.settle()
    assert arrived() == ["n is 1"]
    (listed,) = client("pipes").list_pipes()["Pipes"]
    assert listed["CurrentState"] == "RUNNING"


def make_table(client: Clients) -> str:
    made = client("dynamodb").create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return str(made["TableDescription"]["LatestStreamArn"])


def test_a_stream_keeps_its_order(account: Account, client: Clients, functions: Any) -> None:
    failing = [True, False, False]

    def handler(_records: list[Any]) -> None:
        if failing.pop(0):
            raise ValueError("not yet")

    parameters = {"DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 2}}
    stream, function = make_table(client), functions.deploy("f", handler)
    make(client, Source=stream, Target=function, SourceParameters=parameters)
    for number in "123":
        client("dynamodb").put_item(TableName="t", Item={"id": {"S": number}})
    account.settle()
    seen = [
        [record["dynamodb"]["Keys"]["id"]["S"] for record in event]
        for event in functions.events["f"]
    ]
    assert seen == [["1", "2"], ["1", "2"], ["3"]]


def test_a_stream_gives_up(account: Account, client: Clients, functions: Any) -> None:
    def handler(_records: list[Any]) -> None:
        raise ValueError("never")

    limits = {"MaximumRetryAttempts": 1, "DeadLetterConfig": {"Arn": TARGET}}
    parameters = {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", **limits}}
    stream, function = make_table(client), functions.deploy("f", handler)
    make(client, Source=stream, Target=function, SourceParameters=parameters)
    client("dynamodb").put_item(TableName="t", Item={"id": {"S": "1"}})
    account.settle()
    assert len(functions.events["f"]) == 2
    assert arrived()[0]["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_stream_s_batch_is_halved(account: Account, client: Clients, functions: Any) -> None:
    def handler(records: list[Any]) -> None:
        if any(record["dynamodb"]["Keys"]["id"]["S"] == "3" for record in records):
            raise ValueError("never")

    limits = {"MaximumRetryAttempts": 0, "OnPartialBatchItemFailure": "AUTOMATIC_BISECT"}
    parameters = {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", **limits}}
    stream, function = make_table(client), functions.deploy("f", handler)
    for number in "1234":
        client("dynamodb").put_item(TableName="t", Item={"id": {"S": number}})
    make(client, Source=stream, Target=function, SourceParameters=parameters)
    account.settle()
    assert [len(event) for event in functions.events["f"]] == [4, 2, 2, 1, 1]


def test_old_records_are_given_up(account: Account, client: Clients, functions: Any) -> None:
    def handler(_records: list[Any]) -> None:
        raise ValueError("never")

    limits = {"MaximumRecordAgeInSeconds": 60}
    parameters = {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", **limits}}
    stream, function = make_table(client), functions.deploy("f", handler)
    make(client, Source=stream, Target=function, SourceParameters=parameters)
    client("dynamodb").put_item(TableName="t", Item={"id": {"S": "1"}})
    account.settle()
    assert len(functions.events["f"]) == 7  # after 0, 1, 3, 7, 15, 31 and 63 seconds


def test_executions_are_logged(account: Account, client: Clients) -> None:
    client("logs").create_log_group(logGroupName="pipes")
    group = ARN.format("logs", "log-group:pipes")
    destination = {"CloudwatchLogsLogDestination": {"LogGroupArn": group}, "Level": "INFO"}
    make(client, LogConfiguration=destination)
    send(client, {"n": 1})
    account.settle()
    events = client("logs").filter_log_events(logGroupName="pipes")["events"]
    assert [json.loads(event["message"])["messageType"] for event in events] == [
        "EXECUTION_STARTED",
        "TARGET_STAGE_ENTERED",
        "TARGET_STAGE_EXITED",
        "EXECUTION_SUCCEEDED",
    ]


def test_a_stream_of_kinesis_is_read(account: Account, client: Clients) -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=2)
    arn = kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamARN"]
    parameters = {"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}}
    template = {"InputTemplate": '{"n": <$.data.n>, "key": <$.partitionKey>}'}
    make(client, Source=arn, SourceParameters=parameters, TargetParameters=template)
    for key in "abcd":
        kinesis.put_record(StreamName="s", Data=b'{"n": 1}', PartitionKey=key)
    account.settle()
    assert sorted(body["key"] for body in arrived()) == ["a", "b", "c", "d"]
    assert {body["n"] for body in arrived()} == {1}


def test_what_is_none_is_refused(account: Account, client: Clients) -> None:
    make(client)
    with pytest.raises(ClientError, match="already exists"):
        make(client)
    with pytest.raises(ClientError, match="does not exist"):
        client("pipes").start_pipe(Name="q")
    bad = {"FilterCriteria": {"Filters": [{"Pattern": "[]"}]}}
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        make(client, Name="bad", SourceParameters=bad)


def test_an_express_machine_enriches_and_is_waited_for(account: Account, client: Clients) -> None:
    role = client("iam").create_role(RoleName="m", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    states = {"First": {"Type": "Pass", "InputPath": "$[0].body", "End": True}}
    machine = client("stepfunctions").create_state_machine(
        name="m",
        type="EXPRESS",
        definition=json.dumps({"StartAt": "First", "States": states}),
        roleArn=role,
    )["stateMachineArn"]
    make(client, Enrichment=machine)
    make(client, Name="second", Source=TARGET, Target=machine)
    send(client, {"n": 1})
    account.settle()
    started = [call for call in account.trace.calls if call.operation == "StartSyncExecution"]
    assert [call.made_by for call in started] == ["pipe p", "pipe second"]
    assert moto_seams.bodies(SOURCE) == moto_seams.bodies(TARGET) == []


@pytest.mark.parametrize(
    "given",
    [
        {"Source": ARN.format("kafka", "cluster/c/1")},
        {"Enrichment": ARN.format("events", "api-destination/hooks/1")},
        {"Target": ARN.format("redshift", "cluster:c")},
        {"LogConfiguration": {"Level": "INFO", "S3LogDestination": LOGS_IN_S3}},
    ],
)
def test_what_is_not_simulated_says_so(
    account: Account, client: Clients, given: dict[str, Any]
) -> None:
    with pytest.raises(MissingError):
        make(client, **given)
