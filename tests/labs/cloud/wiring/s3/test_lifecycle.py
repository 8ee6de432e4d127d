"""Lifecycle rules, while the account's time passes."""

from collections.abc import Callable
from typing import Any

import pytest

from labs.cloud.account import Account
from tests.labs.cloud.wiring.s3.test_notifications import ALL, queue, told

type Client = Callable[[str], Any]
DAY = 86_400
LARGE = b"x" * 200_000


@pytest.fixture
def s3(client: Client) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket="logs")
    wanted = {"QueueArn": queue(client, "events"), "Events": ALL}
    s3.put_bucket_notification_configuration(
        Bucket="logs", NotificationConfiguration={"QueueConfigurations": [wanted]}
    )
    return s3


def rule(s3: Any, **actions: Any) -> None:
    one = {"ID": "1", "Status": "Enabled", "Filter": {}, **actions}
    s3.put_bucket_lifecycle_configuration(Bucket="logs", LifecycleConfiguration={"Rules": [one]})


def classes(s3: Any) -> dict[str, str]:
    listed = s3.list_objects_v2(Bucket="logs").get("Contents", [])
    return {one["Key"]: one["StorageClass"] for one in listed}


def expired() -> list[tuple[str, str]]:
    return [one for one in told("events") if one[0].startswith("Lifecycle")]


def test_objects_expire_at_the_midnight_after_their_days(account: Account, s3: Any) -> None:
    rule(s3, Filter={"Prefix": "tmp/"}, Expiration={"Days": 1})
    s3.put_object(Bucket="logs", Key="tmp/a", Body=b"1")
    s3.put_object(Bucket="logs", Key="b", Body=b"1")
    account.let_pass(DAY)
    assert set(classes(s3)) == {"tmp/a", "b"}

    account.let_pass(DAY)

    assert set(classes(s3)) == {"b"}
    assert expired() == [("LifecycleExpiration:Delete", "tmp/a")]


def test_settle_does_not_wait_for_it(account: Account, s3: Any) -> None:
    rule(s3, Expiration={"Days": 1})
    s3.put_object(Bucket="logs", Key="a", Body=b"1")
    account.settle()

    assert set(classes(s3)) == {"a"}


def test_tags_and_sizes_filter(account: Account, s3: Any) -> None:
    both = {"Tags": [{"Key": "keep", "Value": "no"}], "ObjectSizeGreaterThan": 2}
    rule(s3, Filter={"And": both}, Expiration={"Days": 1})
    s3.put_object(Bucket="logs", Key="large", Body=b"123", Tagging="keep=no")
    s3.put_object(Bucket="logs", Key="small", Body=b"12", Tagging="keep=no")
    s3.put_object(Bucket="logs", Key="kept", Body=b"123", Tagging="keep=yes")
    account.let_pass(2 * DAY)

    assert set(classes(s3)) == {"small", "kept"}


def test_objects_move_step_by_step_and_small_ones_stay(account: Account, s3: Any) -> None:
    steps = [
        {"Days": 30, "StorageClass": "STANDARD_IA"},
        {"Days": 90, "StorageClass": "GLACIER"},
    ]
    rule(s3, Transitions=steps)
    s3.put_object(Bucket="logs", Key="large", Body=LARGE)
    s3.put_object(Bucket="logs", Key="small", Body=b"1")
    found = []
    for days in (30, 1, 60):
        account.let_pass(days * DAY)
        found.append(classes(s3)["large"])

    assert found == ["STANDARD", "STANDARD_IA", "GLACIER"]
    assert classes(s3)["small"] == "STANDARD"
    # The queue has kept the last one alone.
    assert expired() == [("LifecycleTransition", "large")]


def test_versions_get_a_marker_then_go_then_the_marker_goes(account: Account, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="logs", VersioningConfiguration={"Status": "Enabled"})
    rule(
        s3,
        Expiration={"Days": 1},
        NoncurrentVersionExpiration={"NoncurrentDays": 1},
    )
    s3.put_object(Bucket="logs", Key="a", Body=b"1")
    account.let_pass(10 * DAY)

    assert expired() == [
        ("LifecycleExpiration:DeleteMarkerCreated", "a"),
        ("LifecycleExpiration:Delete", "a"),
        ("LifecycleExpiration:Delete", "a"),
    ]
    versions = s3.list_object_versions(Bucket="logs")
    assert "Versions" not in versions
    assert "DeleteMarkers" not in versions


def test_newer_versions_are_kept(account: Account, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="logs", VersioningConfiguration={"Status": "Enabled"})
    rule(s3, NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 1})
    for body in (b"1", b"2", b"3"):
        s3.put_object(Bucket="logs", Key="a", Body=body)
    account.let_pass(5 * DAY)

    assert len(s3.list_object_versions(Bucket="logs")["Versions"]) == 2


def test_an_upload_that_nobody_completes_is_aborted(account: Account, s3: Any) -> None:
    rule(s3, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2})
    s3.create_multipart_upload(Bucket="logs", Key="a")
    account.let_pass(2 * DAY)
    before = len(s3.list_multipart_uploads(Bucket="logs").get("Uploads", []))
    account.let_pass(DAY)

    assert (before, "Uploads" in s3.list_multipart_uploads(Bucket="logs")) == (1, False)


def test_a_disabled_rule_does_nothing(account: Account, s3: Any) -> None:
    rule(s3, Status="Disabled", Expiration={"Days": 1})
    s3.put_object(Bucket="logs", Key="a", Body=b"1")
    account.let_pass(10 * DAY)

    assert set(classes(s3)) == {"a"}
