"""Keeps the stock and the prices of a shop."""

import boto3

table = boto3.resource("dynamodb").Table("products")


class OutOfStockError(Exception):
    """There are fewer pieces than somebody wants."""


class UnknownProductError(Exception):
    """There is no such product."""


class ContendedError(Exception):
    """Others changed the product each time that we tried."""


def take(sku, quantity):
    """Take pieces out of the stock."""
    old = int(table.get_item(Key={"sku": sku})["Item"]["stock"])
    new = old - quantity
    if new < 0:
        raise OutOfStockError(sku)
    table.update_item(
        Key={"sku": sku},
        UpdateExpression="SET stock = :new",
        ExpressionAttributeValues={":new": new},
    )
    return {"sku": sku, "old": old, "new": new}


def put_back(sku, quantity):
    """Put pieces into the stock."""
    return take(sku, -quantity)


def change_price(sku, percent):
    """Make a product cheaper or dearer."""
    item = table.get_item(Key={"sku": sku})["Item"]
    old = int(item["price_cents"])
    item["price_cents"] = old * (100 + percent) // 100
    table.put_item(Item=item)
    return {"sku": sku, "old": old, "new": item["price_cents"]}
