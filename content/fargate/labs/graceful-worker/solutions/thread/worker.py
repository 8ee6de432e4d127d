"""Reads the pages of old newspapers. It ends well."""

import json
import os
import signal
import threading
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


ending = threading.Event()


def missing_pages(job):
    for number, seconds in enumerate(job["pages"]):
        if not is_read(job["issue"], number):
            yield number, seconds


def consume():
    while not ending.is_set():
        answer = sqs.receive_message(QueueUrl=QUEUE_URL, WaitTimeSeconds=12)
        for message in answer.get("Messages", []):
            handle = dict(QueueUrl=QUEUE_URL, ReceiptHandle=message["ReceiptHandle"])
            job = json.loads(message["Body"])
            if not is_published(job["issue"]):
                for number, seconds in missing_pages(job):
                    if ending.is_set():
                        sqs.change_message_visibility(VisibilityTimeout=0, **handle)
                        return
                    read_page(job["issue"], number, seconds)
                publish(job["issue"])
            sqs.delete_message(**handle)


def main():
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    consumer = threading.Thread(target=consume)
    consumer.start()
    while consumer.is_alive():
        consumer.join(5)


if __name__ == "__main__":
    main()
