"""Publishes the events of a day."""

import json

import boto3

LIMIT_BYTES = 262_144

sns = boto3.client("sns")
s3 = boto3.client("s3")


def to_text(event):
    """The text of a message. The readers rely on its form."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def publish(topic_arn, bucket, events):
    entries = [{"Id": event["id"], "Message": to_text(event)} for event in events]
    for start in range(0, len(entries), 10):
        sns.publish_batch(
            TopicArn=topic_arn, PublishBatchRequestEntries=entries[start : start + 10]
        )
    return []
