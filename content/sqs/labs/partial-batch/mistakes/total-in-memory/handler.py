import json
import os

import boto3

ORDERS = os.environ["TABLE_NAME"]
TOTALS = os.environ["TOTALS_TABLE"]

dynamodb = boto3.client("dynamodb")
total = 0


class AlreadyRecorded(Exception):
    """The order is in the table already."""


def record(order):
    """Store the order and add its amount to the total: one after the other.

    Raises ValueError when the order is not valid, and AlreadyRecorded when it is a duplicate.
    """
    global total
    order_id = order.get("order_id")
    amount = order.get("amount_cents")
    if not isinstance(order_id, str) or not order_id:
        raise ValueError("the order has no order_id")
    if type(amount) is not int or amount <= 0:
        raise ValueError("amount_cents is not a positive whole number")
    try:
        dynamodb.put_item(
            TableName=ORDERS,
            Item={"order_id": {"S": order_id}, "amount_cents": {"N": str(amount)}},
            ConditionExpression="attribute_not_exists(order_id)",
        )
    except dynamodb.exceptions.ConditionalCheckFailedException as error:
        raise AlreadyRecorded(order_id) from error
    total += amount
    dynamodb.put_item(
        TableName=TOTALS, Item={"name": {"S": "all"}, "amount_cents": {"N": str(total)}}
    )


def handler(event, context):
    failures = []
    for message in event["Records"]:
        try:
            record(json.loads(message["body"]))
        except AlreadyRecorded:
            pass
        except Exception as error:
            print("failed:", message["messageId"], error)
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}
