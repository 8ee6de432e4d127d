"""Undo by rounds: whatever has a fresh marker on top loses it, until no key has one."""

from datetime import datetime

import boto3
from botocore.exceptions import ClientError

s3 = boto3.resource("s3")


class Folder:
    """The keys of a bucket that begin with a prefix."""

    def __init__(self, bucket, prefix):
        self.bucket = s3.Bucket(bucket)
        self.prefix = prefix

    def entries(self):
        return self.bucket.object_versions.filter(Prefix=self.prefix)

    def fresh_markers(self, since):
        for entry in self.entries():
            if entry.is_latest and entry.size is None and entry.last_modified >= since:
                yield entry

    def readable(self):
        return {each.key for each in self.bucket.objects.filter(Prefix=self.prefix)}


def restore(bucket, prefix, since):
    folder, since = Folder(bucket, prefix), datetime.fromisoformat(since)
    before = folder.readable()
    while markers := list(folder.fresh_markers(since)):
        objects = [{"Key": one.object_key, "VersionId": one.id} for one in markers]
        while objects:
            part, objects = objects[:500], objects[500:]
            folder.bucket.delete_objects(Delete={"Objects": part})
    return sorted(folder.readable() - before)


def rule(name, prefix="", **actions):
    return {"ID": f"house-{name}", "Status": "Enabled", "Filter": {"Prefix": prefix}, **actions}


def tidy(bucket):
    lifecycle = s3.BucketLifecycleConfiguration(bucket)
    try:
        others = [one for one in lifecycle.rules if not one["ID"].startswith("house-")]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
            raise
        others = []
    old = {"NoncurrentDays": 30, "NewerNoncurrentVersions": 3}
    ours = [
        rule("drafts", "drafts/", NoncurrentVersionExpiration=old),
        rule("uploads", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
        rule("move", "logs/", Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}]),
        rule("expire", "logs/", Expiration={"Days": 365}),
        rule("gone", "logs/", NoncurrentVersionExpiration={"NoncurrentDays": 5}),
        rule("markers", "logs/", Expiration={"ExpiredObjectDeleteMarker": True}),
    ]
    lifecycle.put(LifecycleConfiguration={"Rules": others + ours})
