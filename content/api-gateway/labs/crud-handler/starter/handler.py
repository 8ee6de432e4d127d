"""The catalogue of a nursery: products behind a REST API."""

import json
import os

import boto3

ORIGIN = os.environ["ORIGIN"]
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    sku = event["pathParameters"]["sku"]
    item = table.get_item(Key={"sku": sku})["Item"]
    return {"statusCode": 200, "body": item}
