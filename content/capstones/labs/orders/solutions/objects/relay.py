"""Record by record: published, then deleted. The first that fails ends the batch."""

import json

import boto3
from boto3.dynamodb.types import TypeDeserializer

bus = boto3.client("events")
outbox = boto3.resource("dynamodb").Table("outbox")


class RefusedError(Exception):
    pass


def handler(event, context):
    for record in event["Records"]:
        try:
            relay(record)
        except Exception as error:
            print("stopped:", error)
            number = record["dynamodb"]["SequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}


def relay(record):
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return  # deleted, by us
    read = TypeDeserializer().deserialize
    item = {name: read(value) for name, value in image.items()}
    entry = {
        "EventBusName": "shop",
        "Source": "shop.orders",
        "DetailType": item["event"],
        "Detail": json.dumps(item["order"], default=int),
    }
    answer = bus.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RefusedError(answer["Entries"][0]["ErrorCode"])
    outbox.delete_item(Key={"id": item["id"]})
