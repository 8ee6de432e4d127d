"""What the stock and the parcel service do when they hear of something."""

import json

import boto3

BUS = "shop"
MAX_HOPS = 8
MAX_PIECES = 10

events = boto3.client("events")
dynamodb = boto3.resource("dynamodb")
reservations = dynamodb.Table("reservations")
sent_parcels = dynamodb.Table("parcels")


def publish(source, detail_type, detail):
    entry = {
        "EventBusName": BUS,
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps({**detail, "hops": detail.get("hops", 0) + 1}),
    }
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        # Lambda tries again, and the item is put once more, to the same effect.
        raise RuntimeError(answer["Entries"][0]["ErrorCode"])


def is_too_far(detail):
    if detail.get("hops", 0) < MAX_HOPS:
        return False
    print("too many hops:", detail["order_id"], detail.get("correlation_id"))
    return True


def stock(event, context):
    order = event["detail"]
    if is_too_far(order):
        return
    if order["quantity"] > MAX_PIECES:
        publish("shop.stock", "StockShort", order)
        return
    reservations.put_item(Item={"order_id": order["order_id"], "quantity": order["quantity"]})
    publish("shop.stock", "StockReserved", order)


def parcels(event, context):
    order = event["detail"]
    if is_too_far(order):
        return
    sent_parcels.put_item(Item={"order_id": order["order_id"]})
    publish("shop.parcels", "ParcelSent", order)
