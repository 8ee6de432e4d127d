"""Claims an order by a conditional write before it books. Attempts of one event share a claim."""

import json
import logging
import os

import boto3
from botocore.exceptions import ClientError

logger = logging.getLogger()
dynamodb, sqs = boto3.client("dynamodb"), boto3.resource("sqs")
parked = sqs.Queue(os.environ["PARKED_URL"])
sns = boto3.client("sns")


class HopelessError(Exception):
    """No attempt will ever do better."""


def book(order):
    """Book a van. Each call that works sends one; raises ClientError if the carrier refuses."""
    told = {"order_id": order["order_id"], "address": order["address"]}
    sns.publish(TopicArn=os.environ["CARRIER_TOPIC"], Message=json.dumps(told))


class Booking:
    table = os.environ["BOOKINGS_TABLE"]

    def __init__(self, event, owner):
        try:
            self.order_id, address = event["order_id"], event["address"]
        except (KeyError, TypeError) as error:
            raise HopelessError(f"incomplete: {error}") from error
        if not all(isinstance(text, str) and text for text in (self.order_id, address)):
            raise HopelessError("incomplete: empty or no text")
        self.event, self.owner = event, owner

    def claim(self):
        """Whether this event may book."""
        try:
            dynamodb.put_item(
                TableName=self.table,
                Item={"order_id": {"S": self.order_id}, "claimed_by": {"S": self.owner}},
                ConditionExpression="attribute_not_exists(order_id) OR claimed_by = :me",
                ExpressionAttributeValues={":me": {"S": self.owner}},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def do(self):
        if not self.claim():
            logger.info("%s has its van", self.order_id)
            return
        try:
            book(self.event)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("AddressUnknown", "TooHeavy"):
                raise HopelessError(str(error)) from error
            raise
        except BaseException:
            self.release()
            raise

    def release(self):
        dynamodb.delete_item(TableName=self.table, Key={"order_id": {"S": self.order_id}})


def handler(event, context):
    try:
        Booking(event, context.aws_request_id).do()
    except HopelessError as error:
        parked.send_message(MessageBody=json.dumps({"reason": str(error), "event": event}))
    return {"done": True}
