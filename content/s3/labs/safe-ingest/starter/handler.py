"""Writes a summary of each file in `in/` to `out/`."""

import json
import os

import boto3

s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    for message in event["Records"]:
        print(json.loads(message["body"]))
    return {"batchItemFailures": []}
