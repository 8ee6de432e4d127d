"""Compares the parts of a payment that comes again, and not who pays."""

import hashlib
import json
import random
import time
from collections import Counter

import boto3

dynamodb = boto3.client("dynamodb")
Cancelled = dynamodb.exceptions.TransactionCanceledException
Mismatch = dynamodb.exceptions.IdempotentParameterMismatchException

ATTEMPTS = 8
MOST_PARTS = 90
PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
NOT_FROZEN = "(attribute_not_exists(frozen) OR frozen = :no)"


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
    check(source, parts)
    total = sum(part["cents"] for part in parts)
    print_ = fingerprint(source, parts)
    actions = [ledger_line(payment_id, print_), debit(source, total)]
    per_target = Counter()
    for part in parts:
        per_target[part["to"]] += part["cents"]
    actions += [credit(target, cents) for target, cents in per_target.items()]
    answer = {"payment_id": payment_id, "total_cents": total}
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0.05, min(2, 0.1 * 2**attempt)))
        try:
            # The token covers boto3's own attempts, the ledger all others.
            token = hashlib.sha256(f"{payment_id}/{print_}".encode()).hexdigest()[:36]
            dynamodb.transact_write_items(TransactItems=actions, ClientRequestToken=token)
        except Mismatch:
            raise ContradictionError(payment_id) from None
        except Cancelled as cancelled:
            reasons = cancelled.response["CancellationReasons"]
            if done_before(reasons[0], payment_id, print_):
                return answer
            explain(reasons, total)
        else:
            return answer
    raise BusyError(payment_id)


def check(source, parts):
    if not 1 <= len(parts) <= MOST_PARTS:
        raise ValueError("a payment has 1 to 90 parts")
    for part in parts:
        if type(part["cents"]) is not int or part["cents"] < 1 or part["to"] == source:
            raise ValueError(f"this is no part of a payment: {part}")


def fingerprint(source, parts):
    return json.dumps([[part["to"], part["cents"]] for part in parts])


def ledger_line(payment_id, print_):
    return {
        "Put": {
            "TableName": "payments",
            "Item": {"payment_id": {"S": payment_id}, "fingerprint": {"S": print_}},
            "ConditionExpression": "attribute_not_exists(payment_id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def debit(account, cents):
    condition = f"balance_cents >= :cents AND {NOT_FROZEN}"
    return update(account, "SET balance_cents = balance_cents - :cents", cents, condition)


def credit(account, cents):
    condition = f"attribute_exists(account_id) AND {NOT_FROZEN}"
    return update(account, "SET balance_cents = balance_cents + :cents", cents, condition)


def update(account, expression, cents, condition):
    return {
        "Update": {
            "TableName": "accounts",
            "Key": {"account_id": {"S": account}},
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":cents": {"N": str(cents)}, ":no": {"BOOL": False}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def done_before(reason, payment_id, print_):
    if reason["Code"] != "ConditionalCheckFailed":
        return False
    if reason["Item"]["fingerprint"]["S"] != print_:
        raise ContradictionError(payment_id)
    return True


def explain(reasons, total):
    """Raise what the reasons say; return if they will pass."""
    codes = {reason["Code"] for reason in reasons} - {"None"}
    for reason in reasons:
        if reason["Code"] != "ConditionalCheckFailed":
            continue
        if "Item" not in reason:
            raise UnknownAccountError
        if reason["Item"].get("frozen", {}).get("BOOL"):
            raise FrozenAccountError
        raise InsufficientFundsError(total)
    if not codes <= PASSING:
        raise RuntimeError(f"the transaction was cancelled: {codes}")
