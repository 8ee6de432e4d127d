"""The desk: takes requests from the queue, and answers the workflow.

What was decided is the execution's to say. The table only knows how to reach it.
"""

import json
import time

import boto3

KEPT_SECONDS = 14 * 24 * 3600

sfn = boto3.client("stepfunctions")
table = boto3.resource("dynamodb").Table("requests")
ENDED = (sfn.exceptions.TaskTimedOut, sfn.exceptions.TaskDoesNotExist)


def take(body):
    """Store a request; `body` is the text of a message of the queue."""
    message = json.loads(body)
    purchase = message["purchase"]
    table.put_item(
        Item={
            "purchase_id": purchase["purchase_id"],
            "asked_by": purchase["asked_by"],
            "token": message["token"],
            "execution": message["execution"],
            "expires_at": int(time.time()) + KEPT_SECONDS,
        }
    )


def answer(purchase_id, who, approved, comment):
    """Somebody's click; returns what the workflow has decided."""
    row = table.get_item(Key={"purchase_id": purchase_id}, ConsistentRead=True).get("Item")
    if row is None:
        raise KeyError(purchase_id)
    if who == row["asked_by"]:
        raise PermissionError(f"{who} asked for {purchase_id}")
    said = {"decision": "approved" if approved else "declined", "by": who, "comment": comment}
    try:
        sfn.send_task_success(taskToken=row["token"], output=json.dumps(said))
    except ENDED:
        pass  # somebody was faster, nobody was in time, or our own first try arrived
    return outcome(row["execution"])


def outcome(execution):
    """What the execution has put out, as soon as it has."""
    for _ in range(20):
        found = sfn.describe_execution(executionArn=execution)
        if found["status"] == "SUCCEEDED":
            return json.loads(found["output"])
        time.sleep(0.5)
    raise TimeoutError(f"{execution} is {found['status']}")


def report():
    """Give a sign of life for all requests that are still open."""
    for row in rows():
        try:
            sfn.send_task_heartbeat(taskToken=row["token"])
        except ENDED:
            continue


def rows():
    page = table.scan()
    yield from page["Items"]
    while "LastEvaluatedKey" in page:
        page = table.scan(ExclusiveStartKey=page["LastEvaluatedKey"])
        yield from page["Items"]
