"""What stands in moto's S3 where seams are put, and what they change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import moto.s3.notifications
import moto.s3.responses
import pytest
from botocore.exceptions import ClientError
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response

from labs.cloud import moto_s3
from labs.cloud.account import Account
from labs.cloud.missing import MissingError
from labs.cloud.moto_s3_requests import MISSING_PARTS

type Client = Callable[[str], Any]
PUBLIC = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", '
    '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}]}'
)


def test_moto_has_what_is_replaced() -> None:
    for owner, names in {
        S3Backend: (
            "delete_object",
            "complete_multipart_upload",
            "create_multipart_upload",
            "create_bucket",
            "put_bucket_policy",
        ),
        S3Response: (
            "put_object_tagging",
            "delete_object_tagging",
            "_notification_config_from_body",
            "_bucket_response_post",
            "_invalid_headers",
            "bucket_response",
            "key_response",
        ),
        FakeBucket: ("set_lifecycle", "delete_lifecycle"),
        moto.s3.notifications: ("send_event", "send_test_event"),
    }.items():
        assert all(callable(getattr(owner, name)) for name in names)


def test_without_an_account_moto_is_as_it_is(moto: None) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="photos")
    s3.put_bucket_policy(Bucket="photos", Policy=PUBLIC)

    assert moto_s3.bucket("photos")


def test_a_bucket_may_be_called_like_a_service(client: Client) -> None:
    s3 = client("s3")
    for name in ("logs", "sqs-", "events", "lambda"):
        s3.create_bucket(Bucket=name.strip("-"))
    s3.put_object(Bucket="logs", Key="a", Body=b"1")

    assert s3.get_object(Bucket="logs", Key="a")["Body"].read() == b"1"
    assert client("logs").describe_log_groups()["logGroups"] == []


def test_a_new_bucket_blocks_public_policies(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    block = s3.get_public_access_block(Bucket="photos")["PublicAccessBlockConfiguration"]
    with pytest.raises(ClientError, match=r"AccessDenied.*BlockPublicPolicy"):
        s3.put_bucket_policy(Bucket="photos", Policy=PUBLIC)
    s3.delete_public_access_block(Bucket="photos")
    s3.put_bucket_policy(Bucket="photos", Policy=PUBLIC)

    assert set(block.values()) == {True}


def test_a_new_bucket_encrypts_and_owns_its_objects(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    s3.delete_bucket_encryption(Bucket="photos")

    answer = s3.get_bucket_encryption(Bucket="photos")["ServerSideEncryptionConfiguration"]
    ownership = s3.get_bucket_ownership_controls(Bucket="photos")["OwnershipControls"]["Rules"]
    put = s3.put_object(Bucket="photos", Key="a", Body=b"")

    assert answer["Rules"] == [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": False,
        }
    ]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert put["ServerSideEncryption"] == "AES256"
    assert s3.head_object(Bucket="photos", Key="a")["ServerSideEncryption"] == "AES256"


def test_a_filter_that_says_nothing_is_taken(client: Client, account: Account) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    url = client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    assert url
    wanted = {
        "QueueArn": "arn:aws:sqs:us-east-1:123456789012:jobs",
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": ""}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket="photos",
        NotificationConfiguration={"QueueConfigurations": [wanted]},
        SkipDestinationValidation=True,
    )
    (found,) = s3.get_bucket_notification_configuration(Bucket="photos")["QueueConfigurations"]
    assert found["Events"] == ["s3:ObjectCreated:*"]


def test_the_last_version_may_be_a_marker(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="photos", Key="a", Body=b"1")["VersionId"]
    s3.delete_object(Bucket="photos", Key="a")
    s3.delete_object(Bucket="photos", Key="a", VersionId=version)
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Suspended"})

    assert s3.delete_object(Bucket="photos", Key="a")["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_a_marker_is_made_where_nothing_was(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    answer = s3.delete_object(Bucket="photos", Key="a")
    (marker,) = s3.list_object_versions(Bucket="photos")["DeleteMarkers"]

    assert (answer["DeleteMarker"], answer["VersionId"]) == (True, marker["VersionId"])
    s3.delete_object(Bucket="photos", Key="a", VersionId=marker["VersionId"])
    assert "DeleteMarkers" not in s3.list_object_versions(Bucket="photos")


def test_settings_that_are_not_simulated_are_named(client: Client, account: Account) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="a", Body=b"1")

    with pytest.raises(MissingError, match=r"with \?metrics"):
        s3.put_bucket_metrics_configuration(
            Bucket="photos", Id="all", MetricsConfiguration={"Id": "all"}
        )
    with pytest.raises(MissingError, match=r"with \?torrent"):
        s3.get_object_torrent(Bucket="photos", Key="a")

    assert [found["Key"] for found in s3.list_objects_v2(Bucket="photos")["Contents"]] == ["a"]


def test_moto_does_not_know_what_is_said_to_be_missing() -> None:
    code = Path(moto.s3.responses.__file__).read_text()

    assert [part for part in MISSING_PARTS if f'"{part}"' in code] == []


@pytest.mark.parametrize(
    "asked",
    [
        lambda s3: s3.put_object(Bucket="photos", Key="a", ACL="public-read"),
        lambda s3: s3.put_object(Bucket="photos", Key="a", GrantRead='id="somebody"'),
        lambda s3: s3.create_multipart_upload(Bucket="photos", Key="a", ACL="public-read"),
        lambda s3: s3.put_object_acl(Bucket="photos", Key="here", ACL="public-read"),
        lambda s3: s3.put_bucket_acl(Bucket="photos", ACL="public-read"),
    ],
)
def test_a_bucket_whose_owner_owns_everything_takes_no_lists_of_access(
    client: Client, asked: Callable[[Any], Any]
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos", ACL="private")
    s3.put_object(Bucket="photos", Key="here", ACL="bucket-owner-full-control")

    with pytest.raises(ClientError, match="AccessControlListNotSupported"):
        asked(s3)
    s3.put_bucket_ownership_controls(
        Bucket="photos",
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
    )
    asked(s3)


def test_a_lifecycle_is_told_as_it_was_given(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    kept = {"NoncurrentDays": 30, "NewerNoncurrentVersions": 3}
    sizes = {"Prefix": "a/", "ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 9}
    rules: list[dict[str, Any]] = [
        {"Filter": {"Prefix": "a/"}, "NoncurrentVersionExpiration": kept},
        {"Filter": {"ObjectSizeGreaterThan": 7}, "Expiration": {"Days": 1}},
        {"Filter": {"And": sizes}, "Expiration": {"Days": 1}},
    ]
    rules = [{"ID": f"{n}", "Status": "Enabled", **rule} for n, rule in enumerate(rules)]
    given = {"Rules": rules}
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket="photos")
    s3.put_bucket_lifecycle_configuration(Bucket="photos", LifecycleConfiguration=given)

    assert s3.get_bucket_lifecycle_configuration(Bucket="photos")["Rules"] == rules


@pytest.mark.parametrize(
    "actions",
    [
        {"Expiration": {"Days": 0}},
        {"Transitions": [{"Days": 29, "StorageClass": "STANDARD_IA"}]},
        {
            "NoncurrentVersionTransitions": [
                {"NoncurrentDays": 29, "StorageClass": "ONEZONE_IA"},
            ]
        },
        {
            "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
            "Expiration": {"Days": 30},
        },
    ],
)
def test_rules_that_cannot_be_are_refused(client: Client, actions: Any) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    rule = {"ID": "1", "Status": "Enabled", "Filter": {}, **actions}

    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.put_bucket_lifecycle_configuration(
            Bucket="photos", LifecycleConfiguration={"Rules": [rule]}
        )


def test_a_thousand_keys_are_the_most_of_a_request(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    objects = [{"Key": f"{number}"} for number in range(1001)]
    with pytest.raises(ClientError, match="MalformedXML"):
        s3.delete_objects(Bucket="photos", Delete={"Objects": objects})
    s3.delete_objects(Bucket="photos", Delete={"Objects": objects[:1000]})
    s3.delete_objects(Bucket="photos", Delete={"Objects": objects[1000:]})

    page = s3.list_object_versions(Bucket="photos", MaxKeys=5000)
    assert (len(page["DeleteMarkers"]), page["IsTruncated"]) == (1000, True)
    assert s3.list_objects_v2(Bucket="photos", MaxKeys=5000)["MaxKeys"] == 1000
