"""Sends bookings one by one: slow, and in order whatever happens."""

import json

import boto3

sqs = boto3.client("sqs")


def send(queue_url, bookings):
    entries = [
        {
            "Id": str(number),
            "MessageBody": json.dumps(booking),
            "MessageGroupId": booking["account"],
            "MessageDeduplicationId": f"{booking['account']}/{booking['number']}",
        }
        for number, booking in enumerate(bookings)
    ]
    sqs.send_message_batch(QueueUrl=queue_url, Entries=entries[:10])
