"""What the bank and the senders of invoices would notice."""

import json
from typing import Any

from labs.checks import Cloud, check, expect, setup

PAY = "pay-invoice"
LEASE_SECONDS = 60
# Any of these may be how the learner takes an invoice.
WRITES = ("PutItem", "UpdateItem", "TransactWriteItems")

type Invoice = dict[str, Any]


@setup
def deploy(cloud: Cloud) -> None:
    cloud.create_table("payments", key="invoice_id")
    bank = cloud.create_queue("bank")
    environment = {"PAYMENTS_TABLE": "payments", "BANK_URL": bank.url}
    cloud.deploy_function(
        PAY, handler="handler.handler", environment=environment, timeout_seconds=10
    )


@check("New invoices are paid", points=1, visible=True)
def new_invoices(cloud: Cloud) -> None:
    first, second = invoice(cloud), invoice(cloud)
    for one in (first, second, alike := {**invoice(cloud), "cents": first["cents"]}):
        answer = expect_answer(cloud, one, "a new invoice")
        has_both = set(answer) == {"invoice_id", "receipt"}
        fits = has_both and answer["invoice_id"] == one["invoice_id"]
        expect(fits, f"The answer for a new invoice is not an invoice_id and a receipt: {answer}.")
    expect_paid(cloud, [first, second, alike])


@check("A repeated event gets the same answer", points=1, visible=True)
def repeated(cloud: Cloud) -> None:
    one = invoice(cloud)
    answer = expect_answer(cloud, one, "a new invoice")
    for attempt in (2, 3):
        again = {**one, "delivery_id": f"d-{cloud.random.randrange(10**6)}", "attempt": attempt}
        expect(expect_answer(cloud, again, "a repeated event") == answer,
               "A repeated event got another answer than the first one.")  # fmt: skip
    expect_paid(cloud, [one])


@check("A repeated event is known in every environment", points=1, visible=True)
def elsewhere(cloud: Cloud) -> None:
    one = invoice(cloud)
    answer = expect_answer(cloud, one, "a new invoice")
    cloud.client("lambda").update_function_configuration(FunctionName=PAY, Description="anew")
    cloud.pass_time(cloud.random.randrange(LEASE_SECONDS + 1, 9999))
    expect(expect_answer(cloud, {**one, "attempt": 2}, "a repeated event") == answer,
           "A new execution environment gave another answer for the same invoice.")  # fmt: skip
    expect_paid(cloud, [one])


@check("Two events at once move the money once", points=3)
def at_once(cloud: Cloud) -> None:
    for operation in WRITES:
        before = invoice(cloud)
        rival(cloud, "dynamodb", operation, before)
        invoke(cloud, before)
        expect_answer(cloud, {**before, "attempt": 3}, "an event after two at once")
        expect_transfers(cloud, before, 1, "two events arrived at once")
    one = invoice(cloud)
    told = rival(cloud, "sqs", "SendMessage", one)
    invoke(cloud, one)
    expect(told == [None], "A second event got an answer while the first one was still paying.")
    expect_transfers(cloud, one, 1, "a second event arrived while the first one was paying")


@check("What the bank refuses can be paid at once afterwards", points=1)
def refused(cloud: Cloud) -> None:
    cloud.faults.fail("sqs", "SendMessage", code="AccountFrozen", message="The account is frozen.")
    one = invoice(cloud)
    expect(invoke(cloud, one) is None, "The bank refused, and the function gave an answer.")
    expect_answer(cloud, {**one, "attempt": 2}, "an invoice that the bank had refused")
    expect_paid(cloud, [one])


@check("A crash does not block an invoice for ever", points=2)
def crash(cloud: Cloud) -> None:
    for calls in (1, 2):
        one = invoice(cloud)
        cloud.faults.kill(PAY, after_calls=calls)
        invoke(cloud, one)
        if transfers(cloud, one):
            continue  # the money moved before the crash: nobody could know
        cloud.pass_time(LEASE_SECONDS + 1)
        again = [{**one, "attempt": attempt} for attempt in (2, 3)]
        for operation in (*WRITES, "DeleteItem"):
            rival(cloud, "dynamodb", operation, again[1])
        invoke(cloud, again[0])
        expect_answer(cloud, {**one, "attempt": 4}, "an invoice a minute after a crash")
        expect_transfers(cloud, one, 1, "an execution environment died and two events followed")


@check("A slow payment is not taken over", points=2)
def slow(cloud: Cloud) -> None:
    one = invoice(cloud)
    cloud.faults.lose_response("dynamodb", "PutItem")
    cloud.faults.lose_response("dynamodb", "UpdateItem")
    told = rival(cloud, "sqs", "SendMessage", {**one, "attempt": 2})
    invoke(cloud, one)
    expect(told in ([], [None]), "A second event got an answer while the first one was paying.")
    expect_transfers_at_most(cloud, one, 1, "an answer of DynamoDB was lost")
    cloud.pass_time(LEASE_SECONDS + 1)
    expect_answer(cloud, {**one, "attempt": 3}, "an event a minute after a lost answer")
    expect_transfers(cloud, one, 1, "an answer of DynamoDB was lost")

    other = invoice(cloud)
    cloud.faults.kill(PAY, after_calls=1)
    invoke(cloud, other)
    if not any(call.operation in WRITES for call in cloud.calls("dynamodb")[-1:]):
        return  # it had not taken the invoice yet
    cloud.pass_time(LEASE_SECONDS - 5)
    expect(invoke(cloud, {**other, "attempt": 2}) is None,
           "An invoice was taken over before its 60 seconds were over.")  # fmt: skip
    expect_transfers(cloud, other, 0, "another invocation might still have been paying")


@check("An invoice with another amount is refused", points=1)
def contradiction(cloud: Cloud) -> None:
    one = invoice(cloud)
    answer = expect_answer(cloud, one, "a new invoice")
    other = {**one, "attempt": 2, "cents": one["cents"] + 1}
    refused = invoke(cloud, other) is None
    expect(refused, "An invoice came again with another amount, and the function gave an answer.")
    expect(expect_answer(cloud, {**one, "attempt": 3}, "the invoice as it was paid") == answer,
           "After a contradiction, the paid invoice has another answer.")  # fmt: skip
    expect_paid(cloud, [one])


def invoice(cloud: Cloud) -> Invoice:
    return {
        "delivery_id": f"d-{cloud.random.randrange(10**6)}",
        "attempt": 1,
        "invoice_id": f"i-{cloud.random.randrange(10**9)}",
        "cents": cloud.random.randrange(100, 10**6),
    }


def invoke(cloud: Cloud, event: Invoice) -> Any:
    """The function's answer, None if it raised."""
    answer = cloud.client("lambda").invoke(FunctionName=PAY, Payload=json.dumps(event).encode())
    return None if "FunctionError" in answer else json.load(answer["Payload"])


def rival(cloud: Cloud, service: str, operation: str, event: Invoice) -> list[Any]:
    """Before the next such call, the event arrives a second time; what it was answered."""
    told: list[Any] = []
    cloud.faults.interleave(service, operation, lambda: told.append(invoke(cloud, event)))
    return told


def expect_answer(cloud: Cloud, event: Invoice, what: str) -> dict[str, Any]:
    answer = invoke(cloud, event)
    expect(isinstance(answer, dict), f"There was no answer for {what}.")
    return dict(answer)


def transfers(cloud: Cloud, one: Invoice) -> int:
    orders = [json.loads(body) for body in cloud.queue("bank").messages()]
    return [order["invoice_id"] for order in orders].count(one["invoice_id"])


def expect_transfers(cloud: Cloud, one: Invoice, count: int, when: str) -> None:
    found = transfers(cloud, one)
    expect(found >= count, f"An invoice was never paid: {when}.")
    expect_transfers_at_most(cloud, one, count, when)


def expect_transfers_at_most(cloud: Cloud, one: Invoice, count: int, when: str) -> None:
    found = transfers(cloud, one)
    expect(found <= count, f"Money for one invoice moved {found} time(s) too often: {when}."
           if not count else f"Money for one invoice moved {found} times: {when}.")  # fmt: skip


def expect_paid(cloud: Cloud, invoices: list[Invoice]) -> None:
    for one in invoices:
        expect_transfers(cloud, one, 1, "the bank looked at all its orders")
    orders = [json.loads(body) for body in cloud.queue("bank").messages()]
    right = sorted((one["invoice_id"], one["cents"]) for one in invoices)
    expect(sorted((order["invoice_id"], order["cents"]) for order in orders) == right,
           "The bank has orders that fit no invoice.")  # fmt: skip
