"""Each service is a class, which says what it does with an order and what it tells of it."""

import json
import time

import boto3

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")


class Service:
    source = ""

    def __call__(self, event, context):
        order = event["detail"]
        hops = order.get("hops") or 0
        if hops >= 8:
            print(json.dumps({"message": "too many hops", **order}))
            return None
        told = self.react(order)
        order["hops"] = hops + 1
        self.tell(told, json.dumps(order))
        return told

    def tell(self, kind, detail, attempts=5):
        entry = dict(EventBusName="shop", Source=self.source, DetailType=kind, Detail=detail)
        for attempt in range(attempts):
            answer = events.put_events(Entries=[entry])
            if answer["FailedEntryCount"] == 0:
                return
            time.sleep(0.1 * 2**attempt)
        raise TimeoutError(f"{kind} was refused {attempts} times")

    def note(self, table, order):
        try:
            dynamodb.put_item(
                TableName=table,
                Item={"order_id": {"S": order["order_id"]}},
                ConditionExpression="attribute_not_exists(order_id)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            print("again:", order["order_id"])


class Stock(Service):
    source = "shop.stock"

    def react(self, order):
        if order["quantity"] > 10:
            return "StockShort"
        self.note("reservations", order)
        return "StockReserved"


class Parcels(Service):
    source = "shop.parcels"

    def react(self, order):
        self.note("parcels", order)
        return "ParcelSent"


stock, parcels = Stock(), Parcels()
