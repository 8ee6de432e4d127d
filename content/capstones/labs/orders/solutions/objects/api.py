"""The request's key has an item of its own, which remembers the order."""

import json
from uuid import uuid4

import boto3
from botocore.exceptions import ClientError

shop = boto3.resource("dynamodb")
requests, stock = shop.Table("requests"), shop.Table("stock")


class Refused(Exception):
    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


def handler(event, context):
    try:
        order_id = Request(event).place()
    except Refused as refused:
        return {"statusCode": refused.status, "body": json.dumps({"error": str(refused)})}
    return {"statusCode": 201, "body": json.dumps({"order_id": order_id})}


class Request:
    def __init__(self, event):
        headers = {name.lower(): value for name, value in event["headers"].items()}
        self.key = headers.get("idempotency-key", "")
        try:
            body = json.loads(event["body"])
            self.customer, self.sku = body["customer"], body["sku"]
            self.quantity = body["quantity"]
        except (ValueError, KeyError, TypeError):
            raise Refused(400, "the order cannot be read") from None
        fine = (
            self.key
            and all(isinstance(text, str) and text for text in (self.customer, self.sku))
            and isinstance(self.quantity, int)
            and not isinstance(self.quantity, bool)
            and self.quantity >= 1
        )
        if not fine:
            raise Refused(400, "the order is not complete")

    def known(self):
        answer = requests.get_item(Key={"request_key": self.key}, ConsistentRead=True)
        return answer.get("Item", {}).get("order_id")

    def place(self):
        if order_id := self.known():
            return order_id
        article = stock.get_item(Key={"sku": self.sku}).get("Item")
        if article is None:
            raise Refused(400, "unknown article")
        order = {
            "order_id": uuid4().hex,
            "customer": self.customer,
            "sku": self.sku,
            "quantity": self.quantity,
            "cents": article["cents"] * self.quantity,
            "status": "PLACED",
        }
        try:
            shop.meta.client.transact_write_items(TransactItems=self.writes(order))
        except ClientError as error:
            reasons = [one["Code"] for one in error.response.get("CancellationReasons", [])]
            if "TransactionConflict" in reasons or "ConditionalCheckFailed" not in reasons:
                raise
            if order_id := self.known():
                return order_id
            raise Refused(409, "sold out") from None
        return order["order_id"]

    def writes(self, order):
        remember = {"request_key": self.key, "order_id": order["order_id"]}
        once = "attribute_not_exists(request_key)"
        letter = {"id": uuid4().hex, "event": "OrderPlaced", "order": order}
        take = {
            "TableName": "stock",
            "Key": {"sku": self.sku},
            "UpdateExpression": "ADD available :taken",
            "ConditionExpression": "available >= :wanted",
            "ExpressionAttributeValues": {":taken": -self.quantity, ":wanted": self.quantity},
        }
        return [
            {"Update": take},
            {"Put": {"TableName": "outbox", "Item": letter}},
            {"Put": {"TableName": "orders", "Item": order}},
            {"Put": {"TableName": "requests", "Item": remember, "ConditionExpression": once}},
        ]
