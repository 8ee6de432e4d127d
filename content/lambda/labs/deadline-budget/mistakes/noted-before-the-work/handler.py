"""Sends the letters of a job; the table knows how far it came, and what was begun."""

import json
import os
import time

import boto3

press = boto3.client("sns")
sqs = boto3.client("sqs")
progress = boto3.resource("dynamodb").Table(os.environ["PROGRESS_TABLE"])
MARGIN_MS = int(os.environ["MARGIN_MS"])
MAX_BEGINS = 2


def send(job_id, letter):
    """Print a letter, a second for each page, and send it. A call that ends has sent it."""
    time.sleep(letter["pages"])
    told = {"job_id": job_id, "name": letter["name"]}
    press.publish(TopicArn=os.environ["PRESS_TOPIC"], Message=json.dumps(told))


def handler(event, context):
    body = event["Records"][0]["body"]
    job = json.loads(body)
    job_id, letters = job["job_id"], job["letters"]
    position, begins = read(job_id)
    is_first = True
    while position < len(letters):
        letter = letters[position]
        if begins >= MAX_BEGINS:
            put_aside(job_id, letter)
        else:
            if not is_first and context.get_remaining_time_in_millis() < MARGIN_MS:
                sqs.send_message(QueueUrl=os.environ["JOBS_URL"], MessageBody=body)
                return
            is_first = False
            write(job_id, position + 1, 0)
            send(job_id, letter)
        position, begins = position + 1, 0
        write(job_id, position, begins)


def read(job_id):
    item = progress.get_item(Key={"job_id": job_id}, ConsistentRead=True).get("Item", {})
    return int(item.get("position", 0)), int(item.get("begins", 0))


def write(job_id, position, begins):
    progress.put_item(Item={"job_id": job_id, "position": position, "begins": begins})


def put_aside(job_id, letter):
    told = json.dumps({"job_id": job_id, "name": letter["name"]})
    sqs.send_message(QueueUrl=os.environ["STUCK_URL"], MessageBody=told)
