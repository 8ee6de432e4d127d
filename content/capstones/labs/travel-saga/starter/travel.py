"""Starts trips, takes the customers' clicks, and does the work of the steps."""

import json

import boto3

sfn = boto3.client("stepfunctions")
dynamodb = boto3.resource("dynamodb")


def start(machine_arn, trip):
    """Start the workflow of a trip."""
    sfn.start_execution(stateMachineArn=machine_arn, input=json.dumps(trip))


def confirm(trip_id, yes):
    """The customer's click; returns the output of the workflow."""
    return {"trip_id": trip_id, "status": "booked" if yes else "cancelled"}


def sweep():
    """Give back what is held for executions that were stopped."""


def handler(event, context):
    """A step of the workflow, if it asks this function."""
    trip = event["trip"]
    dynamodb.Table("flights").update_item(
        Key={"flight": trip["flight"]},
        UpdateExpression="SET seats = seats - :one",
        ExpressionAttributeValues={":one": 1},
    )
    dynamodb.Table("trips").put_item(Item={"trip_id": trip["trip_id"], "status": "held"})
