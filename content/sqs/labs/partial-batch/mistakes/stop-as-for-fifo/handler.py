import json
import os

import boto3

ORDERS = os.environ["TABLE_NAME"]
TOTALS = os.environ["TOTALS_TABLE"]

dynamodb = boto3.client("dynamodb")


class AlreadyRecorded(Exception):
    """The order is in the table already."""


def record(order):
    """Store the order and add its amount to the total: both, or neither.

    Raises ValueError when the order is not valid, and AlreadyRecorded when it is a duplicate.
    """
    order_id = order.get("order_id")
    amount = order.get("amount_cents")
    if not isinstance(order_id, str) or not order_id:
        raise ValueError("the order has no order_id")
    if type(amount) is not int or amount <= 0:
        raise ValueError("amount_cents is not a positive whole number")
    put_order = {
        "TableName": ORDERS,
        "Item": {"order_id": {"S": order_id}, "amount_cents": {"N": str(amount)}},
        "ConditionExpression": "attribute_not_exists(order_id)",
    }
    add_to_total = {
        "TableName": TOTALS,
        "Key": {"name": {"S": "all"}},
        "UpdateExpression": "ADD amount_cents :amount",
        "ExpressionAttributeValues": {":amount": {"N": str(amount)}},
    }
    try:
        dynamodb.transact_write_items(
            TransactItems=[{"Put": put_order}, {"Update": add_to_total}]
        )
    except dynamodb.exceptions.TransactionCanceledException as error:
        if error.response["CancellationReasons"][0]["Code"] == "ConditionalCheckFailed":
            raise AlreadyRecorded(order_id) from error
        raise


def handler(event, context):
    messages = event["Records"]
    for position, message in enumerate(messages):
        try:
            record(json.loads(message["body"]))
        except AlreadyRecorded:
            pass
        except Exception:
            rest = messages[position:]
            return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in rest]}
    return {"batchItemFailures": []}
