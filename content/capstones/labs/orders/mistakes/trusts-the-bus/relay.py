"""Publishes what is written into the outbox, and empties it."""

import json

import boto3

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")


def handler(event, context):
    records = [record for record in event["Records"] if record["eventName"] == "INSERT"]
    if not records:
        return {"batchItemFailures": []}
    events.put_events(Entries=[entry(record) for record in records])
    for record in records:
        dynamodb.delete_item(TableName="outbox", Key=record["dynamodb"]["Keys"])
    return {"batchItemFailures": []}


def entry(record):
    image = record["dynamodb"]["NewImage"]
    return {
        "EventBusName": "shop",
        "Source": "shop.orders",
        "DetailType": image["kind"]["S"],
        "Detail": json.dumps({"order_id": image["order_id"]["S"]}),
    }
