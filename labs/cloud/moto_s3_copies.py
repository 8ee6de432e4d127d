"""The place in which moto's CopyObject is bent: it looks at one of four conditions only.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

from moto.s3.exceptions import PreconditionFailed
from moto.s3.responses import S3Response

PREFIX = "x-amz-copy-source-"

_copy_anyhow = S3Response.copy_object


def patch() -> None:
    """Put the seams in, before moto starts."""
    S3Response.copy_object = _copy


def _copy(self: S3Response) -> Any:
    asked = {
        name.lower().removeprefix(PREFIX): str(value)
        for name, value in self.headers.items()
        if name.lower().startswith(f"{PREFIX}if-")
    }
    if asked:
        source = self.headers["x-amz-copy-source"]
        parsed = urlparse(source.decode() if isinstance(source, bytes) else source)
        bucket, _, name = unquote(parsed.path).lstrip("/").partition("/")
        version = parse_qs(parsed.query).get("versionId", [None])[0]
        key = self.backend.get_object(bucket, name, version_id=version)
        failed = _unmet(asked, key) if key else ""
        if failed:
            raise PreconditionFailed(failed_condition=f"{PREFIX}{failed}")
    return _copy_anyhow(self)


def _unmet(asked: Mapping[str, str], key: Any) -> str:
    """The condition that does not hold, or "". A matching ETag outweighs a date."""
    etag = key.etag.strip('"')
    if wanted := asked.get("if-match"):
        return "" if wanted.strip('"') == etag else "If-Match"
    if (none := asked.get("if-none-match")) and none.strip('"') == etag:
        return "If-None-Match"
    changed = key.last_modified.replace(microsecond=0)
    if (before := _moment(asked, "if-unmodified-since", changed)) and changed > before:
        return "If-Unmodified-Since"
    since = None if none else _moment(asked, "if-modified-since", changed)
    return "If-Modified-Since" if since and changed <= since else ""


def _moment(asked: Mapping[str, str], name: str, like: datetime) -> datetime | None:
    """The date of a header, with a zone as `like` has one; None if there is none."""
    try:
        return parsedate_to_datetime(asked[name]).replace(tzinfo=like.tzinfo)
    except (KeyError, ValueError):
        return None
