"""The workflow does its work itself, in transactions with a token of their own.

Here are only the ways into it, and the sweeper, which does what its undo would have done.
"""

import json
import time
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.exceptions import ClientError

states = boto3.client("stepfunctions")
dynamodb = boto3.resource("dynamodb")
trips = dynamodb.Table("trips")
HELD_MS = 30 * 60 * 1000


def start(machine_arn, trip):
    name = trip["trip_id"]
    try:
        states.start_execution(stateMachineArn=machine_arn, name=name, input=json.dumps(trip))
    except states.exceptions.ExecutionAlreadyExists:
        arn = machine_arn.replace(":stateMachine:", ":execution:") + ":" + name
        known = states.describe_execution(executionArn=arn)
        if json.loads(known["input"]) != trip:
            raise ValueError(name) from None


def confirm(trip_id, yes):
    trip = read(trip_id)
    if token := trip.get("token"):
        try:
            states.send_task_success(taskToken=token, output=json.dumps({"yes": bool(yes)}))
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("TaskTimedOut", "TaskDoesNotExist"):
                raise
    for _ in range(600):
        if states.describe_execution(executionArn=trip["execution"])["status"] != "RUNNING":
            break
        time.sleep(1)
    return {"trip_id": trip_id, "status": read(trip_id)["status"]}


def read(trip_id):
    return trips.get_item(Key={"trip_id": trip_id}, ConsistentRead=True)["Item"]


def sweep():
    before = Decimal(int(time.time() * 1000) - HELD_MS)
    query = {"FilterExpression": Attr("status").eq("held") & Attr("since").lt(before)}
    while True:
        page = trips.scan(**query)
        for trip in page["Items"]:
            expire(trip)
        if "LastEvaluatedKey" not in page:
            return
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def expire(trip):
    counts = [("flights", "flight", "seats"), ("hotels", "hotel", "rooms")]
    items = [
        {
            "Update": {
                "TableName": table,
                "Key": {key: trip[key]},
                "UpdateExpression": f"SET {count} = {count} + :one",
                "ExpressionAttributeValues": {":one": 1},
            }
        }
        for table, key, count in counts
    ]
    items.append(
        {
            "Update": {
                "TableName": "trips",
                "Key": {"trip_id": trip["trip_id"]},
                "UpdateExpression": "SET #s = :expired",
                "ConditionExpression": "#s = :held",
                "ExpressionAttributeNames": {"#s": "status"},
                "ExpressionAttributeValues": {":held": "held", ":expired": "expired"},
            }
        }
    )
    client = dynamodb.meta.client
    for attempt in range(5):
        try:
            return client.transact_write_items(TransactItems=items)
        except client.exceptions.TransactionCanceledException as error:
            if error.response["CancellationReasons"][-1]["Code"] == "ConditionalCheckFailed":
                return None  # it was not held any more
            time.sleep(2**attempt)
    return None
