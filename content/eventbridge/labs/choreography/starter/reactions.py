"""What the stock and the parcel service do when they hear of something."""

import json

import boto3

BUS = "shop"

events = boto3.client("events")
dynamodb = boto3.resource("dynamodb")
reservations = dynamodb.Table("reservations")
sent_parcels = dynamodb.Table("parcels")


def publish(source, detail_type, detail):
    entry = {
        "EventBusName": BUS,
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
    }
    events.put_events(Entries=[entry])


def stock(event, context):
    order = event["detail"]
    reservations.put_item(Item={"order_id": order["order_id"]})
    publish("shop.stock", "StockReserved", order)


def parcels(event, context):
    order = event["detail"]
    sent_parcels.put_item(Item={"order_id": order["order_id"]})
    publish("shop.parcels", "ParcelSent", order)
