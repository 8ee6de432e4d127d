"""Receipts by objects: what is shared lives in Shop, what is of one order in Receipt."""

import hashlib
import hmac
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3

dynamodb = boto3.client("dynamodb")


class Shop:
    """One for each execution environment. The layout is read while it starts."""

    max_age = timedelta(minutes=4)

    def __init__(self):
        body = boto3.client("s3").get_object(Bucket=os.environ["ASSETS_BUCKET"], Key="layout.txt")
        self.layout = body["Body"].read().decode("utf-8")
        self._secrets = boto3.client("secretsmanager")
        self._key = None
        self._read_at = datetime.min.replace(tzinfo=UTC)

    @property
    def key(self):
        now = datetime.now(UTC)
        if now - self._read_at > self.max_age:
            self._key = self._secrets.get_secret_value(SecretId=os.environ["KEY_SECRET"])
            self._read_at = now
        return self._key["SecretString"].encode()


shop = Shop()


class Receipt:
    def __init__(self, order):
        self.order = order
        self.total = 0
        self.lines = []

    def add_lines(self):
        for line in self.order["lines"]:
            self.lines.append(f"{line['text']}: {line['cents']}")
            self.total += line["cents"]
        answer = dynamodb.get_item(
            TableName=os.environ["CUSTOMERS_TABLE"],
            Key={"customer": {"S": self.order["customer"]}},
        )
        discount = self.total * int(answer["Item"]["percent"]["N"]) // 100
        self.lines += [f"discount: {discount}", f"total: {self.total - discount}"]

    def text(self):
        folder = tempfile.mkdtemp(dir="/tmp")
        return typeset(folder, [shop.layout] + self.lines)


def handler(event, context):
    receipt = Receipt(event)
    receipt.add_lines()
    key = shop.key
    text = receipt.text()
    return {
        "order_id": event["order_id"],
        "text": text,
        "signature": hmac.digest(key, text.encode(), "sha256").hex(),
    }


def typeset(folder, lines):
    """Of a library: puts the lines on paper. It leaves its files in the folder."""
    Path(folder, "glyphs.bin").write_bytes(bytes(len(lines) * 128 * 1024))
    draft = Path(folder, "draft.txt")
    with draft.open("a") as file:
        for line in lines:
            file.write(line + "\n")
    return draft.read_text()
