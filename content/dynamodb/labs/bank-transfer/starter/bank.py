"""Moves money between accounts."""

import boto3

dynamodb = boto3.resource("dynamodb")
accounts = dynamodb.Table("accounts")
payments = dynamodb.Table("payments")


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


def pay(payment_id, source, parts):
    """Pay all parts out of the source."""
    total = sum(part["cents"] for part in parts)
    add(source, -total)
    for part in parts:
        add(part["to"], part["cents"])
    payments.put_item(Item={"payment_id": payment_id})
    return {"payment_id": payment_id, "total_cents": total}


def add(account, cents):
    accounts.update_item(
        Key={"account_id": account},
        UpdateExpression="ADD balance_cents :cents",
        ExpressionAttributeValues={":cents": cents},
    )
