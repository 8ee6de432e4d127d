"""The work that is measured: ten AWS calls of a learner's code and five checks, in every form."""

from pathlib import Path

import labs

# Ten calls with three clients.
SOLUTION = """
import json

import boto3

s3 = boto3.client("s3")
dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")


def build():
    s3.create_bucket(Bucket="reports")
    dynamodb.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    for number in range(3):
        item = {"id": {"S": f"o-{number}"}, "amount": {"N": str(number * 100)}}
        dynamodb.put_item(TableName="orders", Item=item)
    for number in range(2):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"order": number}))
    s3.put_object(Bucket="reports", Key="daily.json", Body=b'{"orders": 3}')
    found = dynamodb.get_item(TableName="orders", Key={"id": {"S": "o-2"}})
    return found["Item"]["amount"]["N"]
"""

CHECKS = """
from labs.checks import Cloud, check, expect, setup

results = {}


@setup(once=True)
def build(cloud: Cloud) -> None:
    results["amount"] = cloud.call("handler.build")


@check("The amount is returned", visible=True)
def amount(cloud: Cloud) -> None:
    expect(results["amount"] == "200", "The amount of o-2 is 200.")


@check("Three orders are stored")
def orders(cloud: Cloud) -> None:
    expect(len(cloud.table("orders").items()) == 3, "There are three orders.")


@check("Two jobs wait")
def jobs(cloud: Cloud) -> None:
    cloud.queue("jobs").expect_messages(2, because="two jobs were sent")


@check("The report is there")
def report(cloud: Cloud) -> None:
    body = cloud.client("s3").get_object(Bucket="reports", Key="daily.json")["Body"].read()
    expect(body == b'{"orders": 3}', "The report counts three orders.")


@check("There is one bucket")
def buckets(cloud: Cloud) -> None:
    expect(len(cloud.client("s3").list_buckets()["Buckets"]) == 1, "One bucket is enough.")
"""

# The same work as a test file with moto's decorator, as one would grade it without an engine.
PYTEST = """
import json

import boto3
import pytest
from moto import mock_aws


@pytest.fixture(scope="module", autouse=True)
def amount():
    with mock_aws():
        import handler

        yield handler.build()


def test_amount(amount):
    assert amount == "200"


def test_orders():
    assert len(boto3.client("dynamodb").scan(TableName="orders")["Items"]) == 3


def test_jobs():
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["ApproximateNumberOfMessages"] == "2"


def test_report():
    body = boto3.client("s3").get_object(Bucket="reports", Key="daily.json")["Body"].read()
    assert body == b'{"orders": 3}'


def test_buckets():
    assert len(boto3.client("s3").list_buckets()["Buckets"]) == 1
"""

LAB_TOML = """
title = "The measured lab"
summary = "Ten calls, five checks."
level = "L1"
minutes = 5
files = ["handler.py"]
real = "The code runs."
simulated = "The account."
"""
MISTAKE = """
[[mistakes]]
name = "wrong-{number}"
caught_by = "amount"
misconception = "None."
"""


# A function behind a queue. The check times it and tells the figures as its feedback.
FUNCTION = "def handler(event, context):\n    return None\n"
FUNCTION_CHECKS = """
import json
import time

from labs.checks import Cloud, check, expect, setup


@setup
def deploy(cloud: Cloud) -> None:
    cloud.create_queue("jobs")
    cloud.deploy_function("worker", handler="handler.handler")
    cloud.map_queue("jobs", "worker")


@check("Times itself")
def invocations(cloud: Cloud) -> None:
    took = []
    for number in range(41):
        cloud.queue("jobs").send(str(number))
        started = time.perf_counter()
        cloud.settle()
        took.append((time.perf_counter() - started) * 1000)
    expect(len(cloud.function("worker").invocations) < 0, json.dumps(took))
"""


def write_lab(folder: Path, *, checks: str = CHECKS, solution: str = SOLUTION) -> labs.LabSpec:
    """A lab with the measured work, as a folder of content."""
    wrong = "def build():\n    return None\n"
    files = {
        "lab.toml": LAB_TOML + "".join(MISTAKE.format(number=number) for number in range(4)),
        "brief.md": "Build it.",
        "checks.py": checks,
        "starter/handler.py": wrong,
        "solutions/one/handler.py": solution,
        "solutions/two/handler.py": solution,
        **{f"mistakes/wrong-{number}/handler.py": wrong for number in range(4)},
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return labs.load_lab(folder, slug=f"bench/{folder.name}")
