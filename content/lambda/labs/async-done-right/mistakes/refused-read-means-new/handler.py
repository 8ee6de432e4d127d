"""Books a van for each order: looks whether there is one, books, and writes it down."""

import json
import os

import boto3
from botocore.exceptions import ClientError

bookings = boto3.resource("dynamodb").Table(os.environ["BOOKINGS_TABLE"])
carrier = boto3.client("sns")
sqs = boto3.client("sqs")
HOPELESS = {"AddressUnknown", "TooHeavy"}


def book(order):
    """Book a van. Each call that works sends one; raises ClientError if the carrier refuses."""
    told = {"order_id": order["order_id"], "address": order["address"]}
    carrier.publish(TopicArn=os.environ["CARRIER_TOPIC"], Message=json.dumps(told))


def handler(event, context):
    if problem := missing(event):
        park(event, problem)
        return
    key = {"order_id": event["order_id"]}
    if is_booked(key):
        return
    try:
        book(event)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in HOPELESS:
            raise
        park(event, f"the carrier says {code}")
        return
    bookings.put_item(Item=key)


def missing(event):
    """What is wrong with the event, or ""."""
    if not isinstance(event, dict):
        return "the event is no order"
    for name in ("order_id", "address"):
        if not isinstance(event.get(name), str) or not event[name]:
            return f"the order has no {name}"
    return ""


def park(event, reason):
    body = json.dumps({"reason": reason, "event": event})
    sqs.send_message(QueueUrl=os.environ["PARKED_URL"], MessageBody=body)


def is_booked(key):
    try:
        return "Item" in bookings.get_item(Key=key, ConsistentRead=True)
    except ClientError as error:
        print("cannot read:", error)
        return False
