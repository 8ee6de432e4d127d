"""Keeps the first line of each key."""

import json
import random
import time
from collections import deque
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
    last, rejected = {}, []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        product = read(line)
        if product is None:
            rejected.append(number)
        else:
            last.setdefault((product["shop"], product["sku"]), product)
    send(deque(request(product) for product in last.values()))
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


def send(queue):
    refusals = delays = 0
    while queue:
        batch = [queue.popleft() for _ in range(min(BATCH_SIZE, len(queue)))]
        try:
            answer = client.batch_write_item(RequestItems={TABLE: batch})
        except client.exceptions.ProvisionedThroughputExceededException:
            refusals += 1
            if refusals == MAX_REFUSALS:
                raise TableBusyError from None
            left = batch
        else:
            refusals, left = 0, answer["UnprocessedItems"].get(TABLE, [])
        queue.extendleft(reversed(left))
        delays = delays + 1 if left else 0
        if left:
            time.sleep(random.uniform(0.02, min(LONGEST_PAUSE, 0.1 * 2**delays)))
