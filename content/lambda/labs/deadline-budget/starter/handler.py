"""Sends the letters of a job."""

import json
import os
import time

import boto3

press = boto3.client("sns")


def send(job_id, letter):
    """Print a letter, a second for each page, and send it. A call that ends has sent it."""
    time.sleep(letter["pages"])
    told = {"job_id": job_id, "name": letter["name"]}
    press.publish(TopicArn=os.environ["PRESS_TOPIC"], Message=json.dumps(told))


def handler(event, context):
    job = json.loads(event["Records"][0]["body"])
    for letter in job["letters"]:
        send(job["job_id"], letter)
