"""Stores recordings in an archive that nobody may write over."""

import os

import boto3
import camera

BUCKET = os.environ["ARCHIVE_BUCKET"]

s3 = boto3.client("s3")


def handler(event, context):
    body = b""
    while len(body) < event["size"]:
        length = min(camera.MAX_READ, event["size"] - len(body))
        body += camera.read(event["recording"], len(body), length)
    s3.put_object(Bucket=BUCKET, Key=event["key"], Body=body)
    return {"status": "stored"}
