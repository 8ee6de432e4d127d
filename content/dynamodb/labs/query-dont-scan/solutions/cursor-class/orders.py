"""Lists the orders of a customer with the low-level client, and conditions on the sort key."""

import hashlib

import boto3

dynamodb = boto3.client("dynamodb")


class BadCursorError(ValueError):
    """Nobody got this cursor from here."""


class Cursor:
    """A place in the history of one customer."""

    def __init__(self, customer_id, order_key):
        self.customer_id = customer_id
        self.order_key = order_key

    def __str__(self):
        return f"{self.order_key.encode().hex()}.{self._digest()}"

    @classmethod
    def read(cls, customer_id, text):
        position, _, digest = text.partition(".")
        try:
            found = cls(customer_id, bytes.fromhex(position).decode())
        except ValueError:
            raise BadCursorError(text) from None
        if found._digest() != digest:
            raise BadCursorError(text)
        return found

    def _digest(self):
        return hashlib.sha256(f"{self.customer_id}/{self.order_key}".encode()).hexdigest()[:20]


def list_orders(customer_id, page_size, status=None, cursor=None):
    conditions, values = "customer_id = :c", {":c": {"S": customer_id}}
    if cursor:
        conditions += " AND order_key < :k"
        values[":k"] = {"S": Cursor.read(customer_id, cursor).order_key}
    names = {"#s": "status"}
    parameters = {
        "TableName": "orders",
        "KeyConditionExpression": conditions,
        "ScanIndexForward": False,
        "ProjectionExpression": "order_key, order_id, placed_at, cents, #s",
    }
    if status is not None:
        parameters["FilterExpression"] = "#s = :s"
        values[":s"] = {"S": status}
    else:
        parameters["Limit"] = page_size + 1
    parameters |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}

    orders, last, more = [], None, False
    for page in dynamodb.get_paginator("query").paginate(**parameters):
        for row in page["Items"]:
            if len(orders) == page_size:
                more = True
                break
            last = row["order_key"]["S"]
            orders.append(
                {name: row[name]["S"] for name in ("order_id", "placed_at", "status")}
                | {"cents": int(row["cents"]["N"])}
            )
        if more:
            break
    return {"orders": orders, "next_cursor": str(Cursor(customer_id, last)) if more else None}
