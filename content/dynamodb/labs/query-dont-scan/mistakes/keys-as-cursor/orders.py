"""The cursor is the key as JSON."""

import itertools
import json

import boto3
from boto3.dynamodb.conditions import Attr, Key

table = boto3.resource("dynamodb").Table("orders")


def list_orders(customer_id, page_size, status=None, cursor=None):
    start = decode(cursor, customer_id) if cursor is not None else None
    # One more than is shown tells whether there is a next page.
    found = list(itertools.islice(matching(customer_id, status, start), page_size + 1))
    page = found[:page_size]
    following = encode(customer_id, page[-1]["order_key"]) if len(found) > page_size else None
    return {"orders": [shown(item) for item in page], "next_cursor": following}


def matching(customer_id, status, start):
    request = {
        "KeyConditionExpression": Key("customer_id").eq(customer_id),
        "ScanIndexForward": False,
    }
    if status:
        request["FilterExpression"] = Attr("status").eq(status)
    if start:
        request["ExclusiveStartKey"] = {"customer_id": customer_id, "order_key": start}
    while True:
        answer = table.query(**request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def encode(customer_id, order_key):
    return json.dumps({"customer_id": customer_id, "order_key": order_key})


def decode(cursor, customer_id):
    found = json.loads(cursor)
    if not isinstance(found, dict) or found.get("customer_id") != customer_id:
        raise ValueError("this is no cursor of this customer")
    return found["order_key"]


def shown(item):
    return {
        "order_id": item["order_id"],
        "placed_at": item["placed_at"],
        "status": item["status"],
        "cents": int(item["cents"]),
    }
