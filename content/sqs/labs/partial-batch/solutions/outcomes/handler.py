"""Another way to write it: each message becomes an outcome, and the failed ones are the answer."""

import json
import logging
import os
from dataclasses import dataclass

import boto3
from botocore.exceptions import ClientError

logger = logging.getLogger()
logger.setLevel(logging.INFO)


@dataclass(frozen=True)
class Order:
    order_id: str
    amount_cents: int

    @classmethod
    def parse(cls, body: str) -> "Order":
        match json.loads(body):
            case {"order_id": str(order_id), "amount_cents": int(amount)} if (
                order_id and amount > 0 and not isinstance(amount, bool)
            ):
                return cls(order_id, amount)
        raise ValueError("the body is not a valid order")


class Ledger:
    def __init__(self) -> None:
        self._client = boto3.resource("dynamodb").meta.client

    def add(self, order: Order) -> None:
        """Store the order and count it in the total. A second time changes nothing."""
        try:
            self._client.transact_write_items(TransactItems=[self._put(order), self._count(order)])
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", [{}])
            if reasons[0].get("Code") != "ConditionalCheckFailed":
                raise
            logger.info("order %s is recorded already", order.order_id)

    def _put(self, order: Order) -> dict:
        return {
            "Put": {
                "TableName": os.environ["TABLE_NAME"],
                "Item": {"order_id": order.order_id, "amount_cents": order.amount_cents},
                "ConditionExpression": "attribute_not_exists(order_id)",
            }
        }

    def _count(self, order: Order) -> dict:
        return {
            "Update": {
                "TableName": os.environ["TOTALS_TABLE"],
                "Key": {"name": "all"},
                "UpdateExpression": "ADD amount_cents :amount",
                "ExpressionAttributeValues": {":amount": order.amount_cents},
            }
        }


ledger = Ledger()


def succeeded(message: dict) -> bool:
    try:
        ledger.add(Order.parse(message["body"]))
    except Exception:
        logger.exception("message %s failed", message["messageId"])
        return False
    return True


def handler(event: dict, context: object) -> dict:
    failed = [message["messageId"] for message in event["Records"] if not succeeded(message)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
