"""The author's view of an account."""

import moto.s3.models
import pytest
from botocore.exceptions import ClientError

from labs.checks import CheckFailedError, Cloud, expect
from labs.cloud.account import Account
from labs.cloud.guest import Guest, Serve, StoppedError

FILES = {"handler.py": "def handler(event, context): ..."}


def no_guest(_serve: Serve, _memory_mb: int) -> Guest:
    raise StoppedError("no process here")


@pytest.fixture
def cloud(moto: None) -> Cloud:
    return Cloud(Account(no_guest, seed=1), FILES, seed="1:check")


def test_it_sends_texts_and_mappings_in_order(cloud: Cloud) -> None:
    queue = cloud.create_queue("jobs")

    ids = queue.send("text", {"a": 1}, *(str(number) for number in range(20)))

    assert queue.messages()[:2] == ["text", '{"a": 1}']
    assert len(set(ids)) == len(queue.messages()) == 22


def test_reading_a_queue_changes_nothing(cloud: Cloud) -> None:
    queue = cloud.create_queue("jobs")
    queue.send("1")

    assert queue.messages() == queue.messages() == ["1"]
    received = cloud.client("sqs").receive_message(QueueUrl=queue.url, AttributeNames=["All"])
    assert received["Messages"][0]["Attributes"]["ApproximateReceiveCount"] == "1"


def test_its_expectations_say_what_they_found(cloud: Cloud) -> None:
    queue = cloud.create_queue("jobs")
    queue.send("1")

    queue.expect_messages(1, because="one was sent")
    with pytest.raises(CheckFailedError, match="holds 1 messages and not 2: two were sent"):
        queue.expect_messages(2, because="two were sent")
    with pytest.raises(CheckFailedError, match=r"still holds 1 message.*, though all was done"):
        queue.expect_empty(because="all was done")
    with pytest.raises(CheckFailedError, match="No"):
        expect(False, "No.")


def test_it_reads_items_as_python_values(cloud: Cloud) -> None:
    table = cloud.create_table("orders", key="id")
    cloud.client("dynamodb").put_item(
        TableName="orders", Item={"id": {"S": "a"}, "count": {"N": "3"}, "tags": {"L": []}}
    )

    assert table.items() == [{"id": "a", "count": 3, "tags": []}]


def test_a_deployed_function_has_its_settings(cloud: Cloud) -> None:
    cloud.deploy_function(
        "worker", handler="handler.handler", environment={"COLOUR": "red"}, timeout_seconds=7
    )

    found = cloud.client("lambda").get_function_configuration(FunctionName="worker")
    assert (found["Timeout"], found["Environment"]["Variables"]) == (7, {"COLOUR": "red"})


def test_its_own_calls_are_not_in_the_trace(cloud: Cloud) -> None:
    cloud.create_queue("jobs")

    assert cloud.calls("sqs") == ()


def test_the_same_seed_gives_the_same_hidden_inputs(moto: None) -> None:
    def number(seed: str) -> int:
        return Cloud(Account(no_guest, seed=1), FILES, seed=seed).random.randrange(10**9)

    assert number("1:a") == number("1:a")
    assert number("1:a") != number("1:b")


def test_a_request_from_outside_has_no_credentials(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="a.png", Body=b"picture")
    url = s3.generate_presigned_url("get_object", {"Bucket": "photos", "Key": "a.png"})

    assert cloud.request("GET", url).body == b"picture"
    assert cloud.request("GET", url.partition("?")[0]).status == 403
    assert cloud.request("PUT", url, headers={"Content-Type": "x/y"}, body=b"x").status == 403
    assert not cloud.calls()


def test_parts_of_uploads_may_be_smaller_than_those_of_aws(cloud: Cloud) -> None:
    s3, place = cloud.client("s3"), {"Bucket": "photos", "Key": "a"}
    s3.create_bucket(Bucket="photos")

    def upload() -> str:
        upload = s3.create_multipart_upload(**place)["UploadId"]
        etags = [
            s3.upload_part(**place, UploadId=upload, PartNumber=number, Body=bytes(50))["ETag"]
            for number in (1, 2)
        ]
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        done = s3.complete_multipart_upload(
            **place, UploadId=upload, MultipartUpload={"Parts": parts}
        )
        return str(done["ETag"])

    with pytest.raises(ClientError, match="EntityTooSmall"):
        upload()
    cloud.shrink_parts(50)
    assert upload().endswith('-2"')
    cloud.shrink_parts(51)
    with pytest.raises(ClientError, match="EntityTooSmall"):
        upload()


def test_the_next_account_has_parts_of_aws_again(cloud: Cloud) -> None:
    cloud.shrink_parts(50)
    Account(no_guest, seed=2)

    assert moto.s3.models.S3_UPLOAD_PART_MIN_SIZE == 5 * 1024 * 1024


def test_a_request_to_a_foreign_address_is_a_mistake_of_the_author(cloud: Cloud) -> None:
    with pytest.raises(ValueError, match=r"example\.com is not part"):
        cloud.request("GET", "https://example.com/")
