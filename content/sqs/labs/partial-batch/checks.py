"""What a customer or an operator of the shop would notice, check by check."""

import contextlib
import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from labs.checks import Cloud, check, expect, setup

WORKER = "order-worker"
MAX_KEY_BYTES = 2048  # DynamoDB refuses a longer partition key
BATCH = 10
type Order = dict[str, Any]
type Body = str | Order


@setup
def deploy(cloud: Cloud) -> None:
    cloud.create_table("orders", key="order_id")
    cloud.create_table("totals", key="name")
    cloud.create_queue("orders-dlq")
    cloud.create_queue(
        "orders", visibility_seconds=30, dead_letter="orders-dlq", max_receive_count=3
    )
    cloud.deploy_function(
        WORKER,
        handler="handler.handler",
        environment={"TABLE_NAME": "orders", "TOTALS_TABLE": "totals"},
        timeout_seconds=5,
    )
    cloud.map_queue("orders", WORKER, batch_size=10, report_batch_item_failures=True)


@check("Every good order is recorded", points=1, visible=True)
def good_orders_are_recorded(cloud: Cloud) -> None:
    before, after = new_orders(cloud, 3), new_orders(cloud, 4)
    deliver(cloud, [*before, "this is not JSON", *after])
    expect_recorded(cloud, before + after)


@check("A recorded order is not delivered again", points=2, visible=True)
def good_orders_come_once(cloud: Cloud) -> None:
    first, second, third = orders = new_orders(cloud, 3)
    negative = {"order_id": "o-0", "amount_cents": -5}
    sent = deliver(cloud, [first, "this is not JSON", second, negative, third])
    expect_delivered_once(cloud, sent, orders)
    expect_recorded(cloud, orders)


@check("Bad messages wait in the dead-letter queue", points=2, visible=True)
def bad_messages_are_kept(cloud: Cloud) -> None:
    good = new_orders(cloud, 5)
    bad: list[Body] = [
        "this is not JSON",
        "this is not JSON",
        {"amount_cents": 1250},
        {"order_id": "o-0", "amount_cents": 0},
    ]
    deliver(cloud, shuffled(cloud, [*good, *bad]))
    expect_recorded(cloud, good)
    expect_dead_letters(cloud, bad)


@check("An order that comes twice counts once", points=2)
def duplicates_count_once(cloud: Cloud) -> None:
    stored, new = new_orders(cloud, 4), new_orders(cloud, 5)
    record_beforehand(cloud, stored)
    bad: list[Body] = [*broken_texts(cloud, 2), {**stored[0], "amount_cents": -1}]
    other_amount = {**stored[1], "amount_cents": stored[1]["amount_cents"] + 1}
    again = [stored[2], other_amount, new[0]]
    # Good and bad messages come before and behind every duplicate.
    before, behind = shuffled(cloud, [new[0], bad[0]]), shuffled(cloud, [*new[2:4], bad[1]])
    sent = deliver(cloud, [*before, *shuffled(cloud, [*again, new[1], bad[2]]), *behind])
    sent |= deliver(cloud, [*shuffled(cloud, [stored[3], *new[:2]]), new[4]])
    expect_recorded(cloud, stored + new)
    expect_delivered_once(cloud, sent, [*stored, *new, other_amount])
    expect_dead_letters(cloud, bad)


@check("A corrected order is recorded", points=1)
def corrected_orders_are_recorded(cloud: Cloud) -> None:
    orders = new_orders(cloud, 6)
    refused = [{**order, "amount_cents": -1} for order in orders]
    deliver(cloud, [*refused[:3], *orders[:3], *refused[3:]])
    deliver(cloud, orders[3:])
    expect_recorded(cloud, orders)
    expect_dead_letters(cloud, refused)


@check("Strange messages do not touch the good orders", points=2)
def strange_messages_stay_alone(cloud: Cloud) -> None:
    good, bad = new_orders(cloud, 6), strange_bodies(cloud.random.randrange(1000))
    good += [
        {**good[0], "order_id": f" {good[0]['order_id']} "},
        {**good[1], "order_id": good[1]["order_id"].upper()},
    ]
    sent = deliver(cloud, shuffled(cloud, [*good, *bad]))
    expect_recorded(cloud, good)
    expect_delivered_once(cloud, sent, good)
    expect_dead_letters(cloud, bad)


@check("A bad batch leaves the next batch untouched", points=1)
def each_batch_starts_clean(cloud: Cloud) -> None:
    orders, bad = new_orders(cloud, 15), broken_texts(cloud, BATCH)
    deliver(cloud, bad)
    sent = deliver(cloud, orders)
    expect_recorded(cloud, orders)
    expect_delivered_once(cloud, sent, orders)
    expect_dead_letters(cloud, bad)


@check("The function calls DynamoDB only", points=1)
def only_dynamodb_is_called(cloud: Cloud) -> None:
    orders = new_orders(cloud, 4)
    deliver(cloud, shuffled(cloud, [*orders, orders[0], "this is not JSON"]))
    calls = Counter(
        f"{call.service}.{call.operation}" for call in cloud.calls() if call.service != "dynamodb"
    )
    counted = ", ".join(f"{name} {times(count)}" for name, count in calls.items())
    expect(
        not calls,
        f"The function called {counted}, but it has to call DynamoDB only. "
        "The event source mapping looks after the queues.",
    )
    expect_recorded(cloud, orders)


def deliver(cloud: Cloud, bodies: Sequence[Body]) -> dict[str, Body]:
    """Send the bodies and wait until nothing moves; what was sent, by message id."""
    message_ids = cloud.queue("orders").send(*bodies)
    cloud.settle()
    return dict(zip(message_ids, bodies, strict=True))


def record_beforehand(cloud: Cloud, orders: list[Order]) -> None:
    """The tables as an earlier execution environment left them."""
    dynamodb = cloud.client("dynamodb")
    for order in orders:
        amount = {"N": str(order["amount_cents"])}
        item = {"order_id": {"S": order["order_id"]}, "amount_cents": amount}
        dynamodb.put_item(TableName="orders", Item=item)
    total = {"N": str(sum(order["amount_cents"] for order in orders))}
    dynamodb.put_item(TableName="totals", Item={"name": {"S": "all"}, "amount_cents": total})


def expect_recorded(cloud: Cloud, orders: list[Order]) -> None:
    """Exactly these orders are in the table, and the total is their sum."""
    items = cloud.table("orders").items()
    amounts: dict[str, Any] = {item["order_id"]: item.get("amount_cents") for item in items}
    for order in orders:
        order_id = order["order_id"]
        expect(
            order_id in amounts,
            f"The valid order {shown(order_id)} is not in the table.{last_error(cloud)}",
        )
        expect(
            amounts[order_id] == order["amount_cents"],
            f"The order {shown(order_id)} is in the table with the wrong amount: "
            f"{shown(amounts[order_id])}.",
        )
    unknown = sorted(set(amounts) - {order["order_id"] for order in orders})
    expect(
        not unknown, f"The table holds {shown(unknown)}, though nobody sent such a valid order."
    )
    expect_total(cloud, sum(amounts.values()))


def expect_total(cloud: Cloud, total: int) -> None:
    """The table totals holds this total and nothing else."""
    totals = {item["name"]: item.get("amount_cents") for item in cloud.table("totals").items()}
    expect("all" in totals, f'The table totals has no item "all".{last_error(cloud)}')
    expect(
        totals["all"] == total,
        f"The total is {shown(totals['all'])}, which is not the sum of the orders in the table.",
    )
    others = sorted(set(totals) - {"all"})
    expect(
        not others,
        f'The table totals holds {shown(others)}, and it should hold the item "all" only.',
    )


def expect_delivered_once(cloud: Cloud, sent: dict[str, Body], orders: list[Order]) -> None:
    """No message with one of these orders came a second time."""
    deliveries = Counter(
        message["messageId"]
        for invocation in cloud.function(WORKER).invocations
        for message in invocation.event.get("Records", ())
    )
    for message_id, body in sent.items():
        expect(
            deliveries[message_id] <= 1 or body not in orders,
            f"The message {shown(body)} was delivered {times(deliveries[message_id])}, "
            f"although nothing is wrong with its order.{last_error(cloud)}",
        )


def expect_dead_letters(cloud: Cloud, bad: Sequence[Body]) -> None:
    """The dead-letter queue holds exactly these messages, and the queue itself is empty."""
    sent = Counter(map(meaning, bad))
    waiting = Counter(map(meaning, cloud.queue("orders-dlq").messages()))
    for body, count in sent.items():
        expect(
            waiting[body] == count,
            f"The bad message {shown(json.loads(body))} was sent {times(count)}, and it is in the "
            f"dead-letter queue {times(waiting[body])}.{last_error(cloud)}",
        )
    for body in waiting:
        expect(
            body in sent,
            f"The dead-letter queue holds {shown(json.loads(body))}, "
            f"which is not one of the bad messages.{last_error(cloud)}",
        )
    cloud.queue("orders").expect_empty(because="each message was recorded or put aside")


def new_orders(cloud: Cloud, count: int) -> list[Order]:
    """Valid orders with numbers and amounts that nobody can guess."""
    numbers = cloud.random.sample(range(1_000, 1_000_000), count)
    return [
        {"order_id": f"o-{number}", "amount_cents": cloud.random.randint(1, 99_999)}
        for number in numbers
    ]


def broken_texts(cloud: Cloud, count: int) -> list[str]:
    numbers = cloud.random.sample(range(1_000_000), count)
    return [f"this is not JSON: {number}" for number in numbers]


def strange_bodies(number: int) -> list[Body]:
    """No JSON, JSON that is no order, orders that are not valid, one that DynamoDB refuses."""
    order_id = f"o-{number}"
    amounts = ["1250", 12.5, 12.0, True, None]
    return [
        "{",
        "{}",
        "[]",
        "null",
        f"{number}",
        f'"{order_id}"',
        f'[{{"order_id": "{order_id}", "amount_cents": 1250}}]',
        {"order_id": None, "amount_cents": 1250},
        {"order_id": "", "amount_cents": 1250},
        {"order_id": number, "amount_cents": 1250},
        {"order_id": order_id},
        *({"order_id": f"{order_id}-{at}", "amount_cents": amounts[at]} for at in range(5)),
        {"order_id": order_id.ljust(MAX_KEY_BYTES + 1, "0"), "amount_cents": 1250},
    ]


def shuffled(cloud: Cloud, bodies: Sequence[Body]) -> list[Body]:
    return cloud.random.sample(bodies, len(bodies))


def meaning(body: Body) -> str:
    """What a body means, as JSON: spaces do not count, but 1, 1.0 and true differ."""
    value: object = body
    if isinstance(body, str):
        with contextlib.suppress(ValueError):
            value = json.loads(body)
    return json.dumps(value, sort_keys=True)


def shown(value: object) -> str:
    match value:
        case str():
            text = f"'{value}'"
        case Decimal():
            text = str(value)
        case _:
            text = json.dumps(value, default=str)
    return shortened(text, 70)


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def last_error(cloud: Cloud) -> str:
    """What the function's log says at the end, as a sentence; empty if it raised nothing."""
    errors = [run.error for run in cloud.function(WORKER).invocations if run.error]
    if not errors:
        return ""
    kind, message = errors[-1].get("errorType", "Error"), str(errors[-1].get("errorMessage", ""))
    return f" The function's last error was {kind}: {shortened(message, 200)}"
