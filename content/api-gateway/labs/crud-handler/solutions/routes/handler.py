"""A small framework of one class: routes are methods, answers are exceptions or values."""

import json
import os
import traceback
from base64 import b64decode
from http import HTTPStatus
from string import ascii_lowercase, digits

import boto3

client = boto3.client("dynamodb")
TABLE = os.environ["TABLE"]
ALLOWED = {*ascii_lowercase, *digits, "-"}


class HttpError(Exception):
    pass


class Catalogue:
    def __init__(self, event):
        self.event = event
        self.sku = event["pathParameters"]["sku"] if event["pathParameters"] else ""

    def body(self):
        raw = self.event["body"]
        if raw is None:
            raise HttpError(HTTPStatus.BAD_REQUEST)
        data = b64decode(raw) if self.event["isBase64Encoded"] else raw.encode()
        try:
            sent = json.loads(data.decode())
            name, price = sent["name"], sent["price"]
            sku = self.sku or sent["sku"]
        except (ValueError, LookupError, TypeError):
            raise HttpError(HTTPStatus.BAD_REQUEST) from None
        rules = (
            isinstance(name, str) and 0 < len(name) < 101,
            type(price) in (int, float) and 0 <= price <= 100_000 and round(price, 2) == price,
            self.sku or (isinstance(sku, str) and 0 < len(sku) < 21 and set(sku) <= ALLOWED),
        )
        if not all(rules):
            raise HttpError(HTTPStatus.BAD_REQUEST)
        return {"sku": sku, "name": name, "price": price}

    def collection_post(self):
        product = self.body()
        item = {
            "sku": {"S": product["sku"]},
            "name": {"S": product["name"]},
            "price": {"N": str(product["price"])},
        }
        try:
            client.put_item(
                TableName=TABLE,
                Item=item,
                ConditionExpression="attribute_not_exists(#k)",
                ExpressionAttributeNames={"#k": "sku"},
            )
        except client.exceptions.ConditionalCheckFailedException:
            raise HttpError(HTTPStatus.CONFLICT) from None
        return HTTPStatus.CREATED, product

    def product_get(self):
        item = client.get_item(TableName=TABLE, Key=self.key(), ConsistentRead=True).get("Item")
        if not item:
            raise HttpError(HTTPStatus.NOT_FOUND)
        price = float(item["price"]["N"])
        return HTTPStatus.OK, {"sku": self.sku, "name": item["name"]["S"], "price": price}

    def product_put(self):
        product = self.body()
        try:
            client.update_item(
                TableName=TABLE,
                Key=self.key(),
                UpdateExpression="SET #n = :n, price = :p",
                ConditionExpression="attribute_exists(sku)",
                ExpressionAttributeNames={"#n": "name"},
                ExpressionAttributeValues={
                    ":n": {"S": product["name"]},
                    ":p": {"N": repr(product["price"])},
                },
            )
        except client.exceptions.ConditionalCheckFailedException:
            raise HttpError(HTTPStatus.NOT_FOUND) from None
        return HTTPStatus.OK, product

    def product_delete(self):
        client.delete_item(TableName=TABLE, Key=self.key())
        return HTTPStatus.NO_CONTENT, None

    def key(self):
        return {"sku": {"S": self.sku}}


def handler(event, context):
    headers = {"access-control-allow-origin": [os.environ["ORIGIN"]]}
    method = event["httpMethod"]
    if method == "OPTIONS":
        headers["access-control-allow-methods"] = ["POST", "GET", "PUT", "DELETE"]
        headers["access-control-allow-headers"] = ["content-type"]
        return {"statusCode": 200, "multiValueHeaders": headers}
    try:
        catalogue = Catalogue(event)
        place = "product" if catalogue.sku else "collection"
        action = getattr(catalogue, f"{place}_{method.lower()}", None)
        if action is None:
            raise HttpError(HTTPStatus.METHOD_NOT_ALLOWED)
        status, found = action()
    except HttpError as error:
        status = error.args[0]
        found = {"message": status.phrase}
    except Exception:
        traceback.print_exc()
        status, found = HTTPStatus.INTERNAL_SERVER_ERROR, {"message": "Please try again later."}
    answer = {"statusCode": int(status), "multiValueHeaders": headers}
    if found is not None:
        answer["body"] = json.dumps(found, ensure_ascii=False)
        headers["content-type"] = ["application/json; charset=utf-8"]
    return answer
