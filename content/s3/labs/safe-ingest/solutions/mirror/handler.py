"""Makes `out/` fit `in/`: an event says only which key to look at, so its order is no matter."""

import json
from contextlib import suppress
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import ClientError

s3 = boto3.resource("s3")
MISSING = {"404", "NoSuchKey"}


class Mirror:
    """One file and its summary."""

    def __init__(self, bucket, key):
        self.source = s3.Object(bucket, key)
        self.target = s3.Object(bucket, "out/" + key[len("in/") :] + ".json")

    def refresh(self):
        found = or_none(self.source.get)
        if found is None:
            self.target.delete()
            return
        etag = found["ETag"].strip('"')
        if or_none(lambda: self.target.metadata.get("source")) == etag:
            return
        total = count = 0
        for line in found["Body"].iter_lines():
            total, count = total + int(line), count + 1
        body = json.dumps({"count": count, "sum": total}).encode()
        self.target.put(Body=body, Metadata={"source": etag})


def or_none(call):
    """What a call gives, None if the object is not there; other errors are errors."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise
        return None


def keys(body):
    records = json.loads(body).get("Records") or ()
    return [
        (one["s3"]["bucket"]["name"], unquote_plus(one["s3"]["object"]["key"])) for one in records
    ]


def handler(event, context):
    failed = {message["messageId"] for message in event["Records"]}
    for message in event["Records"]:
        with suppress(Exception):
            for bucket, key in keys(message["body"]):
                Mirror(bucket, key).refresh()
            failed.discard(message["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
