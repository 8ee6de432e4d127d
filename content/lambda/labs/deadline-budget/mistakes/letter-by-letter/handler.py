"""Sends letters; each letter has a mark of its own in the job's item."""

import json
import os
import time

import boto3

dynamodb = boto3.client("dynamodb")
press = boto3.client("sns")
queues = boto3.resource("sqs")


def send(job_id, letter):
    """Print a letter, a second for each page, and send it. A call that ends has sent it."""
    time.sleep(letter["pages"])
    told = {"job_id": job_id, "name": letter["name"]}
    press.publish(TopicArn=os.environ["PRESS_TOPIC"], Message=json.dumps(told))


class Job:
    """A job as its item tells: the letters that are over, and how often others were begun."""

    def __init__(self, job_id):
        self.job_id = job_id
        self.call = {"TableName": os.environ["PROGRESS_TABLE"], "Key": {"job_id": {"S": job_id}}}
        item = dynamodb.get_item(**self.call, ConsistentRead=True).get("Item", {})
        self.over = set(item.get("over", {}).get("SS", ()))
        self.begun = {key[6:]: int(item[key]["N"]) for key in item if key.startswith("begun ")}

    def begin(self, name):
        dynamodb.update_item(
            **self.call,
            UpdateExpression="ADD #begun :one",
            ExpressionAttributeNames={"#begun": f"begun {name}"},
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    def end(self, name):
        self.over.add(name)
        dynamodb.update_item(
            **self.call,
            UpdateExpression="ADD #over :names",
            ExpressionAttributeNames={"#over": "over"},
            ExpressionAttributeValues={":names": {"SS": [name]}},
        )

    def work_on(self, letter):
        name = letter["name"]
        if self.begun.get(name, 0) < 2:
            self.begin(name)
            send(self.job_id, letter)
        else:
            told = json.dumps({"job_id": self.job_id, "name": name})
            queues.Queue(os.environ["STUCK_URL"]).send_message(MessageBody=told)
        self.end(name)


def handler(event, context):
    margin = int(os.environ["MARGIN_MS"])
    for record in event["Records"]:
        order = json.loads(record["body"])
        job = Job(order["job_id"])
        rest = [letter for letter in order["letters"] if letter["name"] not in job.over]
        while rest:
            job.work_on(rest.pop(0))
            if rest:
                go_on = json.dumps({"job_id": job.job_id, "letters": rest})
                queues.Queue(os.environ["JOBS_URL"]).send_message(MessageBody=go_on)
                return
