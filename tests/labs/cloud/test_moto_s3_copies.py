"""Copies under conditions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud.clock import clock

type Client = Callable[[str], Any]


@pytest.fixture
def source(client: Client) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="a", Body=b"1")
    return s3


def conditions() -> list[tuple[dict[str, Any], bool]]:
    now = datetime.fromtimestamp(clock.millis() / 1000, tz=UTC)
    earlier, later = now - timedelta(hours=1), now + timedelta(hours=1)
    etag = '"c4ca4238a0b923820dcc509a6f75849b"'
    return [
        ({"CopySourceIfMatch": etag}, True),
        ({"CopySourceIfMatch": '"other"'}, False),
        ({"CopySourceIfNoneMatch": etag}, False),
        ({"CopySourceIfNoneMatch": '"other"'}, True),
        ({"CopySourceIfUnmodifiedSince": later}, True),
        ({"CopySourceIfUnmodifiedSince": earlier}, False),
        ({"CopySourceIfModifiedSince": earlier}, True),
        ({"CopySourceIfModifiedSince": later}, False),
        ({"CopySourceIfMatch": etag, "CopySourceIfUnmodifiedSince": earlier}, True),
        ({"CopySourceIfNoneMatch": etag, "CopySourceIfModifiedSince": earlier}, False),
    ]


def test_an_object_is_copied_where_all_conditions_hold(source: Any) -> None:
    for condition, is_met in conditions():
        asked = {"Bucket": "photos", "Key": "b", "CopySource": "photos/a", **condition}
        if is_met:
            assert source.copy_object(**asked)["CopyObjectResult"]["ETag"]
        else:
            with pytest.raises(ClientError, match="PreconditionFailed"):
                source.copy_object(**asked)
