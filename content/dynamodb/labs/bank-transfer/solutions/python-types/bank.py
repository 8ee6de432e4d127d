"""Moves money between accounts; looks at the ledger first, and works with Python's own types."""

import itertools
import random
import time

import boto3
from botocore.exceptions import ClientError

resource = boto3.resource("dynamodb")
client = resource.meta.client


class InsufficientFundsError(Exception):
    """The source has less than is to be paid."""


class UnknownAccountError(Exception):
    """One of the accounts does not exist."""


class FrozenAccountError(Exception):
    """One of the accounts is frozen."""


class ContradictionError(Exception):
    """The payment was done before, with other accounts or amounts."""


class BusyError(Exception):
    """Others work on the same accounts all the time. Try again later."""


class Payment:
    def __init__(self, payment_id, source, parts):
        self.payment_id, self.source, self.parts = payment_id, source, parts
        if not parts or len(parts) > 90:
            raise ValueError("too few or too many parts")
        self.targets = {}
        for each in parts:
            cents = each["cents"]
            if isinstance(cents, bool) or not isinstance(cents, int) or cents <= 0:
                raise ValueError("an amount is a whole number of at least 1")
            if each["to"] == source:
                raise ValueError("nobody pays to himself")
            self.targets[each["to"]] = self.targets.get(each["to"], 0) + cents
        self.total = sum(self.targets.values())

    @property
    def answer(self):
        return {"payment_id": self.payment_id, "total_cents": self.total}

    def is_done(self):
        key = {"payment_id": self.payment_id}
        line = resource.Table("payments").get_item(Key=key, ConsistentRead=True).get("Item")
        if line is None:
            return False
        if line["source"] != self.source or line["targets"] != self.targets:
            raise ContradictionError(self.payment_id)
        return True

    def actions(self):
        yield {
            "Put": {
                "TableName": "payments",
                "Item": {
                    "payment_id": self.payment_id,
                    "source": self.source,
                    "targets": self.targets,
                },
                "ConditionExpression": "attribute_not_exists(payment_id)",
            }
        }
        yield self.change(self.source, -self.total)
        for target, cents in self.targets.items():
            yield self.change(target, cents)

    def change(self, account, cents):
        return {
            "Update": {
                "TableName": "accounts",
                "Key": {"account_id": account},
                "UpdateExpression": "ADD balance_cents :cents",
                "ConditionExpression": "attribute_exists(account_id) AND balance_cents >= :least"
                " AND (attribute_not_exists(frozen) OR frozen <> :yes)",
                "ExpressionAttributeValues": {
                    ":cents": cents,
                    ":least": max(0, -cents),
                    ":yes": True,
                },
            }
        }

    def look_for_the_reason(self):
        """Read the accounts to tell what is wrong; nothing may be wrong any more."""
        for account in (self.source, *self.targets):
            found = resource.Table("accounts").get_item(
                Key={"account_id": account}, ConsistentRead=True
            )
            if "Item" not in found:
                raise UnknownAccountError(account)
            if found["Item"].get("frozen"):
                raise FrozenAccountError(account)
            if account == self.source and found["Item"]["balance_cents"] < self.total:
                raise InsufficientFundsError(account)


def pay(payment_id, source, parts):
    payment = Payment(payment_id, source, parts)
    for attempt in itertools.count(1):
        if payment.is_done():
            return payment.answer
        try:
            client.transact_write_items(TransactItems=list(payment.actions()))
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            codes = [reason["Code"] for reason in error.response["CancellationReasons"]]
        else:
            return payment.answer
        if codes[0] != "ConditionalCheckFailed" and "ConditionalCheckFailed" in codes:
            payment.look_for_the_reason()
        if attempt == 6:
            raise BusyError(payment_id)
        time.sleep(0.1 * attempt + random.random() * 0.2)
