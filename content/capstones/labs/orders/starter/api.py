"""Takes orders: POST /orders."""

import json
import uuid

import boto3

dynamodb = boto3.resource("dynamodb")
orders = dynamodb.Table("orders")
stock = dynamodb.Table("stock")
events = boto3.client("events")


def handler(event, context):
    body = json.loads(event["body"])
    goods = stock.get_item(Key={"sku": body["sku"]})["Item"]
    order = {
        "order_id": str(uuid.uuid4()),
        "customer": body["customer"],
        "sku": body["sku"],
        "quantity": body["quantity"],
        "cents": int(goods["cents"]) * body["quantity"],
        "status": "PLACED",
    }
    stock.put_item(Item={**goods, "available": goods["available"] - body["quantity"]})
    orders.put_item(Item=order)
    entry = {
        "EventBusName": "shop",
        "Source": "shop.orders",
        "DetailType": "OrderPlaced",
        "Detail": json.dumps(order),
    }
    events.put_events(Entries=[entry])
    return {"statusCode": 201, "body": json.dumps({"order_id": order["order_id"]})}
