"""What locks an object."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

type Client = Callable[[str], Any]


def test_a_retention_is_shown(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="locked")
    s3.put_object(Bucket="locked", Key="free", Body=b"")
    s3.put_bucket_versioning(Bucket="locked", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(
        Bucket="locked",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}},
        },
    )
    s3.put_object(Bucket="locked", Key="kept", Body=b"")
    made = s3.head_object(Bucket="locked", Key="kept")["LastModified"]

    kept = s3.get_object_retention(Bucket="locked", Key="kept")["Retention"]

    assert kept["Mode"] == "GOVERNANCE"
    assert (kept["RetainUntilDate"] - made).days in (1, 2)
    with pytest.raises(ClientError, match="NoSuchObjectLockConfiguration"):
        s3.get_object_retention(Bucket="locked", Key="free")


def test_a_bucket_without_locks_has_no_retention(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="open")
    s3.put_object(Bucket="open", Key="a", Body=b"")

    with pytest.raises(ClientError, match=r"InvalidRequest.*missing Object Lock"):
        s3.get_object_retention(Bucket="open", Key="a")
