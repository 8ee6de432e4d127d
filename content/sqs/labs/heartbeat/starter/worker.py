"""Renders films from a queue. With short films, nobody has complained yet."""

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
    end = time.time() + seconds
    while time.time() < end:
        answer = sqs.receive_message(QueueUrl=queue_url)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            for _ in render(json.loads(message["Body"])):
                pass
        time.sleep(1)
