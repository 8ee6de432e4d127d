"""Every place in which moto's reading of requests to S3 is bent: addresses, forms, configurations.

Each seam has a test that fails when a new moto moves what stands here.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from moto.backend_index import backend_url_patterns
from moto.s3.exceptions import InvalidArgumentError
from moto.s3.responses import S3Response

from labs.cloud import moto_s3
from labs.cloud.missing import MissingError
from labs.cloud.simulation import has_current
from labs.cloud.wiring.s3.errors import InvalidConfigurationError

SKIP_VALIDATION = "x-amz-skip-destination-validation"
POST_STATUSES = {"200", "201", "204"}
# A bucket's own address: moto asks services in their order, and takes logs.s3.amazonaws.com for
# CloudWatch Logs.
BUCKET_ADDRESS = re.compile(r"https?://[a-z0-9.-]+\.s3(\.[a-z0-9-]+)?\.amazonaws\.com(:\d+)?/")
# What says nothing in a notification configuration, and what moto does not take.
_NO_FILTER = re.compile(
    rb"<FilterRule>\s*<Name>\w+</Name>\s*<Value\s*(/>|>\s*</Value>)\s*</FilterRule>"
    rb"|<Filter>\s*<S3Key\s*(/>|>\s*</S3Key>)\s*</Filter>"
)
_NAMES = re.compile(rb"(?<=<Name>)(prefix|suffix)(?=</Name>)", re.IGNORECASE)
MALFORMED = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)
# Parts of a bucket or an object that moto does not know: it would do what is asked without them,
# as store the settings of `?metrics` as an object, and answer 200.
MISSING_PARTS = frozenset(
    {
        *("abac", "analytics", "annotation", "intelligent-tiering", "metadataAnnotationTable"),
        *("metadataConfiguration", "metadataInventoryTable", "metadataJournalTable"),
        *("metadataTable", "metrics", "renameObject", "requestPayment", "session", "torrent"),
    }
)
_bucket_response, _key_response = S3Response.bucket_response, S3Response.key_response
_read_configuration = S3Response._notification_config_from_body
_post_object = S3Response._bucket_response_post
_invalid_headers = S3Response._invalid_headers
_read_list, _read_posted_list = S3Response._acl_from_headers, S3Response._acl_from_body
_put_list = S3Response.put_object_acl
_list_anything = S3Response._bucket_response_get
_delete_many = S3Response._bucket_response_delete_keys
MAX_KEYS = 1000  # of a page, and of a DeleteObjects
OWNERS_LIST = "bucket-owner-full-control"  # says what holds anyway


def patch() -> None:
    """Put the seams in, before moto starts."""
    if not any(pattern is BUCKET_ADDRESS for _, pattern in backend_url_patterns):
        backend_url_patterns.insert(0, ("s3", BUCKET_ADDRESS))
    S3Response.bucket_response = _without_missing(_bucket_response)
    S3Response.key_response = _without_missing(_key_response)
    S3Response._notification_config_from_body = _read_checked_configuration
    S3Response._bucket_response_post = _post
    S3Response._invalid_headers = _leave_headers
    S3Response._acl_from_headers = _without_lists(_read_list, is_asked=_asks_for_list)
    S3Response._acl_from_body = _without_lists(_read_posted_list)
    S3Response.put_object_acl = _without_lists(_put_list)
    S3Response._bucket_response_get = _list_page
    S3Response._bucket_response_delete_keys = _delete_some


def _without_missing(respond: Callable[..., Any]) -> Callable[..., Any]:
    def responding(self: S3Response, request: Any, full_url: str, headers: Any) -> Any:
        asked = dict(parse_qsl(urlsplit(full_url).query, keep_blank_values=True))
        for part in sorted(MISSING_PARTS & asked.keys()):
            raise MissingError(f"with ?{part}")
        return respond(self, request, full_url, headers)

    return responding


def _read_checked_configuration(self: S3Response) -> dict[str, Any]:
    # S3 takes the names in any case, and moto in lower case alone.
    self.body = _NAMES.sub(lambda found: found[0].lower(), self.body)
    for _ in range(2):  # without rules the filter is empty too
        self.body = _NO_FILTER.sub(b"", self.body)
    try:
        configuration: dict[str, Any] = _read_configuration(self)
    except AssertionError:
        raise moto_s3.error("MalformedXML", MALFORMED, 400) from None
    if moto_s3.is_strict() and (wiring := moto_s3.wiring()) and configuration:
        found = self.backend.get_bucket(self.bucket_name)
        skips = str(self.headers.get(SKIP_VALIDATION, "")).lower() == "true"
        try:
            wiring.check(found, configuration, skips_destinations=skips)
        except InvalidConfigurationError as error:
            raise InvalidArgumentError(str(error), error.name, error.value) from None
    return configuration


def _post(self: S3Response, request: Any, bucket_name: str) -> Any:
    """A form that is posted: moto takes any text for the status, and answers 201 without a body.

    https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
    """
    if not has_current() or self.is_delete_keys():
        return _post_object(self, request, bucket_name)
    asked = self.querystring.pop("success_action_status", [""])[0]
    answer = _post_object(self, request, bucket_name)
    if answer[0] != 204 or asked not in POST_STATUSES:
        return answer
    key = self.querystring["key"][0]
    found = self.backend.get_object(bucket_name, key)
    place = f"https://{bucket_name}.s3.amazonaws.com/{key}"
    headers = {**answer[1], "ETag": found.etag, "Location": place}
    body = _posted(bucket_name, key, found.etag, place) if asked == "201" else ""
    return int(asked), headers, body


def _posted(bucket_name: str, key: str, etag: str, place: str) -> str:
    values = {"Location": place, "Bucket": bucket_name, "Key": key, "ETag": etag}
    members = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>{members}</PostResponse>'


def _leave_headers(self: S3Response, url: str, headers: dict[str, str]) -> bool:
    """Where signatures are checked, nothing else needs to guess what was signed."""
    return False if moto_s3.is_strict() else bool(_invalid_headers(self, url, headers))


def _without_lists(
    do: Callable[..., Any], *, is_asked: Callable[[S3Response], bool] = lambda _self: True
) -> Callable[..., Any]:
    """A bucket whose owner owns all objects has no lists of access, and refuses requests with one.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """

    def act(self: S3Response, *arguments: Any) -> Any:
        found = moto_s3.bucket(self.bucket_name) if moto_s3.is_strict() else None
        has_lists = found is None or found.ownership_rule != "BucketOwnerEnforced"
        if not has_lists and is_asked(self) and self.headers.get("x-amz-acl") != OWNERS_LIST:
            message = "The bucket does not allow ACLs"
            raise moto_s3.error("AccessControlListNotSupported", message, 400)
        return do(self, *arguments)

    return act


def _list_page(self: S3Response, *arguments: Any) -> Any:
    """S3 gives a page of at most 1,000, whatever is asked for."""
    asked = self.querystring.get("max-keys", [""])[0]
    if moto_s3.is_strict() and asked.isdecimal() and int(asked) > MAX_KEYS:
        self.querystring["max-keys"] = [str(MAX_KEYS)]
    return _list_anything(self, *arguments)


def _delete_some(self: S3Response, *arguments: Any, **options: Any) -> Any:
    if moto_s3.is_strict() and self.body.count(b"<Object>") > MAX_KEYS:
        raise moto_s3.error("MalformedXML", MALFORMED, 400)
    return _delete_many(self, *arguments, **options)


def _asks_for_list(self: S3Response) -> bool:
    names = [name.lower() for name in self.headers.keys()]  # noqa: SIM118 - they are no mapping
    is_new = self.data.get("Action") == "CreateBucket"  # which may be created as private
    return not is_new and any(name.startswith(("x-amz-acl", "x-amz-grant-")) for name in names)
