"""Publishes the events of a day."""

import json
import random
import time

import boto3
from botocore.exceptions import ClientError

LIMIT_BYTES = 262_144
ATTEMPTS = 5

sns = boto3.client("sns")
s3 = boto3.client("s3")


def to_text(event):
    """The text of a message. The readers rely on its form."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def publish(topic_arn, bucket, events):
    ids = {str(number): event["id"] for number, event in enumerate(events)}
    waiting = [entry_of(bucket, name, event) for name, event in zip(ids, events, strict=True)]
    lost = []
    for attempt in range(ATTEMPTS):
        if not waiting:
            break
        if attempt:
            time.sleep(0.2 * 2**attempt * random.uniform(0.9, 1.1))
        again = []
        for batch in batches(waiting):
            failed, hopeless = send(topic_arn, batch)
            again += failed
            lost += hopeless
        waiting = again
    return [ids[entry["Id"]] for entry in lost + waiting]


def send(topic_arn, batch):
    """What to send again of a batch, and what not."""
    try:
        answer = sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=batch)
    except ClientError as error:
        if error.response["Error"]["Code"] != "Throttling":
            raise
        return batch, []
    by_id = {entry["Id"]: entry for entry in batch}
    failed, hopeless = [], []
    for failure in answer.get("Failed", []):
        (hopeless if failure["SenderFault"] else failed).append(by_id[failure["Id"]])
    return failed, hopeless


def batches(entries):
    batch, size = [], 0
    for entry in entries:
        more = size_of(entry)
        if batch and (len(batch) == 10 or size + more > LIMIT_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += more
    if batch:
        yield batch


def entry_of(bucket, name, event):
    entry = as_entry(name, event["type"], to_text(event))
    if size_of(entry) <= LIMIT_BYTES:
        return entry
    key = f"events/{name}"
    s3.put_object(Bucket=bucket, Key=key, Body=to_text(event).encode())
    claim = {"id": event["id"], "type": event["type"], "s3_key": key}
    return as_entry(name, event["type"], to_text(claim))


def as_entry(name, kind, text):
    attributes = {"type": {"DataType": "String", "StringValue": kind}}
    return {"Id": name, "Message": text, "MessageAttributes": attributes}


def size_of(entry):
    kind = entry["MessageAttributes"]["type"]["StringValue"]
    return len((entry["Message"] + "type" + "String" + kind).encode())
