"""Writes receipts and signs them. The first one of an environment is right."""

import hashlib
import hmac
import os
from pathlib import Path

import boto3

s3 = boto3.client("s3")
customers = boto3.resource("dynamodb").Table(os.environ["CUSTOMERS_TABLE"])
secrets = boto3.client("secretsmanager")

key = secrets.get_secret_value(SecretId=os.environ["KEY_SECRET"])["SecretString"]
discounts = {}


def handler(event, context):
    found = s3.get_object(Bucket=os.environ["ASSETS_BUCKET"], Key="layout.txt")
    layout = found["Body"].read().decode()
    text = typeset("/tmp", [layout, *written(event)])
    return {"order_id": event["order_id"], "text": text, "signature": signature(text)}


def written(event, lines=[]):
    """The lines of a receipt."""
    total = 0
    for line in event["lines"]:
        lines.append(f"{line['text']}: {line['cents']}")
        total += line["cents"]
    discount = total * percent(event["customer"]) // 100
    lines.append(f"discount: {discount}")
    lines.append(f"total: {total - discount}")
    return lines


def percent(customer):
    if "percent" not in discounts:
        item = customers.get_item(Key={"customer": customer})["Item"]
        discounts["percent"] = int(item["percent"])
    return discounts["percent"]


def signature(text):
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def typeset(folder, lines):
    """Of a library: puts the lines on paper. It leaves its files in the folder."""
    Path(folder, "glyphs.bin").write_bytes(bytes(len(lines) * 128 * 1024))
    draft = Path(folder, "draft.txt")
    with draft.open("a") as file:
        for line in lines:
            file.write(line + "\n")
    return draft.read_text()
