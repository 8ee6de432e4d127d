"""Doubles its pauses without a limit."""

import random
import time

import boto3
from boto3.dynamodb.conditions import Attr

table = boto3.resource("dynamodb").Table("products")
Refused = table.meta.client.exceptions.ConditionalCheckFailedException

ATTEMPTS = 7


class OutOfStockError(Exception):
    """There are fewer pieces than somebody wants."""


class UnknownProductError(Exception):
    """There is no such product."""


class ContendedError(Exception):
    """Others changed the product each time that we tried."""


def take(sku, quantity):
    check(quantity)
    try:
        return add(sku, -quantity, Attr("stock").gte(quantity))
    except Refused as refused:
        if "Item" not in refused.response:
            raise UnknownProductError(sku) from None
        raise OutOfStockError(sku) from None


def put_back(sku, quantity):
    check(quantity)
    try:
        return add(sku, quantity, Attr("sku").exists())
    except Refused:
        raise UnknownProductError(sku) from None


def check(quantity):
    if type(quantity) is not int or quantity < 1:
        raise ValueError(f"{quantity!r} is no number of pieces")


def add(sku, pieces, condition):
    answer = table.update_item(
        Key={"sku": sku},
        UpdateExpression="ADD stock :pieces",
        ConditionExpression=condition,
        ExpressionAttributeValues={":pieces": pieces},
        ReturnValues="UPDATED_NEW",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    new = int(answer["Attributes"]["stock"])
    return {"sku": sku, "old": new - pieces, "new": new}


def change_price(sku, percent):
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0.5, 1) * 2**attempt)
        item = table.get_item(Key={"sku": sku}, ConsistentRead=True).get("Item")
        if item is None:
            raise UnknownProductError(sku)
        old = int(item["price_cents"])
        new = (old * (100 + percent) + 50) // 100
        unchanged = Attr("price_cents").eq(old)
        if "version" in item:
            unchanged &= Attr("version").eq(item["version"])
        else:
            unchanged &= Attr("version").not_exists()
        try:
            table.update_item(
                Key={"sku": sku},
                UpdateExpression="SET price_cents = :new ADD version :one",
                ConditionExpression=unchanged,
                ExpressionAttributeValues={":new": new, ":one": 1},
            )
        except Refused:
            continue
        return {"sku": sku, "old": old, "new": new}
    raise ContendedError(sku)
