"""Filter criteria of event source mappings, as AWS kept or dropped what was sent."""

import itertools
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud import moto_seams
from labs.cloud.account import Account
from labs.cloud.simulation import set_current
from tests.conformance import FOLDER, Outcome, exceptions, read, surprises
from tests.labs.cloud.conftest import FakeGuest, Functions

CATEGORY = "event source filters"
TABLE: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
_numbers = itertools.count()


def run() -> list[Outcome]:
    functions = Functions()
    account = Account(lambda _serve, _memory: FakeGuest(functions), seed=7)  # type: ignore[arg-type, return-value]
    try:
        return [
            Outcome(CATEGORY, case["name"], _difference(case, account, functions))
            for case in read("event_source_filters.json")
        ]
    finally:
        account.close()
        set_current(None)


def _difference(case: dict[str, Any], account: Account, functions: Functions) -> str:
    name = f"case-{next(_numbers)}"
    arn = functions.deploy(name)
    try:
        _map(case, name, arn)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        expected = case.get("expected", "a mapping")
        return "" if found == expected else f"{expected}, not {found}"
    if case["source"] == "sqs":
        if "message_body" not in case:
            return f"{case['expected']}, not a mapping"
        url = _client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        _client("sqs").send_message(QueueUrl=url, MessageBody=case["message_body"])
        account.settle()
        found = "invoked" if functions.events[name] else "dropped"
        return "" if found == case["expected"] else f"{case['expected']}, not {found}"
    for item in case.get("put_items", []):
        _client("dynamodb").put_item(TableName=name, Item=item)
        account.settle()
    if "expected_invocations_at_least" not in case:
        return f"{case['expected']}, not a mapping"
    count, least = len(functions.events[name]), case["expected_invocations_at_least"]
    return "" if count >= least else f"{least} invocations, not {count}"


def _map(case: dict[str, Any], name: str, function: str) -> None:
    parameters: dict[str, Any] = {
        "FunctionName": function,
        "FilterCriteria": {"Filters": [{"Pattern": case["filter_pattern"]}]},
    }
    if case["source"] == "sqs":
        _client("sqs").create_queue(QueueName=name)
        parameters["EventSourceArn"] = moto_seams.queue_arn(name)
    else:
        table = _client("dynamodb").create_table(TableName=name, **TABLE)["TableDescription"]
        parameters |= {"EventSourceArn": table["LatestStreamArn"], "StartingPosition": "LATEST"}
    _client("lambda").create_event_source_mapping(**parameters)


def _client(service: str) -> Any:
    return boto3.client(service, region_name=moto_seams.REGION)


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="CONFORMANCE_DIR is not set")
@pytest.mark.usefixtures("moto")
def test_filters_are_as_aws_has_them() -> None:
    assert surprises(run(), exceptions("event_source_filters")) == []
