import json
import os

import boto3

orders = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
totals = boto3.resource("dynamodb").Table(os.environ["TOTALS_TABLE"])


def record(order):
    if not order["order_id"] or type(order["amount_cents"]) is not int or order["amount_cents"] < 1:
        raise ValueError("the order is not valid")
    orders.put_item(Item=order)
    totals.update_item(
        Key={"name": "all"},
        UpdateExpression="ADD amount_cents :amount",
        ExpressionAttributeValues={":amount": order["amount_cents"]},
    )


def handler(event, context):
    failures = []
    for message in event["Records"]:
        try:
            record(json.loads(message["body"]))
        except Exception:
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}
