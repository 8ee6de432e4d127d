"""The desk: takes requests from the queue, and answers the workflow."""

import json

import boto3

sfn = boto3.client("stepfunctions")
table = boto3.resource("dynamodb").Table("requests")


def take(body):
    """Store a request; `body` is the text of a message of the queue."""
    request = json.loads(body)
    table.put_item(Item={"purchase_id": request["purchase_id"], "token": request["token"]})


def answer(purchase_id, who, approved, comment):
    """Somebody's click; returns what the workflow has decided."""
    row = table.get_item(Key={"purchase_id": purchase_id})["Item"]
    output = {"decision": "approved" if approved else "declined", "by": who, "comment": comment}
    sfn.send_task_success(taskToken=row["token"], output=json.dumps(output))
    return {"purchase_id": purchase_id, **output}


def report():
    """Give a sign of life for all requests that are still open."""
