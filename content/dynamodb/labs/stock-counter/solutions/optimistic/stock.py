"""Keeps the stock and the prices of a shop: read, compute, write if nobody was faster."""

import random
import time
from decimal import ROUND_HALF_UP, Decimal

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb")


class OutOfStockError(Exception):
    """There are fewer pieces than somebody wants."""


class UnknownProductError(Exception):
    """There is no such product."""


class ContendedError(Exception):
    """Others changed the product each time that we tried."""


class Product:
    """One row of the table, as it was read."""

    def __init__(self, sku):
        self.key = {"sku": {"S": sku}}
        answer = dynamodb.get_item(TableName="products", Key=self.key, ConsistentRead=True)
        if "Item" not in answer:
            raise UnknownProductError(sku)
        self.row = answer["Item"]

    def number(self, name):
        return int(self.row[name]["N"]) if name in self.row else 0

    def replace(self, watched, **numbers):
        """Write the numbers if the watched one has not changed; whether that was so."""
        names = {"#w": watched, **{f"#{at}": name for at, name in enumerate(numbers)}}
        values = {f":{at}": {"N": str(value)} for at, value in enumerate(numbers.values())}
        condition = "attribute_exists(sku) AND attribute_not_exists(#w)"
        if watched in self.row:
            condition, values[":w"] = "#w = :w", self.row[watched]
        try:
            dynamodb.update_item(
                TableName="products",
                Key=self.key,
                UpdateExpression="SET " + ", ".join(f"#{at} = :{at}" for at in range(len(numbers))),
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True


def attempts(sku):
    for number in range(8):
        yield Product(sku)
        time.sleep(random.random() * min(1, 0.02 * 2**number))
    raise ContendedError(sku)


def move(sku, pieces):
    for product in attempts(sku):
        old = product.number("stock")
        if old + pieces < 0:
            raise OutOfStockError(sku)
        if product.replace("stock", stock=old + pieces):
            return {"sku": sku, "old": old, "new": old + pieces}


def take(sku, quantity):
    return move(sku, -pieces_of(quantity))


def put_back(sku, quantity):
    return move(sku, pieces_of(quantity))


def pieces_of(quantity):
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise ValueError("a quantity is a whole number of at least 1")
    return quantity


def change_price(sku, percent):
    for product in attempts(sku):
        old = product.number("price_cents")
        exact = Decimal(old) * (100 + percent) / 100
        new = int(exact.to_integral_value(ROUND_HALF_UP))
        version = product.number("version") + 1
        if product.replace("version", price_cents=new, version=version):
            return {"sku": sku, "old": old, "new": new}
