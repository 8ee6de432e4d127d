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


def run(queue_url, parking_url, timeout_seconds, seconds):
    """Holds up to ten jobs, and keeps all of them hidden while it works on the first."""
    end = time.time() + seconds
    while time.time() < end:
        received_at = time.time()
        messages = sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=20
        ).get("Messages", [])
        if messages:
            received_at = time.time()
        waiting = {str(number): message for number, message in enumerate(messages)}
        while waiting:
            name, message = next(iter(waiting.items()))
            outcome = "failed"
            try:
                outcome = render_one(message, waiting, queue_url, timeout_seconds, received_at)
            except Exception as error:
                print(message["MessageId"], error)
            del waiting[name]
            if outcome == "failed":
                beat(queue_url, {name: message}, 0)
                continue
            if outcome == "too long":
                sqs.send_message(QueueUrl=parking_url, MessageBody=message["Body"])
            sqs.delete_message_batch(
                QueueUrl=queue_url,
                Entries=[{"Id": name, "ReceiptHandle": message["ReceiptHandle"]}],
            )


def render_one(message, waiting, queue_url, timeout_seconds, received_at):
    job = json.loads(message["Body"])
    if is_published(job):
        return "done"
    for _ in render(job):
        age = time.time() - received_at
        if age >= 11 * 3600:
            return "too long"
        try:
            beat(queue_url, waiting, min(timeout_seconds, int(43_190 - age)))
        except Exception as error:
            print("beat failed", error)
    return "done"


def beat(queue_url, messages, timeout):
    entries = [
        {"Id": name, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": timeout}
        for name, message in messages.items()
    ]
    sqs.change_message_visibility_batch(QueueUrl=queue_url, Entries=entries)
