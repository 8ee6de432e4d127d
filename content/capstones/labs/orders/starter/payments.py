"""Gets OrderPlaced from a queue, and has the customer pay."""

import json

import boto3

dynamodb = boto3.resource("dynamodb")
orders = dynamodb.Table("orders")
wallets = dynamodb.Table("wallets")
events = boto3.client("events")


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])["detail"]
        wallet = wallets.get_item(Key={"customer": order["customer"]})["Item"]
        wallet["cents"] -= order["cents"]
        wallets.put_item(Item=wallet)
        order["status"] = "PAID"
        orders.put_item(Item=order)
        entry = {
            "EventBusName": "shop",
            "Source": "shop.orders",
            "DetailType": "OrderPaid",
            "Detail": json.dumps(order),
        }
        events.put_events(Entries=[entry])
