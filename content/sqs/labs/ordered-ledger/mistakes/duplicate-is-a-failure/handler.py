"""Posts bookings to accounts, each account's in order."""

import json
import os

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.exceptions import ClientError

accounts = boto3.resource("dynamodb").Table(os.environ["ACCOUNTS_TABLE"])


class AlreadyPosted(Exception):
    """The booking is in the table."""


class Overdrawn(Exception):
    """There is not enough money in the account."""


def post(booking):
    """Book it on its account; see the brief for what it raises."""
    number, cents = int(booking["number"]), int(booking["cents"])
    condition = ~Attr("numbers").contains(number)
    if cents < 0:
        condition &= Attr("balance").gte(-cents)
    try:
        accounts.update_item(
            Key={"account": booking["account"]},
            UpdateExpression="SET balance = if_not_exists(balance, :zero) + :cents,"
            " numbers = list_append(if_not_exists(numbers, :none), :numbers)",
            ConditionExpression=condition,
            ExpressionAttributeValues={
                ":zero": 0, ":cents": cents, ":none": [], ":numbers": [number]
            },
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        posted = error.response.get("Item", {}).get("numbers", {}).get("L", [])
        if {"N": str(number)} in posted:
            raise AlreadyPosted(f"{booking['account']}/{number}") from None
        raise Overdrawn(f"{booking['account']}/{number}") from None


def handler(event, context):
    stopped, failures = set(), []
    for record in event["Records"]:
        group = record["attributes"]["MessageGroupId"]
        if group not in stopped:
            try:
                post(json.loads(record["body"]))
                continue
            except Exception as error:
                print(group, repr(error))
                stopped.add(group)
        failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
