"""Starts trips, takes the customers' clicks, and does the work of the steps.

Whatever a trip takes has a row in `holds`, written in one transaction with the count. So each
thing is taken once and given back once, however often a step is repeated.
"""

import json
import time

import boto3

HELD_SECONDS = 30 * 60
SOURCES = {
    "seat": ("flights", "flight", "seats"),
    "room": ("hotels", "hotel", "rooms"),
    "money": ("wallets", "customer", "cents"),
}

sfn = boto3.client("stepfunctions")
dynamodb = boto3.client("dynamodb")
Cancelled = dynamodb.exceptions.TransactionCanceledException
FAILED = "ConditionalCheckFailed"


class Refused(Exception):
    """A repetition would not help."""


def start(machine_arn, trip):
    """Start the workflow of a trip."""
    text = json.dumps(trip, sort_keys=True)
    try:
        sfn.start_execution(stateMachineArn=machine_arn, name=trip["trip_id"], input=text)
    except sfn.exceptions.ExecutionAlreadyExists:
        arn = f"{machine_arn.replace(':stateMachine:', ':execution:')}:{trip['trip_id']}"
        if json.loads(sfn.describe_execution(executionArn=arn)["input"]) != trip:
            raise ValueError(f"another trip has the id {trip['trip_id']}") from None


def confirm(trip_id, yes):
    """The customer's click; returns the output of the workflow."""
    row = read(trip_id)
    if "token" in row:
        try:
            sfn.send_task_success(taskToken=row["token"]["S"], output=json.dumps({"yes": yes}))
        except (sfn.exceptions.TaskTimedOut, sfn.exceptions.TaskDoesNotExist):
            pass
    while True:
        found = sfn.describe_execution(executionArn=row["execution"]["S"])
        if found["status"] == "SUCCEEDED":
            return json.loads(found["output"])
        if found["status"] != "RUNNING":
            return {"trip_id": trip_id, "status": read(trip_id)["status"]["S"]}
        time.sleep(1)


def sweep():
    """Give back what is held for executions that were stopped."""
    pages = dynamodb.get_paginator("scan").paginate(TableName="trips", ConsistentRead=True)
    for page in pages:
        for row in page["Items"]:
            held = row["status"]["S"] == "held"
            if held and float(row["until"]["N"]) < time.time():
                give_up(json.loads(row["trip"]["S"]))


def give_up(trip):
    try:
        set_status(trip, "expired", only_if=("held",))
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return
    undo({"trip": trip, "status": "expired"})


def handler(event, context):
    """A step of the workflow."""
    STEPS[event["do"]](event)


def hold(event):
    trip = event["trip"]
    row = {
        "trip_id": {"S": trip["trip_id"]},
        "trip": {"S": json.dumps(trip)},
        "execution": {"S": event["execution"]},
        "status": {"S": "new"},
        "until": {"N": str(time.time() + HELD_SECONDS)},
    }
    try:
        dynamodb.put_item(
            TableName="trips", Item=row, ConditionExpression="attribute_not_exists(trip_id)"
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        pass
    take(trip, "seat")
    take(trip, "room")


def ask(event):
    dynamodb.update_item(
        TableName="trips",
        Key={"trip_id": {"S": event["trip"]["trip_id"]}},
        UpdateExpression="SET #token = :token, #status = :held",
        ExpressionAttributeNames={"#token": "token", "#status": "status"},
        ExpressionAttributeValues={":token": {"S": event["token"]}, ":held": {"S": "held"}},
    )


def charge(event):
    take(event["trip"], "money")


def book(event):
    trip = event["trip"]
    checks = [
        {
            "ConditionCheck": {
                "TableName": SOURCES[what][0],
                "Key": {SOURCES[what][1]: {"S": trip[SOURCES[what][1]]}},
                "ConditionExpression": "attribute_not_exists(closed) OR closed = :no",
                "ExpressionAttributeValues": {":no": {"BOOL": False}},
            }
        }
        for what in ("seat", "room")
    ]
    booked = {
        "Update": {
            "TableName": "trips",
            "Key": {"trip_id": {"S": trip["trip_id"]}},
            "UpdateExpression": "SET #status = :booked",
            "ConditionExpression": "#status IN (:held, :booked)",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":held": {"S": "held"}, ":booked": {"S": "booked"}},
        }
    }
    if read(trip["trip_id"])["status"]["S"] == "booked":
        return
    try:
        dynamodb.transact_write_items(TransactItems=[*checks, booked])
    except Cancelled as error:
        if FAILED in reasons(error):
            raise Refused("closed") from error
        raise


def undo(event):
    trip = event["trip"]
    for what in SOURCES:
        give_back(trip, what)
    set_status(trip, event["status"])


def take(trip, what):
    """Take one of it, once."""
    row = {"hold_id": {"S": hold_id(trip, what)}, "returned": {"BOOL": False}}
    put = {
        "TableName": "holds",
        "Item": row,
        "ConditionExpression": "attribute_not_exists(hold_id)",
    }
    condition = "#count >= :amount AND (attribute_not_exists(closed) OR closed = :no)"
    count = counted(trip, what, "-") | {"ConditionExpression": condition}
    count["ExpressionAttributeValues"][":no"] = {"BOOL": False}
    try:
        dynamodb.transact_write_items(TransactItems=[{"Put": put}, {"Update": count}])
    except Cancelled as error:
        ours, theirs = reasons(error)
        if ours == FAILED:
            return  # was taken before
        if theirs == FAILED:
            raise Refused(what) from error
        raise


def give_back(trip, what):
    """Give it back, once, if it was taken."""
    mark = {
        "TableName": "holds",
        "Key": {"hold_id": {"S": hold_id(trip, what)}},
        "UpdateExpression": "SET returned = :yes",
        "ConditionExpression": "returned = :no",
        "ExpressionAttributeValues": {":yes": {"BOOL": True}, ":no": {"BOOL": False}},
    }
    items = [{"Update": mark}, {"Update": counted(trip, what, "+")}]
    try:
        dynamodb.transact_write_items(TransactItems=items)
    except Cancelled as error:
        if reasons(error)[0] != FAILED:
            raise


def counted(trip, what, sign):
    table, key, count = SOURCES[what]
    amount = trip["cents"] if what == "money" else 1
    return {
        "TableName": table,
        "Key": {key: {"S": trip[key]}},
        "UpdateExpression": f"SET #count = #count {sign} :amount",
        "ExpressionAttributeNames": {"#count": count},
        "ExpressionAttributeValues": {":amount": {"N": str(amount)}},
    }


def hold_id(trip, what):
    return f"{trip['trip_id']}#{what}"


def reasons(error):
    return [reason["Code"] for reason in error.response["CancellationReasons"]]


def read(trip_id):
    key = {"trip_id": {"S": trip_id}}
    return dynamodb.get_item(TableName="trips", Key=key, ConsistentRead=True)["Item"]


def set_status(trip, status, only_if=()):
    names = {f":{number}": {"S": one} for number, one in enumerate(only_if)}
    condition = {"ConditionExpression": f"#status IN ({', '.join(names)})"} if names else {}
    dynamodb.update_item(
        TableName="trips",
        Key={"trip_id": {"S": trip["trip_id"]}},
        UpdateExpression="SET #status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": status}, **names},
        **condition,
    )


STEPS = {"hold": hold, "ask": ask, "charge": charge, "book": book, "undo": undo}
