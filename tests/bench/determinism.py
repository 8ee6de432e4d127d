"""Grades one submission again and again, and compares the reports.

    uv run python -m tests.bench.determinism --runs 100 --seed 5

The submission asks for all that could differ from run to run, and stores and prints it. What is
printed here is one line: how many different reports there were, and the digest of the first.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import labs
from tests.labs.conftest import write_lab

HANDLER = '''
import datetime as dt
import json
import os
import random
import secrets
import time
import urllib.request
import uuid

import boto3

dynamodb = boto3.resource("dynamodb").Table("log")
s3 = boto3.client("s3")
sns = boto3.client("sns")
STARTED = time.time()


def handler(event, context):
    for record in event["Records"]:
        note(record["messageId"], record)
        s3.put_object(Bucket="archive", Key=str(uuid.uuid4()), Body=record["body"])
        time.sleep(0.01)
    sns.publish(TopicArn=os.environ["TOPIC"], Message=json.dumps(chance()))
    print(chance(), context.aws_request_id, context.get_remaining_time_in_millis())
    return {"batchItemFailures": []}


def note(key, value):
    dynamodb.put_item(Item={"id": key, "value": json.dumps(value), "chance": json.dumps(chance())})


def chance():
    return [
        str(uuid.uuid4()),
        str(uuid.uuid1()),
        secrets.token_hex(8),
        random.random(),
        random.Random().random(),
        os.urandom(4).hex(),
        time.time(),
        STARTED,
        dt.datetime.now(dt.UTC).isoformat(),
        str({str(uuid.uuid4())[:2] for _ in range(5)}),
    ]


def echo(event, context):
    return {"chance": chance(), "id": context.aws_request_id, "event": event}


def asked(machines, execution):
    while machines.describe_execution(executionArn=execution)["status"] == "RUNNING":
        time.sleep(1)
    return machines.get_execution_history(executionArn=execution, maxResults=1000)["events"]


def api_address():
    return boto3.client("apigatewayv2").get_apis()["Items"][0]["ApiEndpoint"]


def reached(url):
    with urllib.request.urlopen(f"{url}/somewhere?a=1") as answer:
        return [answer.status, sorted(answer.headers.items()), answer.read().decode()]


def script():
    """What a program outside of Lambda does, with the services that give out ids."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="mail")["QueueUrl"]
    received = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, AttributeNames=["All"])
    stored = s3.put_object(Bucket="archive", Key="versioned", Body=b"1")
    upload = s3.create_multipart_upload(Bucket="archive", Key="large")
    machines = boto3.client("stepfunctions")
    arn = machines.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    execution = machines.start_execution(stateMachineArn=arn, input="{}")
    events = boto3.client("events").put_events(
        Entries=[{"Source": "lab", "DetailType": "t", "Detail": "{}"}]
    )
    machine = [asked(machines, execution["executionArn"])]
    machine += [reached(api_address())]
    groups = boto3.client("logs").describe_log_groups()["logGroups"]
    streams = [
        boto3.client("logs").describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]
        for group in groups
    ]
    token = boto3.client("sts").assume_role(
        RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="session"
    )
    function = boto3.client("lambda").get_function(FunctionName="worker")
    answers = [received, stored, upload, execution, events, streams, token, function, machine]
    for number, answer in enumerate(answers):
        note(f"answer-{number}", json.loads(json.dumps(answer, default=str)))
        print(json.dumps(answer, default=str))
    return chance()
'''

CHECKS = """
import json

from labs.checks import Cloud, check, expect, setup

ECHO = "arn:aws:lambda:us-east-1:123456789012:function:echo"
TASK = {
    "Type": "Task",
    "Resource": ECHO,
    "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL", "IntervalSeconds": 9}],
    "End": True,
}
MACHINE = {
    "QueryLanguage": "JSONata",
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Chance"},
        "Chance": {
            "Type": "Pass",
            "Output": "{% [$uuid(), $string($random()), $now()] %}",
            "Next": "Map",
        },
        "Map": {
            "Type": "Map",
            "MaxConcurrency": 2,
            "ItemProcessor": {"StartAt": "Task", "States": {"Task": TASK}},
            "Next": "Tell",
        },
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::events:putEvents",
            "Arguments": {"Entries": [{"Source": "lab", "DetailType": "done", "Detail": {}}]},
            "End": True,
        },
    },
}


@setup
def deploy(cloud: Cloud) -> None:
    cloud.create_table("log", key="id")
    cloud.create_queue("jobs", visibility_seconds=5)
    cloud.create_queue("mail")
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="archive")
    s3.put_bucket_versioning(
        Bucket="archive", VersioningConfiguration={"Status": "Enabled"}
    )
    topic = cloud.client("sns").create_topic(Name="news")["TopicArn"]
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Statement": [allowed]})
    mail = cloud.queue("mail")
    cloud.client("sqs").set_queue_attributes(QueueUrl=mail.url, Attributes={"Policy": policy})
    cloud.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=mail.arn
    )
    role = cloud.client("iam").create_role(RoleName="machine", AssumeRolePolicyDocument="{}")
    cloud.client("stepfunctions").create_state_machine(
        name="machine", definition=json.dumps(MACHINE), roleArn=role["Role"]["Arn"]
    )
    cloud.deploy_function("echo", handler="handler.echo")
    functions = cloud.client("lambda")
    for service in ("events", "apigateway"):
        functions.add_permission(
            FunctionName="echo", StatementId=service, Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
        )
    rules = cloud.client("events")
    rules.put_rule(Name="all", EventPattern=json.dumps({"source": ["lab"]}))
    rules.put_targets(Rule="all", Targets=[{"Id": "echo", "Arn": ECHO}])
    cloud.client("apigatewayv2").create_api(Name="api", ProtocolType="HTTP", Target=ECHO)
    cloud.deploy_function("worker", handler="handler.handler", environment={"TOPIC": topic})
    cloud.map_queue("jobs", "worker", batch_size=3, report_batch_item_failures=True)


@check("Everything is stored", visible=True)
def everything_is_stored(cloud: Cloud) -> None:
    cloud.faults.throttle("dynamodb", "PutItem", probability=0.3, times=3)
    cloud.faults.lose_response("s3", "PutObject", probability=0.3)
    cloud.faults.deliver_twice("jobs")
    cloud.queue("jobs").send(*(f"job {cloud.random.random()}" for _ in range(7)))
    cloud.settle()
    cloud.call("handler.script")
    items = sorted(cloud.table("log").items(), key=lambda item: item["id"])
    logs = [invocation.log for invocation in cloud.function("worker").invocations]
    # So that the report shows all of it.
    expect(False, json.dumps([items, logs], default=str))
"""


def report(spec: labs.LabSpec, seed: int) -> str:
    """The whole report but for the time that it took."""
    found = labs.grade(spec, {"handler.py": HANDLER}, seed=seed)
    assert found.verdict is labs.Verdict.FAILED, found
    return json.dumps({**found.to_json(), "duration_ms": 0})


def main() -> None:
    parser = argparse.ArgumentParser(description="Grade one submission many times.")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lab = write_lab(Path(folder) / "content" / "test" / "labs" / "job", checks=CHECKS)
        spec = labs.load_lab(lab, slug="test/job")
        reports = [report(spec, options.seed) for _ in range(options.runs)]
    digest = hashlib.sha256(reports[0].encode()).hexdigest()
    print(f"{len(set(reports))} different of {len(reports)}: {digest}")


if __name__ == "__main__":
    main()
