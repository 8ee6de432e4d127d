"""Publishes the shop's events."""

import json
import time
from dataclasses import dataclass

import boto3

LIMIT_BYTES = 1_048_576

client = boto3.client("events")


def to_detail(event):
    """The text of a detail. The readers rely on its form."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Parcel:
    id: str
    entry: dict
    attempts: int = 0

    @property
    def size(self):
        texts = (self.entry[name] for name in ("Source", "DetailType", "Detail"))
        return sum(len(text.encode("utf-8")) for text in texts)


class Publisher:
    def __init__(self, bus, correlation_id):
        self.bus = bus
        self.correlation_id = correlation_id
        self.queue = []
        self.lost = []

    def add(self, event):
        detail = dict(event)
        detail.setdefault("correlation_id", self.correlation_id)
        entry = dict(
            EventBusName=self.bus,
            Source="shop.orders",
            DetailType=event["type"],
            Detail=to_detail(detail),
        )
        parcel = Parcel(event["id"], entry)
        (self.lost if parcel.size >= LIMIT_BYTES else self.queue).append(parcel)

    def run(self):
        while self.queue:
            batch = self.take()
            failed = self.send(batch)
            if failed:
                time.sleep(0.3 * 2 ** failed[0].attempts)
            self.queue = failed + self.queue
        return [parcel.id for parcel in self.lost]

    def take(self):
        count = total = 0
        for parcel in self.queue[:10]:
            total += parcel.size
            if total >= LIMIT_BYTES:
                break
            count += 1
        batch, self.queue = self.queue[:count], self.queue[count:]
        return batch

    def send(self, batch):
        for parcel in batch:
            parcel.attempts += 1
        try:
            results = client.put_events(Entries=[p.entry for p in batch])["Entries"]
        except client.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "ThrottlingException":
                raise
            results = [{"ErrorCode": code} for _ in batch]
        again = []
        for parcel, result in zip(batch, results):
            match result.get("ErrorCode"):
                case None:
                    pass
                case "ThrottlingException" | "InternalFailure" | "InternalException" if (
                    parcel.attempts < 4
                ):
                    again.append(parcel)
                case _:
                    self.lost.append(parcel)
        return again


def publish(bus, events, correlation_id):
    publisher = Publisher(bus, correlation_id)
    for event in events:
        publisher.add(event)
    return publisher.run()
