"""Publishes the shop's events."""

import json
import random
import time

import boto3
from botocore.exceptions import ClientError

LIMIT_BYTES = 1_048_576
ATTEMPTS = 5
PASSING = {"ThrottlingException", "InternalFailure", "InternalException"}

events_client = boto3.client("events")


def to_detail(event):
    """The text of a detail. The readers rely on its form."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def publish(bus, events, correlation_id):
    waiting, lost = [], []
    for event in events:
        entry = entry_of(bus, event, correlation_id)
        if size_of(entry) <= LIMIT_BYTES:
            waiting.append((event["id"], entry))
        else:
            lost.append(event["id"])
    for attempt in range(ATTEMPTS):
        if not waiting:
            break
        if attempt:
            time.sleep(0.2 * 2**attempt * random.uniform(0.9, 1.1))
        again = []
        for batch in batches(waiting):
            for (name, entry), code in zip(batch, send(batch), strict=True):
                if code in PASSING:
                    again.append((name, entry))
                elif code:
                    lost.append(name)
        waiting = again
    return lost + [name for name, _ in waiting]


def send(batch):
    """The error code of each entry, None if it was accepted."""
    try:
        answer = events_client.put_events(Entries=[entry for _, entry in batch])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ThrottlingException":
            raise
        return ["ThrottlingException"] * len(batch)
    return [result.get("ErrorCode") for result in answer["Entries"]]


def batches(waiting):
    batch, size = [], 0
    for name, entry in waiting:
        more = size_of(entry)
        if batch and (len(batch) == 10 or size + more > LIMIT_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((name, entry))
        size += more
    if batch:
        yield batch


def entry_of(bus, event, correlation_id):
    if "correlation_id" not in event:
        event = {**event, "correlation_id": correlation_id}
    return {
        "EventBusName": bus,
        "Source": "shop.orders",
        "DetailType": event["type"],
        "Detail": to_detail(event),
    }


def size_of(entry):
    return len((entry["Source"] + entry["DetailType"] + entry["Detail"]).encode())
