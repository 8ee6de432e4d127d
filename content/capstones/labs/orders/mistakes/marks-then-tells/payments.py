"""Pays an order from its customer's wallet, or gives its goods back."""

import json

import boto3

dynamodb = boto3.client("dynamodb")
FAILED = "ConditionalCheckFailed"


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            settle(json.loads(record["body"])["detail"]["order_id"])
        except Exception as error:
            print("failed:", record["messageId"], repr(error))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def settle(order_id):
    key = {"order_id": {"S": order_id}}
    order = dynamodb.get_item(TableName="orders", Key=key, ConsistentRead=True)["Item"]
    if order["status"]["S"] != "PLACED":
        return
    codes = finish(order, "PAID", "OrderPaid", take_money(order))
    if codes and codes[0] != FAILED and codes[1] == FAILED:
        codes = finish(order, "REJECTED", "OrderRejected", give_back(order))
    if codes and codes[0] != FAILED:
        raise RuntimeError(f"{order_id} was not settled: {codes}")


def take_money(order):
    return {
        "Update": {
            "TableName": "wallets",
            "Key": {"customer": order["customer"]},
            "UpdateExpression": "SET cents = cents - :cents",
            "ConditionExpression": "cents >= :cents",
            "ExpressionAttributeValues": {":cents": order["cents"]},
        }
    }


def give_back(order):
    return {
        "Update": {
            "TableName": "stock",
            "Key": {"sku": order["sku"]},
            "UpdateExpression": "SET available = available + :pieces",
            "ExpressionAttributeValues": {":pieces": order["quantity"]},
        }
    }


def finish(order, status, kind, move):
    """Do the move and bring the order to its end; returns why that was not possible."""
    order_id = order["order_id"]
    outbox = {"id": {"S": f"{order_id['S']}/end"}, "kind": {"S": kind}, "order_id": order_id}
    end = {
        "TableName": "orders",
        "Key": {"order_id": order_id},
        "UpdateExpression": "SET #status = :status",
        "ConditionExpression": "#status = :placed",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":status": {"S": status}, ":placed": {"S": "PLACED"}},
    }
    items = [{"Update": end}, move, {"Put": {"TableName": "outbox", "Item": outbox}}]
    try:
        dynamodb.transact_write_items(TransactItems=items)
    except dynamodb.exceptions.TransactionCanceledException as error:
        return [reason["Code"] for reason in error.response["CancellationReasons"]]
    return []
