"""Reads the pages of old newspapers. It ends well."""

import json
import os
import signal
import time

import boto3

sqs = boto3.client("sqs")
pages = boto3.resource("dynamodb").Table("pages")
issues = boto3.resource("dynamodb").Table("issues")
QUEUE_URL = os.environ["QUEUE_URL"]
STOP_SECONDS = int(os.environ["STOP_SECONDS"])
ONE = {":one": 1}


def read_page(issue, number, seconds):
    """Read a page. It is paid for when it begins, and there when it ends."""
    key = {"page": f"{issue}#{number}"}
    pages.update_item(Key=key, UpdateExpression="ADD begun :one", ExpressionAttributeValues=ONE)
    time.sleep(seconds)
    pages.update_item(Key=key, UpdateExpression="ADD done :one", ExpressionAttributeValues=ONE)


def is_read(issue, number):
    """Whether somebody has read this page."""
    key = {"page": f"{issue}#{number}"}
    return "done" in pages.get_item(Key=key, ConsistentRead=True).get("Item", {})


def publish(issue):
    issues.update_item(
        Key={"issue": issue}, UpdateExpression="ADD copies :one", ExpressionAttributeValues=ONE
    )


def is_published(issue):
    return "Item" in issues.get_item(Key={"issue": issue}, ConsistentRead=True)


class Stopped(Exception):
    """The worker ends, and the issue is not done."""


class Reader:
    """Takes ten jobs at a time; after the signal it goes on for as long as there is time."""

    def __init__(self, url):
        self.queue = boto3.resource("sqs").Queue(url)
        self.deadline = None

    def on_term(self, _number, _frame):
        self.deadline = time.monotonic() + STOP_SECONDS - 3

    def check_time(self, seconds):
        if self.deadline is not None and time.monotonic() + seconds > self.deadline:
            raise Stopped

    def run(self):
        signal.signal(signal.SIGTERM, self.on_term)
        while self.deadline is None:
            held = self.queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=10)
            try:
                while held:
                    self.do(json.loads(held[0].body))
                    held.pop(0).delete()
            except Stopped:
                entries = [
                    {"Id": str(n), "ReceiptHandle": one.receipt_handle, "VisibilityTimeout": 0}
                    for n, one in enumerate(held)
                ]
                self.queue.change_message_visibility_batch(Entries=entries)
                return

    def do(self, job):
        if is_published(job["issue"]):
            return
        for number, seconds in enumerate(job["pages"]):
            if not is_read(job["issue"], number):
                self.check_time(seconds)
                read_page(job["issue"], number, seconds)
        publish(job["issue"])


def main():
    Reader(QUEUE_URL).run()


if __name__ == "__main__":
    main()
