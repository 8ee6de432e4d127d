"""Every place in which moto's Object Lock is bent.

GetObjectRetention is missing, and a bucket that has objects cannot be given a lock:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from labs.cloud import moto_s3

_configure_empty = S3Backend.put_object_lock_configuration
_get_anything = S3Response._key_response_get


def patch() -> None:
    """Put the seams in, before moto starts."""
    S3Backend.put_object_lock_configuration = _configure
    S3Response._key_response_get = _get


def _configure(
    self: S3Backend,
    bucket_name: str,
    lock_enabled: bool,
    mode: str | None = None,
    days: int | None = None,
    years: int | None = None,
) -> None:
    bucket = self.get_bucket(bucket_name)
    if not moto_s3.is_strict() or bucket.versioning_status != "Enabled":
        _configure_empty(self, bucket_name, lock_enabled, mode, days, years)
        return
    bucket.object_lock_enabled = bucket.object_lock_enabled or lock_enabled
    bucket.default_lock_mode, bucket.default_lock_days = mode, days
    bucket.default_lock_years = years


def _get(self: S3Response, query: Mapping[str, Any], key_name: str) -> Any:
    if "retention" not in query:
        return _get_anything(self, query, key_name)
    self.data["Action"] = "GetObjectRetention"
    if not self.backend.get_bucket(self.bucket_name).object_lock_enabled:
        raise _refused("InvalidRequest", "Bucket is missing Object Lock Configuration", 400)
    key, _ = self._get_key()
    if not key.lock_mode or not key.lock_until:
        message = "The specified object does not have a ObjectLock configuration"
        raise _refused("NoSuchObjectLockConfiguration", message, 404)
    until = datetime.fromisoformat(key.lock_until)
    return self.serialized(
        ActionResult({"Retention": {"Mode": key.lock_mode, "RetainUntilDate": until}})
    )


def _refused(code: str, message: str, status: int) -> S3ClientError:
    return moto_s3.error(code, message, status)
