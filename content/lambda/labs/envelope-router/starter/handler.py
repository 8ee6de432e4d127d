"""Turns the events of many senders into plain messages for the journal."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Message:
    source: str
    name: str
    content: Any


def handler(event, context):
    return [asdict(message) for message in messages(event)]


def messages(event):
    # Only queues are known yet, and only the first record is read.
    record = event["Records"][0]
    return [Message("sqs", record["eventSourceARN"].split(":")[-1], json.loads(record["body"]))]
