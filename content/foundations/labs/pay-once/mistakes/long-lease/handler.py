"""Pays invoices, each of them once: an invoice is taken by one conditional write."""

import json
import os
import time

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.exceptions import ClientError

LEASE_SECONDS = 900

payments = boto3.resource("dynamodb").Table(os.environ["PAYMENTS_TABLE"])
bank = boto3.client("sqs")


class BusyError(Exception):
    """Another invocation is paying this invoice."""


def transfer(invoice):
    """Move the money; returns the bank's receipt. Called twice, it pays twice."""
    order = {"invoice_id": invoice["invoice_id"], "cents": invoice["cents"]}
    sent = bank.send_message(QueueUrl=os.environ["BANK_URL"], MessageBody=json.dumps(order))
    return sent["MessageId"]


def handler(event, context):
    key = {"invoice_id": event["invoice_id"]}
    if not take(event, context.aws_request_id):
        return earlier_answer(event)
    try:
        receipt = transfer(event)
    except Exception:
        payments.delete_item(Key=key)
        raise
    answer = {**key, "receipt": receipt}
    payments.put_item(Item={**key, "state": "PAID", "cents": event["cents"], "answer": answer})
    return answer


def take(event, owner):
    """Whether the invoice is ours now."""
    now = int(time.time())
    free = Attr("invoice_id").not_exists() | (Attr("state").eq("PAYING") & Attr("until").lt(now))
    item = {
        "invoice_id": event["invoice_id"],
        "state": "PAYING",
        "cents": event["cents"],
        "owner": owner,
        "until": now + LEASE_SECONDS,
    }
    try:
        # boto3 may send this twice when an answer is lost: then the item is ours already.
        payments.put_item(Item=item, ConditionExpression=free | Attr("owner").eq(owner))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def earlier_answer(event):
    found = payments.get_item(Key={"invoice_id": event["invoice_id"]}, ConsistentRead=True)
    item = found.get("Item", {})
    if item.get("state") != "PAID":
        raise BusyError(event["invoice_id"])
    if item["cents"] != event["cents"]:
        raise ValueError(f"{event['invoice_id']} was paid with another amount")
    return item["answer"]
