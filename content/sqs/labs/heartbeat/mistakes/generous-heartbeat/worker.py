"""Renders films from a queue."""

import json
import time

import boto3

sqs = boto3.client("sqs")
films = boto3.resource("dynamodb").Table("films")
ONE = {":one": 1}


def render(job):
    """Render a film; yields after each scene. After the last one, the film is published."""
    key = {"film": job["film"]}
    for seconds in job["scenes"]:
        time.sleep(seconds)
        films.update_item(
            Key=key, UpdateExpression="ADD scenes :one", ExpressionAttributeValues=ONE
        )
        yield
    films.update_item(Key=key, UpdateExpression="ADD copies :one", ExpressionAttributeValues=ONE)


def is_published(job):
    """Whether somebody has rendered this film to its end."""
    return "copies" in films.get_item(Key={"film": job["film"]}, ConsistentRead=True).get("Item", {})


LIMIT_SECONDS = 11 * 3600
HIDDEN_SECONDS = 12 * 3600 - 10  # SQS refuses to extend beyond twelve hours


def run(queue_url, parking_url, timeout_seconds, seconds):
    end = time.time() + seconds
    while time.time() < end:
        asked = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=20)
        for message in asked.get("Messages", []):
            work(message, queue_url, parking_url, timeout_seconds)


def work(message, queue_url, parking_url, timeout_seconds):
    handle = {"QueueUrl": queue_url, "ReceiptHandle": message["ReceiptHandle"]}
    try:
        is_done = finish(json.loads(message["Body"]), handle, timeout_seconds)
    except Exception as error:
        print(f"{message['Body'][:80]} failed: {error!r}")
        sqs.change_message_visibility(**handle, VisibilityTimeout=0)
        return
    if not is_done:
        sqs.send_message(QueueUrl=parking_url, MessageBody=message["Body"])
    sqs.delete_message(**handle)


def finish(job, handle, timeout_seconds):
    """Render a film, and keep its job hidden; False if it takes too long."""
    received = beat = time.time()
    if is_published(job):
        return True
    for _ in render(job):
        now = time.time()
        if now - received >= LIMIT_SECONDS:
            return False
        if now - beat >= timeout_seconds / 2:
            left = HIDDEN_SECONDS - (now - received)
            if extend(handle, int(min(10 * timeout_seconds, left))):
                beat = now
    return True


def extend(handle, seconds):
    try:
        sqs.change_message_visibility(**handle, VisibilityTimeout=seconds)
    except Exception as error:
        print(f"heartbeat failed: {error!r}")
        return False
    return True
