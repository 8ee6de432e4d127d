"""Pays invoices once: looks first, then takes a lease by an update, with the low-level client."""

import json
import os
from datetime import UTC, datetime, timedelta

import boto3

dynamodb = boto3.client("dynamodb")
bank = boto3.client("sqs")
TABLE = os.environ["PAYMENTS_TABLE"]
LEASE = timedelta(seconds=60)


def transfer(invoice):
    """Move the money; returns the bank's receipt. Called twice, it pays twice."""
    order = {"invoice_id": invoice["invoice_id"], "cents": invoice["cents"]}
    sent = bank.send_message(QueueUrl=os.environ["BANK_URL"], MessageBody=json.dumps(order))
    return sent["MessageId"]


class Payment:
    """One invoice's row."""

    def __init__(self, event):
        self.event = event
        self.key = {"invoice_id": {"S": event["invoice_id"]}}

    def known(self):
        row = dynamodb.get_item(TableName=TABLE, Key=self.key, ConsistentRead=True).get("Item", {})
        if "receipt" not in row:
            return None
        if int(row["cents"]["N"]) != self.event["cents"]:
            raise RuntimeError("the amount differs from the one that was paid")
        return self.answer(row["receipt"]["S"])

    def lease(self):
        now = datetime.now(UTC)
        # Raises ConditionalCheckFailedException while somebody else works: the sender tries again.
        dynamodb.update_item(
            TableName=TABLE,
            Key=self.key,
            UpdateExpression="SET leased_until = :until",
            ConditionExpression="attribute_not_exists(receipt)"
            " AND (attribute_not_exists(leased_until) OR leased_until < :now)",
            ExpressionAttributeValues={
                ":until": {"S": (now + LEASE).isoformat(timespec="milliseconds")},
                ":now": {"S": now.isoformat(timespec="milliseconds")},
            },
        )

    def release(self):
        dynamodb.update_item(TableName=TABLE, Key=self.key, UpdateExpression="REMOVE leased_until")

    def finish(self, receipt):
        dynamodb.update_item(
            TableName=TABLE,
            Key=self.key,
            UpdateExpression="SET receipt = :receipt, cents = :cents REMOVE leased_until",
            ExpressionAttributeValues={
                ":receipt": {"S": receipt},
                ":cents": {"N": str(self.event["cents"])},
            },
        )
        return self.answer(receipt)

    def answer(self, receipt):
        return {"invoice_id": self.event["invoice_id"], "receipt": receipt}


def handler(event, context):
    payment = Payment(event)
    if answer := payment.known():
        return answer
    payment.lease()
    try:
        receipt = transfer(event)
    except Exception:
        payment.release()
        raise
    return payment.finish(receipt)
