"""Stores recordings in an archive that nobody may write over."""

import os

import boto3
import camera
from botocore.exceptions import ClientError

BUCKET = os.environ["ARCHIVE_BUCKET"]
PART_BYTES = 50 * 1024  # no smaller parts are taken, but for the last one

s3 = boto3.client("s3")


def handler(event, context):
    key = event["key"]
    status = status_of(event)
    if status is None:
        status = store(event)
    for upload in open_uploads(key):
        s3.abort_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload)
    return {"status": status}


def status_of(event):
    """None if the key is free."""
    try:
        found = s3.head_object(Bucket=BUCKET, Key=event["key"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        return None
    is_ours = found["Metadata"].get("recording") == event["recording"]
    return "stored" if is_ours and found["ContentLength"] == event["size"] else "taken"


def store(event):
    metadata = {"recording": event["recording"]}
    try:
        if event["size"] <= PART_BYTES:
            s3.put_object(
                Bucket=BUCKET,
                Key=event["key"],
                Body=read(event, 0),
                Metadata=metadata,
                IfNoneMatch="*",
            )
        else:
            store_in_parts(event, metadata)
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise
        # Somebody was faster, perhaps we ourselves: an answer may have been lost.
        return status_of(event)
    return "stored"


def store_in_parts(event, metadata):
    key = event["key"]
    for upload in open_uploads(key):
        s3.abort_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload)
    begun = s3.create_multipart_upload(Bucket=BUCKET, Key=key, Metadata=metadata)
    upload = begun["UploadId"]
    place = {"Bucket": BUCKET, "Key": key, "UploadId": upload}
    pages = s3.get_paginator("list_parts").paginate(**place)
    done = {part["PartNumber"]: part["ETag"] for page in pages for part in page.get("Parts", [])}
    for number, offset in enumerate(range(0, event["size"], PART_BYTES), start=1):
        if number not in done:
            body = read(event, offset)
            done[number] = s3.upload_part(**place, PartNumber=number, Body=body)["ETag"]
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in sorted(done.items())]
    s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts}, IfNoneMatch="*")


def open_uploads(key):
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=BUCKET, Prefix=key)
    return [
        upload["UploadId"]
        for page in pages
        for upload in page.get("Uploads", [])
        if upload["Key"] == key
    ]


def read(event, offset):
    """One part."""
    end = min(offset + PART_BYTES, event["size"])
    pieces = []
    while offset < end:
        pieces.append(camera.read(event["recording"], offset, min(camera.MAX_READ, end - offset)))
        offset += len(pieces[-1])
    return b"".join(pieces)
