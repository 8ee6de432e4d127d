"""Leaves all to the batch writer of boto3."""

import json
from decimal import Decimal

import boto3

resource = boto3.resource("dynamodb")
TABLE = "catalogue"

MAX_CHARACTERS = 300_000


class TableBusyError(Exception):
    """The table took nothing for too long."""


def load(lines):
    last, rejected = {}, []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        product = read(line)
        if product is None:
            rejected.append(number)
        else:
            last[product["shop"], product["sku"]] = product
    with resource.Table(TABLE).batch_writer() as batch:
        for product in last.values():
            if is_deletion(product):
                batch.delete_item(Key={"shop": product["shop"], "sku": product["sku"]})
            else:
                batch.put_item(Item=product)
    deleted = sum(is_deletion(product) for product in last.values())
    return {"written": len(last) - deleted, "deleted": deleted, "rejected": rejected}


def read(line):
    """The product of a line, None if it is bad."""
    if len(line) > MAX_CHARACTERS:
        return None
    try:
        product = json.loads(line, parse_float=Decimal)
    except ValueError:
        return None
    if not isinstance(product, dict):
        return None
    keys = (product.get("shop"), product.get("sku"))
    return product if all(isinstance(key, str) and key for key in keys) else None


def is_deletion(product):
    return product.get("deleted") is True


