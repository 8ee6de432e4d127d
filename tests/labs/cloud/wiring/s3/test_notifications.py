"""What a bucket tells of its objects, in an account of this process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from labs.cloud import moto_seams
from labs.cloud.account import Account
from tests.labs.cloud.conftest import Functions

type Client = Callable[[str], Any]
ALL = [
    "s3:ObjectCreated:*",
    "s3:ObjectRemoved:*",
    "s3:ObjectTagging:*",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleTransition",
]


def queue(client: Client, name: str, service: str = "s3") -> str:
    """The ARN of a queue to which a service may send."""
    arn = moto_seams.queue_arn(name)
    principal = {"Service": f"{service}.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sqs:*", "Resource": arn}
    policy = json.dumps({"Statement": [statement]})
    attributes = {"Policy": policy, "MessageRetentionPeriod": "1209600"}
    client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return arn


def bodies(name: str) -> list[Any]:
    return [json.loads(body) for body in moto_seams.bodies(moto_seams.queue_arn(name))]


def told(name: str) -> list[tuple[str, str]]:
    """(event, key) of all records in a queue."""
    return [
        (record["eventName"], record["s3"]["object"]["key"])
        for body in bodies(name)
        for record in body.get("Records", [])
    ]


@pytest.fixture
def s3(client: Client) -> Any:
    """With a bucket that tells the queue "events" of everything."""
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_bucket_notification_configuration(
        Bucket="photos",
        NotificationConfiguration={
            "QueueConfigurations": [
                {"Id": "all", "QueueArn": queue(client, "events"), "Events": ALL}
            ]
        },
    )
    return s3


def test_the_queue_gets_a_test_event(account: Account, s3: Any) -> None:
    account.settle()

    (body,) = bodies("events")
    assert {**body, "Time": "", "RequestId": "", "HostId": ""} == {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "",
        "Bucket": "photos",
        "RequestId": "",
        "HostId": "",
    }


def test_a_put_is_told_once_and_as_aws_writes_it(account: Account, s3: Any) -> None:
    answer = s3.put_object(Bucket="photos", Key="in/a b.txt", Body=b"hello", Tagging="a=b")
    account.settle()

    _test, body = bodies("events")
    (record,) = body["Records"]
    assert record.pop("eventTime").endswith("Z")
    assert record.pop("responseElements").keys() == {"x-amz-request-id", "x-amz-id-2"}
    assert record["s3"]["object"].pop("sequencer")
    assert record == {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AIDAJDPLRKLG7UEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "203.0.113.10"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "all",
            "bucket": {
                "name": "photos",
                "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                "arn": "arn:aws:s3:::photos",
            },
            "object": {"key": "in/a+b.txt", "size": 5, "eTag": answer["ETag"].strip('"')},
        },
    }


def test_each_operation_has_its_event(account: Account, s3: Any) -> None:
    photo = {"Bucket": "photos", "Key": "big"}
    upload = {**photo, "UploadId": s3.create_multipart_upload(**photo)["UploadId"]}
    part = {"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]}
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]})
    s3.copy_object(Bucket="photos", Key="copy", CopySource=photo)
    s3.put_object_tagging(**photo, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object_tagging(**photo)
    s3.delete_objects(Bucket="photos", Delete={"Objects": [{"Key": "big"}, {"Key": "copy"}]})
    s3.delete_object(Bucket="photos", Key="nothing")
    account.settle()

    assert told("events") == [
        ("ObjectCreated:CompleteMultipartUpload", "big"),
        ("ObjectCreated:Copy", "copy"),
        ("ObjectTagging:Put", "big"),
        ("ObjectTagging:Delete", "big"),
        ("ObjectRemoved:Delete", "big"),
        ("ObjectRemoved:Delete", "copy"),
    ]


def test_versions_and_delete_markers_are_told(account: Account, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    photo = {"Bucket": "photos", "Key": "a"}
    version = s3.put_object(**photo, Body=b"1")["VersionId"]
    marker = s3.delete_object(**photo)["VersionId"]
    s3.delete_object(**photo, VersionId=marker)
    s3.delete_object(**photo, VersionId=version)
    account.settle()

    records = [body["Records"][0] for body in bodies("events")[1:]]
    assert [(one["eventName"], one["s3"]["object"]["versionId"]) for one in records] == [
        ("ObjectCreated:Put", version),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
        ("ObjectRemoved:Delete", marker),
        ("ObjectRemoved:Delete", version),
    ]


def test_a_function_is_told_of_what_its_filter_wants(
    account: Account, client: Client, functions: Functions
) -> None:
    client("s3").create_bucket(Bucket="photos")
    arn = functions.deploy("thumbs")
    client("lambda").add_permission(
        FunctionName="thumbs",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::photos",
        SourceAccount="123456789012",
    )
    rules = [{"Name": "Prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]
    wanted = {
        "LambdaFunctionArn": arn,
        "Events": ["s3:ObjectCreated:Put"],
        "Filter": {"Key": {"FilterRules": rules}},
    }
    client("s3").put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [wanted]}
    )
    for key in ("in/a.jpg", "in/a.png", "out/a.jpg"):
        client("s3").put_object(Bucket="photos", Key=key, Body=b"1")
    account.settle()

    keys = [event["Records"][0]["s3"]["object"]["key"] for event in functions.events["thumbs"]]
    assert keys == ["in/a.jpg"]
    assert [call.service for call in account.trace.calls if call.made_by == "bucket photos"] == [
        "lambda"
    ]


def test_a_topic_is_told(account: Account, client: Client) -> None:
    topic = client("sns").create_topic(Name="news")["TopicArn"]
    policy = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}}
    text = json.dumps({"Statement": [{**policy, "Action": "sns:Publish", "Resource": topic}]})
    client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=text)
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue(client, "mail", "sns"))
    client("s3").create_bucket(Bucket="photos")
    wanted = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}
    client("s3").put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"TopicConfigurations": [wanted]}
    )
    client("s3").put_object(Bucket="photos", Key="a", Body=b"1")
    account.settle()

    assert [(body["Subject"], json.loads(body["Message"]).keys()) for body in bodies("mail")] == [
        ("Amazon S3 Notification", {"Service", "Event", "Time", "Bucket", "RequestId", "HostId"}),
        ("Amazon S3 Notification", {"Records"}),
    ]


def test_eventbridge_is_told_of_everything(account: Account, client: Client) -> None:
    client("s3").create_bucket(Bucket="photos")
    client("s3").put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    client("events").put_rule(Name="all", EventPattern='{"source": ["aws.s3"]}')
    target = {"Id": "1", "Arn": queue(client, "events", "events")}
    client("events").put_targets(Rule="all", Targets=[target])
    client("s3").put_object(Bucket="photos", Key="a b", Body=b"hello", Tagging="a=b")
    client("s3").delete_object(Bucket="photos", Key="a b")
    account.settle()

    created, deleted = bodies("events")
    assert (created["detail-type"], created["resources"]) == (
        "Object Created",
        ["arn:aws:s3:::photos"],
    )
    detail = created["detail"]
    assert detail.pop("request-id")
    assert detail["object"].pop("sequencer")
    assert detail == {
        "version": "0",
        "bucket": {"name": "photos"},
        "object": {"key": "a b", "size": 5, "etag": "5d41402abc4b2a76b9719d911017c592"},
        "requester": "123456789012",
        "source-ip-address": "203.0.113.10",
        "reason": "PutObject",
    }
    assert (deleted["detail-type"], deleted["detail"]["deletion-type"]) == (
        "Object Deleted",
        "Permanently Deleted",
    )
