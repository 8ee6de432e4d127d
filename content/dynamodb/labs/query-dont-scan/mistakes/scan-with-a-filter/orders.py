"""Scans the table with a filter for the customer."""

import base64
import json

import boto3
from boto3.dynamodb.conditions import Attr

table = boto3.resource("dynamodb").Table("orders")


def list_orders(customer_id, page_size, status=None, cursor=None):
    wanted = Attr("customer_id").eq(customer_id)
    if status:
        wanted &= Attr("status").eq(status)
    if cursor is not None:
        wanted &= Attr("order_key").lt(decode(cursor, customer_id))
    request, found = {"FilterExpression": wanted}, []
    while True:
        answer = table.scan(**request)
        found += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            break
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    found.sort(key=lambda item: item["order_key"], reverse=True)
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
