"""Which notification configurations S3 refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud import moto_seams
from tests.labs.cloud.conftest import Functions

type Client = Callable[[str], Any]
UNABLE = "Unable to validate the following destination configurations"


@pytest.fixture
def s3(client: Client) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    return s3


def refusal(s3: Any, configuration: dict[str, Any], **options: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_notification_configuration(
            Bucket="photos", NotificationConfiguration=configuration, **options
        )
    error: dict[str, Any] = caught.value.response["Error"]
    assert s3.get_bucket_notification_configuration(Bucket="photos").keys() == {"ResponseMetadata"}
    return error


def queues(*wanted: tuple[list[str], str, str]) -> dict[str, Any]:
    """Configurations of one queue, by events, prefix and suffix."""
    return {
        "QueueConfigurations": [
            {
                "QueueArn": moto_seams.queue_arn("jobs"),
                "Events": events,
                "Filter": {
                    "Key": {
                        "FilterRules": [
                            {"Name": name, "Value": value}
                            for name, value in (("prefix", prefix), ("suffix", suffix))
                            if value
                        ]
                    }
                },
            }
            for events, prefix, suffix in wanted
        ]
    }


def test_a_function_without_permission_is_refused(s3: Any, functions: Functions) -> None:
    arn = functions.deploy("worker")
    wanted = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}

    error = refusal(s3, {"LambdaFunctionConfigurations": [wanted]})

    assert (error["Code"], error["Message"]) == ("InvalidArgument", UNABLE)
    assert error["ArgumentValue"] == f"Not authorized to invoke function [{arn}]"


def test_a_queue_that_is_not_there_is_refused(s3: Any) -> None:
    error = refusal(s3, queues((["s3:ObjectCreated:*"], "a", "")))

    assert (error["Message"], error["ArgumentValue"]) == (
        UNABLE,
        "The destination queue does not exist",
    )


def test_a_queue_without_permission_is_refused_unless_nobody_looks(
    client: Client, s3: Any
) -> None:
    client("sqs").create_queue(QueueName="jobs")
    wanted = queues((["s3:ObjectCreated:*"], "a", ""))

    assert refusal(s3, wanted)["Message"] == UNABLE
    s3.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration=wanted, SkipDestinationValidation=True
    )


CREATED, PUT = ["s3:ObjectCreated:*"], ["s3:ObjectCreated:Put"]


@pytest.mark.parametrize(
    ("one", "other", "is_refused"),
    [
        ((CREATED, "", ""), (PUT, "", ""), True),
        ((CREATED, "a/", ""), (PUT, "a/b/", ""), True),
        ((CREATED, "a/", ""), (PUT, "", ".jpg"), True),
        ((CREATED, "a/", ""), (PUT, "b/", ""), False),
        ((CREATED, "a/", ".jpg"), (PUT, "a/", ".png"), False),
        ((["s3:ObjectRemoved:*"], "", ""), (PUT, "", ""), False),
        ((["s3:ObjectCreated:Post"], "", ""), (PUT, "", ""), False),
    ],
)
def test_overlapping_rules_are_refused(s3: Any, one: Any, other: Any, is_refused: bool) -> None:
    message = refusal(s3, queues(one, other))["Message"]

    assert message.startswith("Configuration is ambiguously defined") is is_refused


def test_an_unknown_event_is_refused(s3: Any) -> None:
    error = refusal(s3, queues((["s3:ObjectRead:*"], "", "")))

    assert error["Message"] == "The event is not supported for notifications"


def test_another_region_is_refused(client: Client, s3: Any) -> None:
    wanted = queues((CREATED, "a", ""))
    wanted["QueueConfigurations"][0]["QueueArn"] = "arn:aws:sqs:eu-west-1:123456789012:jobs"

    assert "region is not valid" in refusal(s3, wanted)["Message"]
