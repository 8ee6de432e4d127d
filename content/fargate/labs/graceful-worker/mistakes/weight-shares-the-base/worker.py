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


stopping = False


def stop(_number, _frame):
    global stopping
    stopping = True


def work(job):
    """Read what is missing; False if the worker has to end before the issue is published."""
    name = job["issue"]
    if is_published(name):
        return True
    for number, seconds in enumerate(job["pages"]):
        if is_read(name, number):
            continue
        if stopping:
            return False
        read_page(name, number, seconds)
    publish(name)
    return True


def main():
    signal.signal(signal.SIGTERM, stop)
    while not stopping:
        answer = sqs.receive_message(
            QueueUrl=QUEUE_URL, MaxNumberOfMessages=1, WaitTimeSeconds=STOP_SECONDS // 2 - 1
        )
        for message in answer.get("Messages", []):
            handle = {"QueueUrl": QUEUE_URL, "ReceiptHandle": message["ReceiptHandle"]}
            if work(json.loads(message["Body"])):
                sqs.delete_message(**handle)
            else:
                sqs.change_message_visibility(**handle, VisibilityTimeout=0)
    print("bye")


if __name__ == "__main__":
    main()
