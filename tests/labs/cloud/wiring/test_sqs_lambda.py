"""Event source mappings of SQS, as AWS documents them, with real handlers in the sandbox."""

from pathlib import Path
from typing import Any

import pytest

import labs
from labs import Verdict
from labs.cloud.wiring.sqs_lambda import failed_ids
from tests.labs.conftest import write_lab

BATCH = {"a", "b"}


@pytest.mark.parametrize(
    "response", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"other": 1}]
)
def test_an_empty_response_is_a_success(response: object) -> None:
    assert failed_ids(response, BATCH) == set()


def test_named_messages_failed() -> None:
    assert failed_ids({"batchItemFailures": [{"itemIdentifier": "a"}]}, BATCH) == {"a"}


@pytest.mark.parametrize(
    "response",
    [
        "text",
        [],
        {"batchItemFailures": "a"},
        {"batchItemFailures": ["a"]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemidentifier": "a"}]},
        {"batchItemFailures": [{"itemIdentifier": "c"}]},
        {"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}]},
    ],
)
def test_what_cannot_be_understood_fails_the_whole_batch(response: object) -> None:
    assert failed_ids(response, BATCH) == BATCH


SETUP = """
from labs.checks import Cloud, check, expect, setup

@setup
def deploy(cloud: Cloud) -> None:
    cloud.create_queue("dlq")
    cloud.create_queue("jobs", visibility_seconds=30, dead_letter="dlq", max_receive_count=3)
    cloud.deploy_function("worker", handler="handler.handler")
"""


def grade(tmp_path: Path, check: str, handler: str) -> labs.GradeReport:
    checks = SETUP + "\n@check('It holds')\ndef it_holds(cloud: Cloud) -> None:\n" + check
    folder = write_lab(tmp_path / "content" / "test" / "labs" / "job", checks=checks)
    spec = labs.load_lab(folder, slug="test/job")
    return labs.grade(spec, {"handler.py": handler}, seed=1)


def passes(report: labs.GradeReport) -> Any:
    return report.verdict is Verdict.PASSED or pytest.fail(str(report))


FAILS_ON_2 = (
    "def handler(event, context):\n"
    "    return {'batchItemFailures': [{'itemIdentifier': record['messageId']}\n"
    "            for record in event['Records'] if record['body'] == '2']}\n"
)
RAISES = "def handler(event, context):\n    raise ValueError('no')\n"
ACCEPTS = "def handler(event, context):\n    print(event)\n    return 'fine'\n"


def test_it_delivers_batches_of_the_given_size(tmp_path: Path) -> None:
    check = """
    cloud.map_queue("jobs", "worker", batch_size=10)
    cloud.queue("jobs").send(*(str(number) for number in range(25)))
    cloud.settle()
    sizes = [len(run.event["Records"]) for run in cloud.function("worker").invocations]
    expect(sizes == [10, 10, 5], str(sizes))
    cloud.queue("jobs").expect_empty(because="all was fine")
"""
    passes(grade(tmp_path, check, ACCEPTS))


def test_only_the_reported_message_comes_back_until_it_is_put_aside(tmp_path: Path) -> None:
    check = """
    cloud.map_queue("jobs", "worker", report_batch_item_failures=True)
    cloud.queue("jobs").send("1", "2", "3")
    cloud.settle()
    runs = cloud.function("worker").invocations
    seen = [[(record["body"], record["attributes"]["ApproximateReceiveCount"])
             for record in run.event["Records"]] for run in runs]
    expect(seen == [[("1", "1"), ("2", "1"), ("3", "1")], [("2", "2")], [("2", "3")]], str(seen))
    expect(cloud.queue("dlq").messages() == ["2"], "the dead-letter queue")
    cloud.queue("jobs").expect_empty(because="two were fine, one was put aside")
"""
    passes(grade(tmp_path, check, FAILS_ON_2))


def test_a_response_is_ignored_unless_the_mapping_asks_for_it(tmp_path: Path) -> None:
    check = """
    cloud.map_queue("jobs", "worker")
    cloud.queue("jobs").send("1", "2")
    cloud.settle()
    expect(len(cloud.function("worker").invocations) == 1, "more than one delivery")
    cloud.queue("jobs").expect_empty(because="the function returned")
    cloud.queue("dlq").expect_empty(because="the function returned")
"""
    passes(grade(tmp_path, check, FAILS_ON_2))


def test_an_error_brings_the_whole_batch_back(tmp_path: Path) -> None:
    check = """
    cloud.map_queue("jobs", "worker", report_batch_item_failures=True)
    cloud.queue("jobs").send("1", "2")
    cloud.settle()
    runs = cloud.function("worker").invocations
    expect([len(run.event["Records"]) for run in runs] == [2, 2, 2], "deliveries")
    expect(runs[0].error["errorType"] == "ValueError", str(runs[0].error))
    expect("handler.py" in runs[0].error["stackTrace"][0], str(runs[0].error))
    cloud.queue("dlq").expect_messages(2, because="both failed three times")
"""
    passes(grade(tmp_path, check, RAISES))


def test_the_backlog_is_delivered_when_the_mapping_is_made(tmp_path: Path) -> None:
    check = """
    cloud.queue("jobs").send("early")
    cloud.map_queue("jobs", "worker")
    cloud.settle()
    expect(len(cloud.function("worker").invocations) == 1, "it was not delivered")
"""
    passes(grade(tmp_path, check, ACCEPTS))


@pytest.mark.parametrize(
    "change",
    [
        "client.update_event_source_mapping(UUID=uuid, Enabled=False)",
        "client.delete_event_source_mapping(UUID=uuid)",
    ],
)
def test_a_disabled_or_deleted_mapping_delivers_nothing(tmp_path: Path, change: str) -> None:
    check = f"""
    cloud.map_queue("jobs", "worker")
    client = cloud.client("lambda")
    uuid = client.list_event_source_mappings()["EventSourceMappings"][0]["UUID"]
    {change}
    cloud.queue("jobs").send("1")
    cloud.settle()
    expect(not cloud.function("worker").invocations, "it was delivered")
    cloud.queue("jobs").expect_messages(1, because="nobody fetched it")
"""
    passes(grade(tmp_path, check, ACCEPTS))


def test_a_record_has_the_form_that_aws_documents(tmp_path: Path) -> None:
    check = """
    cloud.map_queue("jobs", "worker")
    cloud.client("sqs").send_message(
        QueueUrl=cloud.queue("jobs").url, MessageBody="text",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "order"}})
    cloud.settle()
    [record] = cloud.function("worker").invocations[0].event["Records"]
    attributes = record.pop("attributes")
    expect(set(attributes) == {"ApproximateReceiveCount", "SentTimestamp", "SenderId",
                               "ApproximateFirstReceiveTimestamp"}, str(attributes))
    expect(len(record.pop("md5OfMessageAttributes", "")) == 32, "md5OfMessageAttributes")
    expect(bool(record.pop("messageId")) and bool(record.pop("receiptHandle")), "ids")
    expect(record == {
        "body": "text",
        "messageAttributes": {"kind": {"stringValue": "order", "stringListValues": [],
                                       "binaryListValues": [], "dataType": "String"}},
        "md5OfBody": "1cb251ec0d568de6a929b520c4aed8d1",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:jobs",
        "awsRegion": "us-east-1"}, str(record))
"""
    passes(grade(tmp_path, check, ACCEPTS))


def test_a_storm_without_a_dead_letter_queue_ends_with_a_sentence(tmp_path: Path) -> None:
    check = """
    cloud.create_queue("endless")
    cloud.map_queue("endless", "worker")
    cloud.queue("endless").send("1")
    cloud.settle()
"""
    report = grade(tmp_path, check, RAISES)

    assert report.verdict is Verdict.FAILED
    assert "needs a dead-letter queue" in report.checks[0].feedback
