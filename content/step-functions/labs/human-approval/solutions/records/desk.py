"""The desk: takes requests from the queue, and answers the workflow. Low-level clients."""

import json
import time
from datetime import UTC, datetime, timedelta

import boto3
from botocore.exceptions import ClientError

states, dynamodb = boto3.client("stepfunctions"), boto3.client("dynamodb")
TOO_LATE = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


class Request:
    def __init__(self, item):
        self.id = item["purchase_id"]["S"]
        self.asked_by = item["asked_by"]["S"]
        self.token = item["token"]["S"]
        self.execution = item["execution"]["S"]

    @classmethod
    def find(cls, purchase_id):
        key = {"purchase_id": {"S": purchase_id}}
        return cls(dynamodb.get_item(TableName="requests", Key=key)["Item"])

    @classmethod
    def all(cls):
        for page in dynamodb.get_paginator("scan").paginate(TableName="requests"):
            yield from map(cls, page["Items"])

    def tell(self, operation, **parameters):
        try:
            getattr(states, operation)(taskToken=self.token, **parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] not in TOO_LATE:
                raise

    def end(self):
        while True:
            found = states.describe_execution(executionArn=self.execution)
            if found["status"] != "RUNNING":
                return json.loads(found["output"])
            time.sleep(1)


def take(body):
    purchase_id, asked_by, token, execution = json.loads(body)
    until = datetime.now(UTC) + timedelta(days=8)
    texts = {
        "purchase_id": purchase_id,
        "asked_by": asked_by,
        "token": token,
        "execution": execution,
    }
    item = {name: {"S": text} for name, text in texts.items()}
    item["expires_at"] = {"N": f"{until.timestamp():.0f}"}
    try:
        dynamodb.put_item(
            TableName="requests",
            Item=item,
            ConditionExpression="attribute_not_exists(purchase_id)",
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        pass


def answer(purchase_id, who, approved, comment):
    request = Request.find(purchase_id)
    if request.asked_by == who:
        raise PermissionError(who)
    decision = "approved" if approved else "declined"
    output = json.dumps({"decision": decision, "by": who, "comment": comment})
    request.tell("send_task_success", output=output)
    return request.end()


def report():
    for request in Request.all():
        request.tell("send_task_heartbeat")
