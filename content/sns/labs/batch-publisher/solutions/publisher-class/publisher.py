"""Publishes the events of a day."""

import hashlib
import json
import time

import boto3

LIMIT_BYTES = 262_144

sns = boto3.client("sns")


def to_text(event):
    """The text of a message. The readers rely on its form."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


class Publisher:
    """Fills a batch, sends it when it is full, and repeats what was refused."""

    def __init__(self, topic_arn, bucket):
        self.topic_arn = topic_arn
        self.bucket = boto3.resource("s3").Bucket(bucket)
        self.batch, self.size, self.lost = [], 0, []

    def add(self, event):
        text = to_text(event)
        fixed = len("typeString") + len(event["type"].encode())
        if len(text.encode()) + fixed > LIMIT_BYTES:
            key = hashlib.sha256(event["id"].encode()).hexdigest() + ".json"
            self.bucket.put_object(Key=key, Body=text.encode("utf-8"))
            text = to_text({"id": event["id"], "type": event["type"], "s3_key": key})
        size = len(text.encode()) + fixed
        if self.size + size > LIMIT_BYTES:
            self.flush()
        self.batch.append((event, text))
        self.size += size
        if len(self.batch) == 10:
            self.flush()

    def flush(self):
        left = {f"m{number}": one for number, one in enumerate(self.batch)}
        self.batch, self.size = [], 0
        for attempt in range(6):
            if not left:
                return
            time.sleep(attempt * 0.3)
            left = self.attempt(left)
        self.lost += [event["id"] for event, _ in left.values()]

    def attempt(self, left):
        entries = [
            {
                "Id": name,
                "Message": text,
                "MessageAttributes": {
                    "type": {"DataType": "String", "StringValue": event["type"]}
                },
            }
            for name, (event, text) in left.items()
        ]
        try:
            answer = sns.publish_batch(
                TopicArn=self.topic_arn, PublishBatchRequestEntries=entries
            )
        except sns.exceptions.ThrottledException:
            return left
        except sns.exceptions.ClientError as error:
            if "Throttl" not in error.response["Error"]["Code"]:
                raise
            return left
        refused = answer.get("Failed", [])
        self.lost += [left[one["Id"]][0]["id"] for one in refused if one["SenderFault"]]
        return {one["Id"]: left[one["Id"]] for one in refused if not one["SenderFault"]}


def publish(topic_arn, bucket, events):
    publisher = Publisher(topic_arn, bucket)
    for event in events:
        publisher.add(event)
    if publisher.batch:
        publisher.flush()
    return publisher.lost
