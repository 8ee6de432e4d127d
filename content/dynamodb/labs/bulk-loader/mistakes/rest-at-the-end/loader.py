"""Drops repetitions in each batch only, and sends what came back at the very end."""

import json
import random
import time
from decimal import Decimal

import boto3

resource = boto3.resource("dynamodb")
client = resource.meta.client
TABLE = "catalogue"

BATCH_SIZE = 25
MAX_CHARACTERS = 300_000
MAX_REFUSALS = 5
LONGEST_PAUSE = 5


class TableBusyError(Exception):
    """The table took nothing for too long."""


def load(lines):
    last, rejected, products = {}, [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        product = read(line)
        if product is None:
            rejected.append(number)
        else:
            last[product["shop"], product["sku"]] = product
            products.append(product)
    rest = []
    for start in range(0, len(products), BATCH_SIZE):
        part = products[start : start + BATCH_SIZE]
        unique = {(product["shop"], product["sku"]): product for product in part}
        rest += write([request(product) for product in unique.values()], 0)
    attempt = 0
    while rest:
        attempt += 1
        by_key = {json.dumps(key_of(each)): each for each in rest}
        rest = list(by_key.values())
        rest = write(rest[:BATCH_SIZE], attempt) + rest[BATCH_SIZE:]
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


def request(product):
    if is_deletion(product):
        return {"DeleteRequest": {"Key": {"shop": product["shop"], "sku": product["sku"]}}}
    return {"PutRequest": {"Item": product}}


def key_of(each):
    kept = each["DeleteRequest"]["Key"] if "DeleteRequest" in each else each["PutRequest"]["Item"]
    return [kept["shop"], kept["sku"]]


def write(batch, attempt):
    for _ in range(MAX_REFUSALS):
        try:
            answer = client.batch_write_item(RequestItems={TABLE: batch})
        except client.exceptions.ProvisionedThroughputExceededException:
            time.sleep(random.uniform(0.02, 1))
            continue
        left = answer["UnprocessedItems"].get(TABLE, [])
        if left:
            time.sleep(random.uniform(0.02, min(LONGEST_PAUSE, 0.1 * 2**attempt)))
        return left
    raise TableBusyError
