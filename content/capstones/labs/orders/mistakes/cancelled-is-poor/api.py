"""Takes an order: goods, order and outbox are written together, or not at all."""

import json
import uuid

import boto3

dynamodb = boto3.client("dynamodb")
SHOP = uuid.UUID("8f14e45f-ceea-467f-a0a6-6f0a2c7e2d11")


def handler(event, context):
    key = event["headers"].get("idempotency-key")
    order = read(event.get("body"))
    if not key or not order:
        return answer(400, {"error": "a key, a customer, a sku and a quantity are needed"})
    order_id = str(uuid.uuid5(SHOP, key))
    goods = dynamodb.get_item(TableName="stock", Key={"sku": {"S": order["sku"]}})
    if "Item" not in goods:
        return answer(400, {"error": "there is no such article"})
    cents = order["quantity"] * int(goods["Item"]["cents"]["N"])
    try:
        place(order_id, order, cents)
    except dynamodb.exceptions.TransactionCanceledException as error:
        codes = [reason["Code"] for reason in error.response["CancellationReasons"]]
        if codes[0] == "ConditionalCheckFailed":
            return answer(201, {"order_id": order_id})
        if codes[1] != "ConditionalCheckFailed" or "TransactionConflict" in codes:
            raise
        return answer(409, {"error": "sold out"})
    return answer(201, {"order_id": order_id})


def place(order_id, order, cents):
    pieces = {"N": str(order["quantity"])}
    item = {
        "order_id": {"S": order_id},
        "customer": {"S": order["customer"]},
        "sku": {"S": order["sku"]},
        "quantity": pieces,
        "cents": {"N": str(cents)},
        "status": {"S": "PLACED"},
    }
    outbox = {
        "id": {"S": f"{order_id}/placed"},
        "kind": {"S": "OrderPlaced"},
        "order_id": {"S": order_id},
    }
    dynamodb.transact_write_items(
        TransactItems=[
            {
                "Put": {
                    "TableName": "orders",
                    "Item": item,
                    "ConditionExpression": "attribute_not_exists(order_id)",
                }
            },
            {
                "Update": {
                    "TableName": "stock",
                    "Key": {"sku": {"S": order["sku"]}},
                    "UpdateExpression": "SET available = available - :pieces",
                    "ConditionExpression": "available >= :pieces",
                    "ExpressionAttributeValues": {":pieces": pieces},
                }
            },
            {"Put": {"TableName": "outbox", "Item": outbox}},
        ]
    )


def read(body):
    """The order in a request, or None."""
    try:
        order = json.loads(body or "")
    except ValueError:
        return None
    if not isinstance(order, dict):
        return None
    texts = [order.get("customer"), order.get("sku")]
    if not all(isinstance(text, str) and text for text in texts):
        return None
    quantity = order.get("quantity")
    return order if type(quantity) is int and quantity > 0 else None


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
