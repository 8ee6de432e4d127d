"""The places in which moto's lifecycle configurations are bent: what they refuse and forget.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from labs.cloud import moto_s3

INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
MIN_DAYS = 30  # before an object may move to one of these
DAYS_OF = {"Transition": "Days", "NoncurrentVersionTransition": "NoncurrentDays"}
SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")

_put = S3Backend.put_bucket_lifecycle
_get = S3Response.get_bucket_lifecycle


def patch() -> None:
    """Put the seams in, before moto starts."""
    S3Backend.put_bucket_lifecycle = _put_checked
    S3Response.get_bucket_lifecycle = _get_whole


def _put_checked(self: S3Backend, bucket_name: str, rules: list[dict[str, Any]]) -> None:
    if moto_s3.is_strict():
        for rule in rules:
            for message in _faults(rule):
                raise moto_s3.error("InvalidArgument", message, 400)
    _put(self, bucket_name, rules)


def _faults(rule: Mapping[str, Any]) -> Iterator[str]:
    expiration = rule.get("Expiration") or {}
    end = int(expiration["Days"]) if expiration.get("Days") else None
    if expiration.get("Days") is not None and (end or 0) < 1:
        yield "'Days' for Expiration action must be a positive integer"
    for action, days in DAYS_OF.items():
        for step in _many(rule.get(action)):
            if step.get(days) is None:
                continue
            if step.get("StorageClass") in INFREQUENT and int(step[days]) < MIN_DAYS:
                yield (
                    f"'{days}' in {action} action must be greater than or equal to {MIN_DAYS} "
                    f"for storageClass '{step['StorageClass']}'"
                )
            if action == "Transition" and end and int(step[days]) >= end:
                yield (
                    "'Days' in the Expiration action must be greater than 'Days' in the "
                    "Transition action"
                )


def _get_whole(self: S3Response) -> Any:
    """With what moto does not keep: how many noncurrent versions stay, and sizes."""
    bucket = moto_s3.bucket(self.bucket_name)
    if moto_s3.is_strict() and bucket:
        given = moto_s3.lifecycle(bucket)
        self.serialized = lambda found: S3Response.serialized(self, _completed(found, given))
    return _get(self)


def _completed(found: Any, given: list[dict[str, Any]]) -> Any:
    if not isinstance(found.result, dict):  # but an error
        return found
    for told, rule in zip(found.result["Rules"], given, strict=False):
        noncurrent = rule.get("NoncurrentVersionExpiration") or {}
        if kept := noncurrent.get("NewerNoncurrentVersions"):
            told["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = kept
        asked = rule.get("Filter") or {}
        for size in SIZES:
            if asked.get(size):
                told.setdefault("Filter", {})[size] = asked[size]
            if (asked.get("And") or {}).get(size):
                told["Filter"]["And"][size] = asked["And"][size]
    return found


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
