"""Every place in which moto's S3 is bent: whom it tells, what it refuses, what it forgets.

Each seam has a test that fails when a new moto moves what stands here. Where there is no account,
moto is as it is.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import moto.s3.models
import moto.s3.notifications
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.exceptions import S3ClientError
from moto.s3.models import (
    FakeBucket,
    FakeDeleteMarker,
    FakeKey,
    PublicAccessBlock,
    S3Backend,
    s3_backends,
)
from moto.s3.responses import S3Response
from moto.s3.utils import bucket_policy_is_public

from labs.cloud.clock import clock
from labs.cloud.simulation import current, has_current
from labs.cloud.wiring.s3.events import Event

# As the signature of what everybody may do: else moto asks once more, by rules of its own.
ANYBODY = "AWS AKIAIOSFODNN7EXAMPLE:anybody"
EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"
CREATED = "s3:ObjectCreated:"
TAGGING = "s3:ObjectTagging:"
ENCRYPTION = {
    "Rule": {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": False,
    }
}
REMOVED = "s3:ObjectRemoved:"
SMALLEST_PART = moto.s3.models.S3_UPLOAD_PART_MIN_SIZE


class Wiring(Protocol):
    """What buckets set in motion; see labs/cloud/wiring/s3/buckets.py."""

    def notify(self, bucket: Any, event: Event) -> None: ...
    def send_test(self, bucket: Any) -> None: ...
    def plan(self, bucket: Any) -> None: ...
    def check(
        self, bucket: Any, configuration: Mapping[str, Any], *, skips_destinations: bool
    ) -> None: ...


_wiring: Wiring | None = None
# What is being done, the outermost first: moto tells of each step of it.
_doing: list[str] = []

_send_event = moto.s3.notifications.send_event
_send_test_event = moto.s3.notifications.send_test_event
_delete_object = S3Backend.delete_object
_complete_upload = S3Backend.complete_multipart_upload
_create_upload = S3Backend.create_multipart_upload
_create_bucket = S3Backend.create_bucket
_put_policy = S3Backend.put_bucket_policy
_delete_encryption = S3Backend.delete_bucket_encryption
_put_tags = S3Response.put_object_tagging
_delete_tags = S3Response.delete_object_tagging
_set_lifecycle = FakeBucket.set_lifecycle
_delete_lifecycle = FakeBucket.delete_lifecycle


def patch() -> None:
    """Put the seams in, before moto starts."""
    moto.s3.notifications.send_event = _tell
    moto.s3.notifications.send_test_event = _tell_test
    S3Backend.delete_object = _delete
    S3Backend.complete_multipart_upload = _doing_as("complete", _complete_upload)
    S3Backend.create_multipart_upload = _begin_upload
    S3Backend.create_bucket = _create_private
    S3Backend.delete_bucket_encryption = _encrypt_as_ever
    S3Backend.put_bucket_policy = _put_checked_policy
    S3Response.put_object_tagging = _doing_as("tag", _put_tags)
    S3Response.delete_object_tagging = _doing_as("tag", _delete_tags)
    FakeBucket.set_lifecycle = _keep_lifecycle
    # moto frees what a key's versions hold, and trips over markers, which hold nothing.
    FakeDeleteMarker.dispose = lambda _self: None
    FakeBucket.delete_lifecycle = _forget_lifecycle


def set_wiring(wiring: Any) -> None:
    """Let `wiring` (a module or an object, as of `Wiring`) do what buckets set in motion."""
    global _wiring
    _wiring = wiring


def wiring() -> Wiring | None:
    return _wiring


def buckets() -> list[FakeBucket]:
    """All of the account, oldest first."""
    return list(s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.values())


def bucket(name: str) -> FakeBucket | None:
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.get(name)


def is_missing(bucket_name: str, key: str) -> bool:
    """Whether a plain read finds no object, in a bucket that is there."""
    found = bucket(bucket_name)
    if found is None:
        return False
    newest = found.keys.get(key)
    return newest is None or is_marker(newest)


def take_parts_from(size: int) -> None:
    """Of how many bytes a part has to be, if it is not the last one."""
    moto.s3.models.S3_UPLOAD_PART_MIN_SIZE = size


def lifecycle(found: FakeBucket) -> list[dict[str, Any]]:
    """A bucket's rules, as they came: moto keeps only a part of them."""
    rules: list[dict[str, Any]] = vars(found).get("coldstart_lifecycle", [])
    return rules


def initiated(upload: Any) -> datetime:
    """When a multipart upload was begun."""
    moment: datetime = vars(upload).get("coldstart_initiated") or clock.now()
    return moment


def is_marker(version: Any) -> bool:
    return isinstance(version, FakeDeleteMarker)


def tags(key: FakeKey) -> dict[str, str]:
    found: dict[str, str] = s3_backends[DEFAULT_ACCOUNT_ID][
        "aws"
    ].tagger.get_tag_dict_for_resource(key.arn)
    return found


def expire(found: FakeBucket, name: str) -> str:
    """Delete the current version by a rule; the delete marker's id, or "" if there is none."""
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    _, answer = _delete_object(backend, found.name, name)
    return str(answer.get("version-id", ""))


def remove(found: FakeBucket, version: Any) -> None:
    """Delete one version, or a marker, for good."""
    kept = [one for one in found.keys.getlist(version.name) if one is not version]
    found.keys.setlist(version.name, kept)
    if not kept:
        found.keys.pop(version.name)


def event(name: str, found: FakeBucket, key: Any, *, storage_class: str = "") -> Event:
    """What happened to moto's key, as it is now."""
    return Event(
        name,
        found.name,
        found.region_name,
        key.name,
        size=key.size,
        etag=key.etag.replace('"', ""),
        version_id=_version(found, key.version_id),
        storage_class=storage_class,
    )


def is_strict() -> bool:
    """Whether AWS's words count; moto's own tests expect moto's."""
    return has_current() and current().checks_permissions


def _version(found: FakeBucket, version_id: str | None) -> str:
    return "" if version_id in (None, "null") or not found.versioning_status else str(version_id)


def _tell(account_id: str, event_name: Any, bucket: FakeBucket, key: Any) -> None:
    """moto tells of each step: of an upload that is completed, the put; of a put, its tags."""
    if not has_current() or _wiring is None:
        _send_event(account_id, event_name, bucket, key)
        return
    name = str(event_name.value)
    outermost = _doing[0] if _doing else ""
    if name.startswith(TAGGING) and outermost != "tag":
        return
    if name.startswith(CREATED) and outermost == "complete" and not name.endswith("Upload"):
        return
    if name.startswith(REMOVED):
        return  # `_delete` does, as it knows of versions
    _wiring.notify(bucket, event(name.removeprefix("s3:"), bucket, key))
    if name.startswith(CREATED):
        _wiring.plan(bucket)


def _tell_test(account_id: str, bucket: FakeBucket) -> None:
    if has_current() and _wiring is not None:
        _wiring.send_test(bucket)
    else:
        _send_test_event(account_id, bucket)


@contextmanager
def _while(name: str) -> Iterator[None]:
    _doing.append(name)
    try:
        yield
    finally:
        _doing.pop()


def _doing_as(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
    def act(*arguments: Any, **options: Any) -> Any:
        with _while(name):
            return do(*arguments, **options)

    return act


def _delete(
    self: S3Backend,
    bucket_name: str,
    key_name: str,
    version_id: str | None = None,
    bypass: bool = False,
) -> tuple[bool, dict[str, Any]]:
    found = self.get_bucket(bucket_name)
    before = list(found.keys.getlist(key_name, []))
    if has_current() and not before and found.is_versioned and version_id is None:
        answer = True, {"version-id": _mark_nothing(found, key_name), "delete-marker": "true"}
    else:
        answer = _delete_object(self, bucket_name, key_name, version_id, bypass)
    if not has_current() or _wiring is None:
        return answer
    after = list(found.keys.getlist(key_name, []))
    gone = [one for one in before if not any(one is left for left in after)]
    if len(after) > len(before):
        marker = str(after[-1].version_id)
        name, etag, version = "ObjectRemoved:DeleteMarkerCreated", EMPTY_ETAG, marker
    elif gone:
        named = version_id or None
        name, etag, version = "ObjectRemoved:Delete", None, _version(found, named)
    else:
        return answer
    told = Event(name, bucket_name, found.region_name, key_name, etag=etag, version_id=version)
    _wiring.notify(found, told)
    _wiring.plan(found)
    return answer


def _mark_nothing(found: FakeBucket, name: str) -> str:
    """Put a marker where there never was an object, as S3 does; its version."""
    nothing = FakeKey(name, b"", found.account_id, found.region_name, bucket_name=found.name)
    nothing.dispose()
    marker = FakeDeleteMarker(nothing)
    found.keys.setlist(name, [marker])
    return str(marker.version_id)


def _begin_upload(self: S3Backend, bucket_name: str, *arguments: Any, **options: Any) -> Any:
    upload = _create_upload(self, bucket_name, *arguments, **options)
    upload.coldstart_initiated = clock.now()
    if has_current() and _wiring is not None:
        _wiring.plan(self.get_bucket(bucket_name))
    return upload


def _create_private(self: S3Backend, *arguments: Any, **options: Any) -> FakeBucket:
    """Since 2023 a new bucket blocks all public access, encrypts and has no lists of access.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html,
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
    """
    made = _create_bucket(self, *arguments, **options)
    if is_strict():
        made.public_access_block = PublicAccessBlock(True, True, True, True)
        made.encryption = copy.deepcopy(ENCRYPTION)
        made.ownership_rule = "BucketOwnerEnforced"
    return made


def _encrypt_as_ever(self: S3Backend, bucket_name: str) -> None:
    _delete_encryption(self, bucket_name)
    if is_strict():
        self.get_bucket(bucket_name).encryption = copy.deepcopy(ENCRYPTION)


def _put_checked_policy(self: S3Backend, bucket_name: str, policy: bytes) -> None:
    if is_strict():
        block = self.get_bucket(bucket_name).public_access_block
        if block and block.block_public_policy and bucket_policy_is_public(policy):
            raise error(
                "AccessDenied",
                f"User: arn:aws:iam::{DEFAULT_ACCOUNT_ID}:root is not authorized to perform: "
                f's3:PutBucketPolicy on resource: "arn:aws:s3:::{bucket_name}" because public '
                "policies are prevented by the BlockPublicPolicy setting in S3 Block Public "
                "Access.",
                403,
            )
    _put_policy(self, bucket_name, policy)


def error(code: str, message: str, status: int) -> S3ClientError:
    made = S3ClientError(code, message)
    made.status = status
    return made


def _keep_lifecycle(self: FakeBucket, rules: list[dict[str, Any]]) -> None:
    _set_lifecycle(self, rules)
    self.coldstart_lifecycle = rules
    if has_current() and _wiring is not None:
        _wiring.plan(self)


def _forget_lifecycle(self: FakeBucket) -> None:
    _delete_lifecycle(self)
    self.coldstart_lifecycle = []
