"""Sends bookings one by one: slow, and in order whatever happens."""

import json

import boto3

sqs = boto3.client("sqs")


def send(queue_url, bookings):
    for booking in bookings:
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=json.dumps(booking),
            MessageGroupId=booking["account"],
            MessageDeduplicationId=f"{booking['account']}/{booking['number']}",
        )
