"""Which resources a call names."""

from typing import Any

import pytest

from labs.cloud.touched import MAX_RESOURCES, resources_of

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:worker:live"


@pytest.mark.parametrize(
    ("service", "operation", "values", "named"),
    [
        ("sqs", "SendMessage", {"QueueUrl": "https://sqs/123456789012/jobs"}, ["queue jobs"]),
        ("sqs", "CreateQueue", {"QueueName": "jobs"}, ["queue jobs"]),
        ("sns", "Publish", {"TopicArn": "arn:aws:sns:r:1:orders"}, ["topic orders"]),
        ("lambda", "Invoke", {"FunctionName": FUNCTION}, ["function worker"]),
        ("lambda", "Invoke", {"FunctionName": "worker:live"}, ["function worker"]),
        ("dynamodb", "GetItem", {"TableName": "arn:aws:dynamodb:r:1:table/t"}, ["table t"]),
        ("dynamodb", "BatchGetItem", {"RequestItems": {"a": 1, "b": 2}}, ["table a", "table b"]),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "a"}}, {"Update": {"TableName": "a"}}, 5]},
            ["table a"],
        ),
        ("s3", "GetObject", {"Bucket": "shelf", "Key": "k"}, ["bucket shelf"]),
        ("events", "PutEvents", {"Entries": [{}]}, ["bus default"]),
        ("events", "PutEvents", {"Entries": [{"EventBusName": "own"}]}, ["bus own"]),
        ("events", "CreateEventBus", {"Name": "own"}, ["bus own"]),
        ("events", "PutTargets", {"Rule": "new", "EventBusName": "own"}, ["rule new"]),
        (
            "stepfunctions",
            "DescribeExecution",
            {"executionArn": "arn:aws:states:r:1:execution:machine:one"},
            ["state machine machine"],
        ),
        ("sqs", "ListQueues", {}, []),
        ("sqs", "SendMessage", {"QueueUrl": 5}, []),
        ("unknown", "Call", {"Name": "x"}, []),
    ],
)
def test_it_names_them_as_the_trace_names_who_calls(
    service: str, operation: str, values: dict[str, Any], named: list[str]
) -> None:
    assert list(resources_of(service, operation, values)) == named


def test_it_names_so_many_and_no_more() -> None:
    tables: dict[str, list[Any]] = {str(number): [] for number in range(MAX_RESOURCES + 1)}

    assert len(resources_of("dynamodb", "BatchGetItem", {"RequestItems": tables})) == MAX_RESOURCES
