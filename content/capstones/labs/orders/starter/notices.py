"""Gets OrderPaid and OrderRejected from a queue, and tells the customer."""

import json
import os

import boto3

sns = boto3.client("sns")


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])["detail"]
        letter = {"order_id": order["order_id"], "status": order["status"]}
        sns.publish(TopicArn=os.environ["TOPIC_ARN"], Message=json.dumps(letter))
