"""The catalogue of a nursery: products behind a REST API."""

import base64
import json
import logging
import os
import re
from decimal import Decimal

import boto3
from botocore.exceptions import ClientError

HEADERS = {
    "Content-Type": "application/json",
    "Access-Control-Allow-Origin": os.environ["ORIGIN"],
}
PREFLIGHT = HEADERS | {
    "Access-Control-Allow-Methods": "GET,POST,PUT,DELETE,OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
}

logger = logging.getLogger()
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


class Refused(Exception):
    """The client's mistake: a status, and a sentence that it may read."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def handler(event, context):
    try:
        return route(event)
    except Refused as refused:
        return answer(refused.status, {"message": str(refused)})
    except Exception:
        logger.exception("request %s failed", context.aws_request_id)
        return answer(500, {"message": "internal error", "id": context.aws_request_id})


def route(event):
    sku = (event.get("pathParameters") or {}).get("sku")
    match event["httpMethod"], sku:
        case "OPTIONS", _:
            return {"statusCode": 204, "headers": PREFLIGHT, "body": ""}
        case "POST", None:
            return create(event)
        case "GET", str():
            return read(sku)
        case "PUT", str():
            return change(sku, event)
        case "DELETE", str():
            table.delete_item(Key={"sku": sku})
            return {"statusCode": 204, "headers": HEADERS, "body": ""}
    raise Refused(405, "there is no such method here")


def create(event):
    sent = content(event)
    sku = sent.get("sku")
    if not isinstance(sku, str) or not re.fullmatch(r"[a-z0-9-]{1,20}", sku):
        raise Refused(400, "sku must be 1 to 20 of a-z, 0-9 and -")
    return store(201, sku, sent, "attribute_not_exists(sku)", Refused(409, "this sku is taken"))


def read(sku):
    item = table.get_item(Key={"sku": sku}).get("Item")
    if item is None:
        raise Refused(404, "there is no such product")
    return answer(200, item)


def change(sku, event):
    missing = Refused(404, "there is no such product")
    return store(200, sku, content(event), "attribute_exists(sku)", missing)


def store(status, sku, sent, condition, otherwise):
    item = {"sku": sku, "name": name_in(sent), "price": price_in(sent)}
    try:
        table.put_item(Item=item, ConditionExpression=condition)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise otherwise from None
    return answer(status, item)


def content(event):
    body = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            body = base64.b64decode(body).decode("utf-8")
        found = json.loads(body, parse_float=Decimal, parse_constant=Decimal)
    except ValueError:
        raise Refused(400, "send JSON") from None
    if not isinstance(found, dict):
        raise Refused(400, "send a JSON object")
    return found


def name_in(sent):
    name = sent.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise Refused(400, "name must be a text of 1 to 100 characters")
    return name


def price_in(sent):
    price = sent.get("price")
    if type(price) is int:
        price = Decimal(price)
    is_number = isinstance(price, Decimal) and price.is_finite() and 0 <= price <= 100_000
    if not is_number or price != price.quantize(Decimal("0.01")):
        raise Refused(400, "price must be a number from 0 to 100000 with two digits at most")
    return price


def answer(status, found):
    return {"statusCode": status, "headers": HEADERS, "body": json.dumps(found, default=str)}
