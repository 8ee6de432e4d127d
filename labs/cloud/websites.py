"""Static websites of buckets: the index of a folder, and the page for what is not there.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html. Rules of routing and
redirects are not followed.
"""

import re
from html import unescape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest

from labs.cloud import moto_s3, routes
from labs.cloud.presigned import anonymous
from labs.cloud.presigned.refusals import RefusedError

HOST = r"[a-z0-9.-]+\.s3-website[.-][a-z]{2}-[a-z-]+-\d\.amazonaws\.com"

type Answer = tuple[int, dict[str, str], bytes]


def patch() -> None:
    """Answer at the addresses of websites."""
    routes.add("s3-website", HOST, answer)


def answer(request: AWSPreparedRequest) -> Answer:
    """What a browser gets."""
    parts = urlsplit(str(request.url))
    name = parts.netloc.partition(".s3-website")[0]
    bucket = moto_s3.bucket(name)
    if bucket is None:
        return _page(404, "Not Found", "NoSuchBucket")
    if not bucket.website_configuration:
        return _page(404, "Not Found", "NoSuchWebsiteConfiguration")
    if request.method not in ("GET", "HEAD"):
        return _page(405, "Method Not Allowed", "MethodNotAllowed")
    key = unquote(parts.path).removeprefix("/")
    suffix = _setting(bucket, "Suffix")
    if suffix and (not key or key.endswith("/")):
        key += suffix
    return _object(request, bucket, key, _setting(bucket, "Key"))


def _setting(bucket: Any, name: str) -> str:
    """A text of the website's configuration, which moto keeps as XML."""
    text = bucket.website_configuration.decode("utf-8", "replace")
    found = re.search(rf"<{name}>([^<]*)</{name}>", text)
    return unescape(found[1]) if found else ""


def _object(request: AWSPreparedRequest, bucket: Any, key: str, error_key: str) -> Answer:
    for wanted, status in ((key, 200), (error_key, 0)):
        found = bucket.keys.get(wanted) if wanted else None
        is_readable = _is_readable(request, bucket.name, wanted)
        if found and not moto_s3.is_marker(found) and is_readable:
            headers = {"Content-Type": found.metadata.get("Content-Type", "binary/octet-stream")}
            body = b"" if request.method == "HEAD" else found.value
            return status or _failure(request, bucket.name, key), headers, body
    if _failure(request, bucket.name, key) == 404:
        return _page(404, "Not Found", "NoSuchKey")
    return _page(403, "Forbidden", "AccessDenied")


def _failure(request: AWSPreparedRequest, name: str, key: str) -> int:
    """404 to who may list the bucket or read the key, if it is not there; else 403."""
    return 404 if _is_readable(request, name, key) else 403


def _is_readable(request: AWSPreparedRequest, name: str, key: str) -> bool:
    place = f"http://{name}.s3.amazonaws.com/{quote(key)}"
    asked = AWSPreparedRequest("GET", place, request.headers, b"", False)
    try:
        anonymous.check(asked, "GetObject", {})
    except RefusedError:
        return False
    return True


def _page(status: int, text: str, code: str) -> Answer:
    body = f"<html><head><title>{status} {text}</title></head><body><h1>{status} {text}</h1>"
    body += f"<ul><li>Code: {code}</li></ul></body></html>"
    return status, {"Content-Type": "text/html; charset=utf-8"}, body.encode()
