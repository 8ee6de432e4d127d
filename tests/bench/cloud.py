"""How fast the simulated cloud moves: events through several services, state machines.

    uv run python -m tests.bench.cloud [--count N]

Each journey is made warm, in the sandbox, with the learner's functions behind all walls; beside
it stands the same number of plain invocations of one function, measured in the same run.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
from pathlib import Path

import labs
from tests.bench.grading import p95
from tests.labs.conftest import write_lab

HANDLER = """
import json
import os

import boto3

dynamodb = boto3.client("dynamodb")


def store(event, context):
    for record in event["Records"]:
        key = record["s3"]["object"]["key"]
        dynamodb.put_item(TableName="objects", Item={"id": {"S": key}})


def count(event, context):
    return len(event["Records"])


def task(event, context):
    return event
"""
CHECKS = """
import json
import time

from labs.checks import check, expect

COUNT = {count}
ROLE = "arn:aws:iam::123456789012:role/machine"


def measured(journey):
    for _ in range(2):
        journey()
    found = []
    for _ in range(COUNT):
        started = time.perf_counter()
        journey()
        found.append((time.perf_counter() - started) * 1000)
    return found


def function(cloud, name):
    cloud.deploy_function(name, handler=f"handler.{{name}}")
    return f"arn:aws:lambda:us-east-1:123456789012:function:{{name}}"


@check("plain invocations, three")
def invocations(cloud):
    arn = function(cloud, "task")
    client = cloud.client("lambda")

    def journey():
        for _ in range(3):
            client.invoke(FunctionName=arn, Payload=b"1")

    expect(False, json.dumps(measured(journey)))


@check("S3 -> Lambda -> DynamoDB -> stream -> Lambda")
def chain(cloud):
    s3, dynamodb, functions = (cloud.client(name) for name in ("s3", "dynamodb", "lambda"))
    stored, counted = function(cloud, "store"), function(cloud, "count")
    s3.create_bucket(Bucket="uploads")
    table = dynamodb.create_table(
        TableName="objects",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{{"AttributeName": "id", "AttributeType": "S"}}],
        KeySchema=[{{"AttributeName": "id", "KeyType": "HASH"}}],
        StreamSpecification={{"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
    )["TableDescription"]
    functions.add_permission(
        FunctionName="store", StatementId="s3", Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::uploads",
    )
    s3.put_bucket_notification_configuration(
        Bucket="uploads",
        NotificationConfiguration={{
            "LambdaFunctionConfigurations": [
                {{"LambdaFunctionArn": stored, "Events": ["s3:ObjectCreated:*"]}}
            ]
        }},
    )
    functions.create_event_source_mapping(
        EventSourceArn=table["LatestStreamArn"], FunctionName=counted, StartingPosition="LATEST"
    )
    keys = iter(range(10_000))

    def journey():
        s3.put_object(Bucket="uploads", Key=str(next(keys)), Body=b"1")
        cloud.settle()

    times = measured(journey)
    assert len(cloud.function("count").invocations) == COUNT + 2
    expect(False, json.dumps(times))


def machine(cloud, definition):
    client = cloud.client("stepfunctions")
    arn = client.create_state_machine(
        name="m", definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]

    def journey():
        execution = client.start_execution(stateMachineArn=arn, input="{{}}")["executionArn"]
        cloud.settle()
        status = client.describe_execution(executionArn=execution)["status"]
        assert status == "SUCCEEDED", client.get_execution_history(executionArn=execution)

    return journey


@check("a Map of 20 items, a Lambda task each")
def map_of_twenty(cloud):
    arn = function(cloud, "task")
    task = {{"Type": "Task", "Resource": arn, "End": True}}
    state = {{
        "Type": "Map",
        "ItemProcessor": {{"StartAt": "Task", "States": {{"Task": task}}}},
        "End": True,
    }}
    items = {{"Type": "Pass", "Result": list(range(20)), "Next": "Map"}}
    definition = {{"StartAt": "Items", "States": {{"Items": items, "Map": state}}}}
    expect(False, json.dumps(measured(machine(cloud, definition))))


@check("a saga of five tasks")
def saga(cloud):
    arn = function(cloud, "task")
    names = [f"T{{number}}" for number in range(5)]
    states = {{
        name: {{
            "Type": "Task",
            "Resource": arn,
            "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "Undo"}}],
            **({{"Next": following}} if following else {{"End": True}}),
        }}
        for name, following in zip(names, [*names[1:], ""])
    }}
    states["Undo"] = {{"Type": "Fail", "Error": "Undone"}}
    definition = {{"StartAt": "T0", "States": states}}
    expect(False, json.dumps(measured(machine(cloud, definition))))
"""


def main() -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(prog="tests.bench.cloud", description=__doc__)
    parser.add_argument("--count", type=int, default=20, metavar="N", help="default: 20")
    count = parser.parse_args().count
    print(f"{count} journeys of each kind, warm; {platform.platform()}")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory() as folder:
        spec = labs.load_lab(
            write_lab(
                Path(folder) / "content" / "bench" / "labs" / "cloud",
                checks=CHECKS.format(count=count),
                wall_seconds=60,
            ),
            slug="bench/cloud",
        )
        report = labs.grade(spec, {"handler.py": HANDLER}, seed=1)
    print(f"{'':48}{'median':>10}{'p95':>10}")
    for check in report.checks:
        if not check.feedback.startswith("["):
            raise SystemExit(f"{check.title}: {check.verdict} {check.feedback} {report.message}")
        times = json.loads(check.feedback)
        print(f"{check.title:48}{statistics.median(times):>7.1f} ms{p95(times):>7.1f} ms")


if __name__ == "__main__":
    main()
