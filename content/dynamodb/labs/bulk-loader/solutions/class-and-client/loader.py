"""Loads catalogues of shops into a table, with the low-level client and a class."""

import json
import random
import time
from decimal import Decimal

import boto3
from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb")
serialize = TypeSerializer().serialize


class TableBusyError(Exception):
    """The table took nothing for too long."""


class Loader:
    def __init__(self, table):
        self.table = table
        self.requests = {}
        self.rejected = []

    def add(self, number, line):
        try:
            product = self.parsed(line)
        except (ValueError, TypeError, KeyError):
            self.rejected.append(number)
            return
        key = (product["shop"], product["sku"])
        attributes = {name: serialize(value) for name, value in product.items()}
        if product.get("deleted") is True:
            keys = {name: attributes[name] for name in ("shop", "sku")}
            self.requests[key] = {"DeleteRequest": {"Key": keys}}
        else:
            self.requests[key] = {"PutRequest": {"Item": attributes}}

    @staticmethod
    def parsed(line):
        if len(line) > 300_000:
            raise ValueError("too long")
        product = json.loads(line, parse_float=Decimal)
        for name in ("shop", "sku"):
            if not isinstance(product[name], str) or product[name] == "":
                raise ValueError(f"no {name}")
        return product

    def count(self, kind):
        return sum(kind in request for request in self.requests.values())

    def flush(self):
        requests = list(self.requests.values())
        for start in range(0, len(requests), 25):
            self.write({self.table: requests[start : start + 25]})

    def write(self, batch):
        attempt = refused = 0
        while batch:
            attempt += 1
            try:
                batch = dynamodb.batch_write_item(RequestItems=batch)["UnprocessedItems"]
                refused = 0
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code != "ProvisionedThroughputExceededException":
                    raise
                refused += 1
                if refused >= 4:
                    raise TableBusyError(self.table) from error
            if batch:
                time.sleep(min(4, 0.05 * 2**attempt) * (0.5 + random.random() / 2))


def load(lines):
    loader = Loader("catalogue")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            loader.add(number, line)
    loader.flush()
    return {
        "written": loader.count("PutRequest"),
        "deleted": loader.count("DeleteRequest"),
        "rejected": loader.rejected,
    }
