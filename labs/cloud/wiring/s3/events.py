"""What happened to an object, in the forms in which it is told.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from labs.cloud import moto_lambda
from labs.cloud.clock import clock, iso_of
from labs.cloud.simulation import current

SCHEMA = "1.0"
USER, OWNER = "AWS:AIDAJDPLRKLG7UEXAMPLE", "A3NL1KOZZKExample"
ADDRESS = "203.0.113.10"  # of those that no one has
BY_LIFECYCLE = "s3.amazonaws.com"
# Name in a notification -> (detail-type of EventBridge, its reason).
DETAILS = {
    "ObjectCreated:Put": ("Object Created", "PutObject"),
    "ObjectCreated:Post": ("Object Created", "POST Object"),
    "ObjectCreated:Copy": ("Object Created", "CopyObject"),
    "ObjectCreated:CompleteMultipartUpload": ("Object Created", "CompleteMultipartUpload"),
    "ObjectRemoved:Delete": ("Object Deleted", "DeleteObject"),
    "ObjectRemoved:DeleteMarkerCreated": ("Object Deleted", "DeleteObject"),
    "LifecycleExpiration:Delete": ("Object Deleted", "Lifecycle Expiration"),
    "LifecycleExpiration:DeleteMarkerCreated": ("Object Deleted", "Lifecycle Expiration"),
    "LifecycleTransition": ("Object Storage Class Changed", ""),
    "ObjectTagging:Put": ("Object Tags Added", ""),
    "ObjectTagging:Delete": ("Object Tags Deleted", ""),
    "ObjectAcl:Put": ("Object ACL Updated", ""),
    "ObjectRestore:Post": ("Object Restore Initiated", ""),
    "ObjectRestore:Completed": ("Object Restore Completed", ""),
}


@dataclass(frozen=True)
class Event:
    """`name` is as in "s3:ObjectCreated:Put" without its "s3:".

    `size` and `etag` are None where the event does not tell them, `version_id` is "" in a bucket
    without versions, `storage_class` the new one of a transition.
    """

    name: str
    bucket: str
    region: str
    key: str
    size: int | None = None
    etag: str | None = None
    version_id: str = ""
    storage_class: str = ""
    millis: float = field(default_factory=clock.millis)
    sequencer: str = field(default_factory=lambda: f"00{clock.now_ns():016X}")
    request_id: str = field(default_factory=lambda: new_request_id())
    caller: str = field(default_factory=lambda: _caller())

    @property
    def is_by_lifecycle(self) -> bool:
        return self.name.startswith("Lifecycle")


def new_request_id() -> str:
    """ "C3D13FE58DE4C810"."""
    return moto_lambda.new_id().replace("-", "")[:16].upper()


def host_id(request_id: str) -> str:
    """x-amz-id-2, which goes with it."""
    return base64.b64encode(hashlib.sha384(request_id.encode()).digest()).decode()


def _caller() -> str:
    callers = current().callers
    made_by = callers[-1].made_by if callers else ""
    kind, _, name = made_by.partition(" ")
    return f"AWS:AROAEXAMPLEROLE:{name}" if kind == "function" else USER


def as_record(event: Event, configuration_id: str) -> dict[str, Any]:
    """One of the "Records" that functions, queues and topics get."""
    told = {
        "key": quote_plus(event.key, safe="/"),
        "size": event.size,
        "eTag": event.etag,
        "versionId": event.version_id or None,
        "sequencer": event.sequencer,
    }
    record: dict[str, Any] = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": event.region,
        "eventTime": iso_of(event.millis),
        "eventName": event.name,
        "userIdentity": {"principalId": BY_LIFECYCLE if event.is_by_lifecycle else event.caller},
        "requestParameters": {
            "sourceIPAddress": BY_LIFECYCLE if event.is_by_lifecycle else ADDRESS
        },
        "responseElements": {
            "x-amz-request-id": event.request_id,
            "x-amz-id-2": host_id(event.request_id),
        },
        "s3": {
            "s3SchemaVersion": SCHEMA,
            "configurationId": configuration_id,
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": {"principalId": OWNER},
                "arn": f"arn:aws:s3:::{event.bucket}",
            },
            "object": {name: value for name, value in told.items() if value is not None},
        },
    }
    if event.storage_class:
        moved = {"destinationStorageClass": event.storage_class}
        record["lifecycleEventData"] = {"transitionEventData": moved}
    return record


def as_detail(event: Event, account: str) -> tuple[str, dict[str, Any]]:
    """detail-type and detail of the event on EventBridge's default bus."""
    kind, reason = DETAILS[event.name]
    told = {
        "key": event.key,
        "size": event.size,
        "etag": event.etag,
        "version-id": event.version_id or None,
        "sequencer": None if kind.startswith("Object Tags") else event.sequencer,
    }
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": event.bucket},
        "object": {name: value for name, value in told.items() if value is not None},
        "request-id": event.request_id,
        "requester": BY_LIFECYCLE if event.is_by_lifecycle else account,
    }
    if not event.is_by_lifecycle:
        detail["source-ip-address"] = ADDRESS
    if reason:
        detail["reason"] = reason
    if kind == "Object Deleted":
        is_marker = event.name.endswith("DeleteMarkerCreated")
        detail["deletion-type"] = "Delete Marker Created" if is_marker else "Permanently Deleted"
    if event.storage_class:
        detail["destination-storage-class"] = event.storage_class
    return kind, detail
