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
        answer = sqs.receive_message(QueueUrl=QUEUE_URL, WaitTimeSeconds=10)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=QUEUE_URL, ReceiptHandle=message["ReceiptHandle"])
            if not work(json.loads(message["Body"])):
                sqs.send_message(QueueUrl=QUEUE_URL, MessageBody=message["Body"])


if __name__ == "__main__":
    main()
