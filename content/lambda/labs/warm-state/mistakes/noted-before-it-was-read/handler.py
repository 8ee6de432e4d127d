"""Writes receipts and signs them. What is kept has its own rule for how long."""

import hashlib
import hmac
import os
import tempfile
import time
from functools import cache
from pathlib import Path

import boto3

s3 = boto3.client("s3")
customers = boto3.resource("dynamodb").Table(os.environ["CUSTOMERS_TABLE"])
secrets = boto3.client("secretsmanager")
KEEP_SECONDS = 290

kept = {"key": "", "until": 0.0}


def handler(event, context):
    lines = [layout(), *written(event)]
    with tempfile.TemporaryDirectory() as folder:
        text = typeset(folder, lines)
    return {"order_id": event["order_id"], "text": text, "signature": signature(text)}


@cache
def layout():
    """Read once; an error is not kept."""
    found = s3.get_object(Bucket=os.environ["ASSETS_BUCKET"], Key="layout.txt")
    return found["Body"].read().decode()


def key():
    if time.time() >= kept["until"]:
        asked = time.time()
        kept["until"] = asked + KEEP_SECONDS
        found = secrets.get_secret_value(SecretId=os.environ["KEY_SECRET"])
        kept["key"] = found["SecretString"]
    return kept["key"]


def written(event):
    lines = [f"{line['text']}: {line['cents']}" for line in event["lines"]]
    total = sum(line["cents"] for line in event["lines"])
    discount = total * percent(event["customer"]) // 100
    return [*lines, f"discount: {discount}", f"total: {total - discount}"]


def percent(customer):
    found = customers.get_item(Key={"customer": customer}, ConsistentRead=True)
    return int(found["Item"]["percent"])


def signature(text):
    return hmac.new(key().encode(), text.encode(), hashlib.sha256).hexdigest()


def typeset(folder, lines):
    """Of a library: puts the lines on paper. It leaves its files in the folder."""
    Path(folder, "glyphs.bin").write_bytes(bytes(len(lines) * 128 * 1024))
    draft = Path(folder, "draft.txt")
    with draft.open("a") as file:
        for line in lines:
            file.write(line + "\n")
    return draft.read_text()
