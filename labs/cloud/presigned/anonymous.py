"""Requests that nobody signed: what a bucket's policy or an object's list lets everybody do.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from moto.s3.utils import bucket_policy_is_public

from labs.cloud import moto_s3
from labs.cloud.iam.evaluator import Guard, Identity, evaluate
from labs.cloud.iam.statements import Principal, Request
from labs.cloud.presigned.refusals import denied
from labs.cloud.presigned.requests import bucket_and_key

# The permission that an operation needs, where it has another name.
ACTIONS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteObjects": "DeleteObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "PostObject": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
ANYBODY = Principal()


def check(request: AWSPreparedRequest, operation: str, query: Mapping[str, str]) -> None:
    """Raises RefusedError unless everybody may do this."""
    name, key = bucket_and_key(request)
    bucket = moto_s3.bucket(name)
    if bucket is None:
        if not name:
            raise denied()
        return  # S3 tells everybody that there is no such bucket
    action = f"s3:{ACTIONS.get(operation, operation)}"
    if query.get("versionId") and action in {"s3:GetObject", "s3:DeleteObject"}:
        action += "Version"
    whole = f"arn:aws:s3:::{name}"
    resource = f"{whole}/{key}" if key else whole
    is_read = action in {"s3:GetObject", "s3:GetObjectVersion"}
    if not _by_policy(bucket, request, action, resource) and not (
        is_read and _by_list(bucket, key)
    ):
        raise denied()
    # Whether there is such an object is told to those alone who may list the bucket.
    is_told = not is_read or bucket.keys.get(key) is not None
    if not is_told and not _by_policy(bucket, request, "s3:ListBucket", whole):
        raise denied()


def _by_policy(bucket: Any, request: AWSPreparedRequest, action: str, resource: str) -> bool:
    block = bucket.public_access_block
    if bucket.policy is None:
        return False
    if block and block.restrict_public_buckets and bucket_policy_is_public(bucket.policy):
        return False
    context: dict[str, str | tuple[str, ...]] = {
        "aws:sourceip": "203.0.113.10",
        "aws:securetransport": str(request.url.startswith("https:")).lower(),
    }
    for header, key in (("Referer", "aws:referer"), ("User-Agent", "aws:useragent")):
        if value := request.headers.get(header):
            context[key] = str(value)
    policy = bucket.policy.decode("utf-8", "replace")
    asked = Request(ANYBODY, action, resource, context)
    return evaluate(asked, Identity(ANYBODY), Guard(policy)).is_allowed


def _by_list(bucket: Any, key: str) -> bool:
    """By the access control list of the object, unless the bucket ignores those."""
    block = bucket.public_access_block
    if block and block.ignore_public_acls:
        return False
    found = bucket.keys.get(key)
    return bool(found and not moto_s3.is_marker(found) and found.acl and found.acl.public_read)
