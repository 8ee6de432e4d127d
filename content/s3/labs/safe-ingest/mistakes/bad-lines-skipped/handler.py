"""Writes a summary of each file; remembers for each key which event was the last."""

import json
import os
from urllib.parse import unquote_plus

import boto3

MAX_SEQUENCER = 64

s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    failures = []
    for message in event["Records"]:
        try:
            for record in json.loads(message["body"]).get("Records", []):
                ingest(record)
        except Exception as error:
            print(f"{message['messageId']}: {error!r}")
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


def ingest(record):
    bucket = record["s3"]["bucket"]["name"]
    key = unquote_plus(record["s3"]["object"]["key"])
    sequencer = record["s3"]["object"]["sequencer"].ljust(MAX_SEQUENCER, "0")
    seen = table.get_item(Key={"key": key}, ConsistentRead=True).get("Item", {})
    if seen.get("sequencer", "") >= sequencer:
        return
    target = f"out/{key.removeprefix('in/')}.json"
    if record["eventName"].startswith("ObjectRemoved:"):
        s3.delete_object(Bucket=bucket, Key=target)
    else:
        try:
            body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return  # the event of its removal is on its way
        summary = json.dumps(summary_of(body.decode()))
        s3.put_object(
            Bucket=bucket, Key=target, Body=summary.encode(), ContentType="application/json"
        )
    # Only now: what dies before this line is done again.
    table.put_item(Item={"key": key, "sequencer": sequencer})


def summary_of(text):
    numbers = [int(line) for line in text.split()]
    return {"count": len(numbers), "sum": sum(numbers)}
