"""A payment is decided by what the wallet holds now, and written if it still holds that."""

import json
from uuid import uuid4

import boto3

shop = boto3.resource("dynamodb")
orders, wallets = shop.Table("orders"), shop.Table("wallets")
write = shop.meta.client.transact_write_items
Cancelled = shop.meta.client.exceptions.TransactionCanceledException


def handler(event, context):
    failed = [record["messageId"] for record in event["Records"] if not is_done(record)]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


def is_done(record):
    try:
        order_id = json.loads(record["body"])["detail"]["order_id"]
        order = orders.get_item(Key={"order_id": order_id}, ConsistentRead=True)["Item"]
        if order["status"] == "PLACED":
            decide(order)
    except Exception as error:
        print(json.dumps({"message": "not done", "error": repr(error)}))
        return False
    return True


def decide(order, tries=4):
    """Somebody else may use the wallet meanwhile: look again then."""
    for _ in range(tries):
        wallet = wallets.get_item(Key={"customer": order["customer"]}, ConsistentRead=True)
        held = wallet.get("Item", {}).get("cents", 0)
        writes = pay(order, held) if held >= order["cents"] else reject(order)
        try:
            write(TransactItems=writes)
            return
        except Cancelled as error:
            first = error.response["CancellationReasons"][0]["Code"]
            if first == "ConditionalCheckFailed":
                return  # it was settled by another
    raise TimeoutError(f"{order['order_id']} meets others again and again")


def ending(order, status, event):
    ended = {**order, "status": status}
    return [
        {
            "Put": {
                "TableName": "orders",
                "Item": ended,
                "ConditionExpression": "#s = :placed",
                "ExpressionAttributeNames": {"#s": "status"},
                "ExpressionAttributeValues": {":placed": "PLACED"},
            }
        },
        {
            "Put": {
                "TableName": "outbox",
                "Item": {"id": uuid4().hex, "event": event, "order": ended},
            }
        },
    ]


def pay(order, held):
    update = {
        "TableName": "wallets",
        "Key": {"customer": order["customer"]},
        "UpdateExpression": "SET cents = :rest",
        "ConditionExpression": "cents = :held",
        "ExpressionAttributeValues": {":rest": held - order["cents"], ":held": held},
    }
    return [*ending(order, "PAID", "OrderPaid"), {"Update": update}]


def reject(order):
    update = {
        "TableName": "stock",
        "Key": {"sku": order["sku"]},
        "UpdateExpression": "ADD available :back",
        "ExpressionAttributeValues": {":back": order["quantity"]},
    }
    return [*ending(order, "REJECTED", "OrderRejected"), {"Update": update}]
