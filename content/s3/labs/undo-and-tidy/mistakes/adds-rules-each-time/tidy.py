"""Brings back what was deleted, and writes the rules that tidy a bucket."""

from datetime import datetime
from itertools import batched

import boto3
from botocore.exceptions import ClientError

PER_REQUEST = 1000
RULES = [
    {
        "Status": "Enabled",
        "Filter": {"Prefix": "drafts/"},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 3},
    },
    {
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    },
    {
        "Status": "Enabled",
        "Filter": {"Prefix": "logs/"},
        "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
        "Expiration": {"Days": 365},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    },
    {
        # It may not stand in a rule that has days as well.
        "Status": "Enabled",
        "Filter": {"Prefix": "logs/"},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    },
]

s3 = boto3.client("s3")


def restore(bucket, prefix, since):
    """Undo the deletions since that moment; the keys that can be read again, sorted."""
    since = datetime.fromisoformat(since)
    markers, restored = [], []
    for key, entries in history(bucket, prefix).items():
        entries.sort(key=lambda entry: (entry["LastModified"], entry["IsLatest"]), reverse=True)
        removed = []
        for entry in entries:
            if "Size" in entry or entry["LastModified"] < since:
                break
            removed.append({"Key": key, "VersionId": entry["VersionId"]})
        markers += removed
        if removed and len(removed) < len(entries) and "Size" in entries[len(removed)]:
            restored.append(key)
    for part in batched(markers, PER_REQUEST):
        done = s3.delete_objects(Bucket=bucket, Delete={"Objects": list(part), "Quiet": True})
        if done.get("Errors"):
            raise RuntimeError(f"not removed: {done['Errors'][:3]}")
    return sorted(restored)


def history(bucket, prefix):
    """All versions and markers of each key."""
    found = {}
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for entry in page.get("Versions", []) + page.get("DeleteMarkers", []):
            found.setdefault(entry["Key"], []).append(entry)
    return found


def tidy(bucket):
    """Give the bucket its lifecycle rules."""
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": rules_of(bucket) + RULES}
    )


def rules_of(bucket):
    try:
        return s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
            raise
        return []
