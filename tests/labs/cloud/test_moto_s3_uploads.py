"""Multipart uploads answer as S3 does, where moto trips or forgets."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3.models import FakeMultipart, S3Backend
from moto.s3.responses import S3Response

type Client = Callable[[str], Any]
FILM = {"Bucket": "films", "Key": "film"}
SMALLEST = b"x" * 5 * 1024 * 1024


@pytest.fixture(autouse=True)
def _bucket(client: Client) -> None:
    client("s3").create_bucket(Bucket="films")


def begin(s3: Any, **more: str) -> dict[str, str]:
    where = {**FILM, **more}
    return {**where, "UploadId": s3.create_multipart_upload(**where)["UploadId"]}


def part(s3: Any, upload: dict[str, str], number: int, body: bytes = b"x") -> dict[str, Any]:
    etag = s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"]
    return {"PartNumber": number, "ETag": etag}


def complete(s3: Any, upload: dict[str, str], *parts: dict[str, Any], **more: str) -> Any:
    return s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}, **more)


def code(do: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as raised:
        do()
    return str(raised.value.response["Error"]["Code"])


def test_moto_has_what_is_replaced() -> None:
    for owner, names in {
        S3Response: ("upload_part", "upload_part_copy", "_complete_multipart_body"),
        FakeMultipart: ("list_parts",),
        S3Backend: ("is_truncated",),
    }.items():
        assert all(callable(getattr(owner, name)) for name in names)


def test_an_id_counts_for_its_own_key_until_it_is_aborted(client: Client) -> None:
    s3 = client("s3")
    upload = begin(s3)
    first = part(s3, upload, 1)

    assert code(lambda: part(s3, {**upload, "Key": "other"}, 1)) == "NoSuchUpload"
    assert code(lambda: part(s3, {**upload, "UploadId": "none"}, 1)) == "NoSuchUpload"
    s3.abort_multipart_upload(**upload)
    assert code(lambda: part(s3, upload, 1)) == "NoSuchUpload"
    assert code(lambda: complete(s3, upload, first)) == "NoSuchUpload"


def test_parts_are_named_in_their_order(client: Client) -> None:
    s3 = client("s3")
    upload = begin(s3)
    first, second = part(s3, upload, 1, SMALLEST), part(s3, upload, 2)

    assert code(lambda: complete(s3, upload, second, first)) == "InvalidPartOrder"
    assert code(lambda: complete(s3, upload, first, first)) == "InvalidPartOrder"
    assert complete(s3, upload, first, second)["ETag"].endswith('-2"')


def test_an_upload_can_replace_only_what_was_read(client: Client) -> None:
    s3 = client("s3")
    upload = begin(s3)
    only = part(s3, upload, 1)

    assert code(lambda: complete(s3, upload, only, IfMatch='"any"')) == "NoSuchKey"
    old = s3.put_object(**FILM, Body=b"old")["ETag"]
    new = s3.put_object(**FILM, Body=b"new")["ETag"]
    assert code(lambda: complete(s3, upload, only, IfMatch=old)) == "PreconditionFailed"
    assert complete(s3, upload, only, IfMatch=new)


def test_pages_of_parts_leave_none_out(client: Client) -> None:
    s3 = client("s3")
    upload = begin(s3)
    for number in (2, 5, 9):
        part(s3, upload, number)
    one_by_one = {"PageSize": 1}
    pages = list(s3.get_paginator("list_parts").paginate(**upload, PaginationConfig=one_by_one))

    assert [one["PartNumber"] for page in pages for one in page["Parts"]] == [2, 5, 9]
    assert [page["IsTruncated"] for page in pages] == [True, True, False]
