"""Publishes what is written into the outbox, and empties it."""

import json

import boto3

dynamodb = boto3.client("dynamodb")
events = boto3.client("events")


def handler(event, context):
    records = [record for record in event["Records"] if record["eventName"] == "INSERT"]
    if not records:
        return {"batchItemFailures": []}
    answer = events.put_events(Entries=[entry(record) for record in records])
    failed = []
    for record, result in zip(records, answer["Entries"], strict=True):
        if "ErrorCode" in result:
            failed.append(record)
        else:
            dynamodb.delete_item(TableName="outbox", Key=record["dynamodb"]["Keys"])
    # A stream begins again at the first of them.
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["dynamodb"]["SequenceNumber"]} for record in failed[:1]
        ]
    }


def entry(record):
    image = record["dynamodb"]["NewImage"]
    return {
        "EventBusName": "shop",
        "Source": "shop.orders",
        "DetailType": image["kind"]["S"],
        "Detail": json.dumps({"order_id": image["order_id"]["S"]}),
    }
