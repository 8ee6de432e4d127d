"""Sends bookings in batches, in which each account has one booking at most."""

import hashlib
import json
from itertools import batched, zip_longest

import boto3

ATTEMPTS = 5


class Sender:
    def __init__(self, queue_url):
        self.queue = boto3.resource("sqs").Queue(queue_url)

    def send(self, bookings):
        by_account = {}
        for booking in bookings:
            by_account.setdefault(booking["account"], []).append(booking)
        for turn in zip_longest(*by_account.values()):
            for batch in batched(filter(None, turn), 10):
                self.send_all([self.entry(n, booking) for n, booking in enumerate(batch)])

    def send_all(self, entries):
        for _ in range(ATTEMPTS):
            answer = self.queue.send_messages(Entries=entries)
            failed = {one["Id"] for one in answer.get("Failed", [])}
            entries = [entry for entry in entries if entry["Id"] in failed]
            if not entries:
                return
        raise RuntimeError(f"{len(entries)} bookings were refused again and again")

    def entry(self, position, booking):
        name = json.dumps([booking["account"], booking["number"]])
        return {
            "Id": f"e{position}",
            "MessageBody": json.dumps(booking),
            "MessageGroupId": booking["account"],
            "MessageDeduplicationId": hashlib.sha256(name.encode()).hexdigest(),
        }


def send(queue_url, bookings):
    Sender(queue_url).send(bookings)
