"""Sends bookings to the ledger's queue."""

import json
import uuid

import boto3

sqs = boto3.client("sqs")


def send(queue_url, bookings):
    entries = [
        {
            "Id": str(number),
            "MessageBody": json.dumps(booking),
            "MessageGroupId": "bookings",
            "MessageDeduplicationId": str(uuid.uuid4()),
        }
        for number, booking in enumerate(bookings)
    ]
    sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
