"""Every place in which moto's multipart uploads are bent: unknown ids, order, conditions, pages.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from moto.s3.exceptions import InvalidPartOrder, MissingKey, NoSuchUpload, PreconditionFailed
from moto.s3.models import FakeKey, FakeMultipart, S3Backend
from moto.s3.responses import S3Response

from labs.cloud import moto_s3

_upload, _copy = S3Response.upload_part, S3Response.upload_part_copy
_read_parts = S3Response._complete_multipart_body


def patch() -> None:
    """Put the seams in, before moto starts."""
    S3Response.upload_part = _to_known_upload(_upload)
    S3Response.upload_part_copy = _to_known_upload(_copy)
    S3Response._complete_multipart_body = _read_checked_parts
    FakeMultipart.list_parts = _list_parts
    S3Backend.is_truncated = _is_truncated


def _to_known_upload(respond: Callable[..., Any]) -> Callable[..., Any]:
    def responding(self: S3Response) -> Any:
        _check_upload(self)
        return respond(self)

    return responding


def _check_upload(self: S3Response) -> None:
    """An id counts for its bucket and key alone; moto trips over what it does not know."""
    upload_id = str(self._get_param("uploadId"))
    upload = self.backend.get_bucket(self.bucket_name).multiparts.get(upload_id)
    is_other_key = moto_s3.is_strict() and upload and upload.key_name != self.parse_key_name()
    if upload is None or is_other_key:
        raise NoSuchUpload(upload_id=upload_id)


def _read_checked_parts(self: S3Response, body: bytes) -> Iterator[tuple[int, str]]:
    """Before the upload is looked at: moto forgets the order, and the condition If-Match."""
    _check_upload(self)
    parts = list(_read_parts(self, body))
    if not moto_s3.is_strict():
        return iter(parts)
    numbers = [number for number, _ in parts]
    if numbers != sorted(set(numbers)):
        raise InvalidPartOrder
    if expected := self.headers.get("If-Match"):
        there = self.backend.get_object(self.bucket_name, self.parse_key_name())
        if there is None:
            raise MissingKey(key=self.parse_key_name())
        if there.etag.strip('"') != expected.strip('"'):
            raise PreconditionFailed("If-Match")
    return iter(parts)


def _list_parts(self: FakeMultipart, part_number_marker: int, max_parts: int) -> Iterator[FakeKey]:
    """Those after a number, which moto takes for a place in its list: numbers may be missing."""
    later = (number for number in self.partlist if number > part_number_marker)
    return (self.parts[number] for number in islice(later, max_parts))


def _is_truncated(
    self: S3Backend, bucket_name: str, multipart_id: str, next_part_number_marker: int
) -> bool:
    upload = self.get_bucket(bucket_name).multiparts[multipart_id]
    return any(number > next_part_number_marker for number in upload.partlist)
