"""Tells the customer how an order ended."""

import json
import os

import boto3

dynamodb = boto3.client("dynamodb")
sns = boto3.client("sns")


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            tell(json.loads(record["body"])["detail"]["order_id"])
        except Exception as error:
            print("failed:", record["messageId"], repr(error))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def tell(order_id):
    key = {"order_id": {"S": order_id}}
    order = dynamodb.get_item(TableName="orders", Key=key, ConsistentRead=True)["Item"]
    if "told" in order:
        return
    letter = {"order_id": order_id, "status": order["status"]["S"]}
    sns.publish(TopicArn=os.environ["TOPIC_ARN"], Message=json.dumps(letter))
    dynamodb.update_item(
        TableName="orders",
        Key=key,
        UpdateExpression="SET told = :yes",
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )
