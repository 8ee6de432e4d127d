"""What the shop is told, and what each question costs it."""

import json
import math
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from labs.checks import Cloud, check, expect, setup
from labs.cloud.services.dynamodb.capacity import TABLE as WHOLE
from labs.cloud.services.dynamodb.throughput import Throughput
from labs.cloud.simulation import current

TABLE = "shop"
MAX_INDEXES = 2
READ_BYTES = 4096
KEY_BYTES = 600  # what items have beside the attributes that are returned
LONG_NOTE = 2900
WRITES = ("PutItem", "UpdateItem", "TransactWriteItems")

type Item = dict[str, Any]


@setup(once=True)
def build(cloud: Cloud) -> None:
    cloud.call("shop.create")


@check("One table knows the customers", points=1, visible=True)
def customers(cloud: Cloud) -> None:
    names = cloud.client("dynamodb").list_tables()["TableNames"]
    expect(names == [TABLE], f"There is not one table named {TABLE}: {names}.")
    told = cloud.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    indexes = len(told.get("GlobalSecondaryIndexes", ()))
    expect(indexes <= MAX_INDEXES, f"The table has {indexes} global secondary indexes.")
    expect(not told.get("LocalSecondaryIndexes"), "The table has a local secondary index.")
    for one in [new_customer(cloud) for _ in range(3)]:
        same(ask(cloud, "customer", one["customer_id"]), one, "a customer")
        same(ask(cloud, "customer_by_email", one["email"]), one, "a customer, by the address")


@check("Orders are found", points=1, visible=True)
def orders_are_found(cloud: Cloud) -> None:
    one, other = new_customer(cloud), new_customer(cloud)
    mine = [new_order(cloud, one, f"2026-02-{day:02}T08:15:0{day % 10}Z") for day in range(3, 8)]
    theirs = new_order(cloud, other, "2026-02-05T10:00:00Z")
    same(ask(cloud, "order", mine[1]["order_id"]), mine[1], "an order")
    same(ask(cloud, "order", theirs["order_id"]), theirs, "an order")
    page = {"customer": one, "orders": mine[:1:-1]}
    same(ask(cloud, "home_page", one["customer_id"], 3), page, "a home page with three orders")
    found = ask(cloud, "orders_between", one["customer_id"], "2026-02-04", "2026-02-06")
    same_orders(found, mine[1:4], "the orders of three days")


@check("Open orders are those that are not shipped", points=1, visible=True)
def open_orders(cloud: Cloud) -> None:
    one, here, there = new_customer(cloud), warehouse(cloud), warehouse(cloud)
    moments = [f"2026-04-0{day}T12:00:00Z" for day in range(1, 5)]
    orders = [new_order(cloud, one, moment, where=here) for moment in reversed(moments)][::-1]
    other = new_order(cloud, one, "2026-04-02T13:00:00Z", where=there)
    same_orders(ask(cloud, "open_orders", here), orders, "the open orders")
    shipped = orders.pop(cloud.random.randrange(4))
    cloud.call("shop.ship_order", shipped["order_id"], "2026-04-09T08:00:00Z")
    shipped["shipped_at"] = "2026-04-09T08:00:00Z"
    same_orders(ask(cloud, "open_orders", here), orders, "the open orders, after one was shipped")
    same(ask(cloud, "order", shipped["order_id"]), shipped, "a shipped order")
    same_orders(ask(cloud, "open_orders", there), [other], "the open orders of a warehouse")


@check("Each question is one call", points=2)
def one_call(cloud: Cloud) -> None:
    one, where = new_customer(cloud), warehouse(cloud)
    orders = [new_order(cloud, one, f"2026-05-1{day}T12:00:00Z", where=where) for day in range(3)]
    for question, arguments in questions(one, orders[0], where):
        before = len(cloud.calls("dynamodb"))
        ask(cloud, question, *arguments)
        calls = cloud.calls("dynamodb")[before:]
        expect(len(calls) == 1, f"{question} took {len(calls)} calls of DynamoDB.")
        expect(calls[0].operation != "Scan", f"{question} scanned the table.")


@check("Edges of days, seconds and ids", points=2)
def edges(cloud: Cloud) -> None:
    name = f"c-{cloud.random.randrange(10**8)}"
    one, longer = new_customer(cloud, name), new_customer(cloud, f"{name}1")
    where = warehouse(cloud)
    moments = (
        "2026-02-28T23:59:59Z",
        "2026-03-01T00:00:00Z",
        *["2026-03-31T23:59:59Z"] * 4,
        "2026-04-01T00:00:00Z",
    )
    orders = sorted((new_order(cloud, one, each, where=where) for each in moments), key=by_time)
    theirs = new_order(cloud, longer, "2026-03-15T10:00:00Z", where=f"{where}1")
    march = ask(cloud, "orders_between", name, "2026-03-01", "2026-03-31")
    same_orders(march, orders[1:6], "the orders of a month, from its first to its last day")
    one_day = ask(cloud, "orders_between", name, "2026-04-01", "2026-04-01")
    same_orders(one_day, orders[6:], "the orders of one day")
    nothing = ask(cloud, "orders_between", name, "2025-01-01", "2025-01-31")
    same_orders(nothing, [], "the orders of a month without any")
    page = {"customer": one, "orders": orders[::-1]}
    same(ask(cloud, "home_page", name, 50), page, "a home page with all orders")
    page = {"customer": longer, "orders": [theirs]}
    same(ask(cloud, "home_page", f"{name}1", 2), page, "another customer's home page")
    same_orders(ask(cloud, "open_orders", where), orders, "the open orders of a warehouse")
    quiet = new_customer(cloud)
    page = {"customer": quiet, "orders": []}
    same(ask(cloud, "home_page", quiet["customer_id"], 3), page, "a home page without orders")
    for question in ("customer", "customer_by_email", "order"):
        same(ask(cloud, question, "nobody-2"), None, f"{question} of nobody")
    same(ask(cloud, "home_page", "nobody-2", 3), None, "the home page of nobody")
    kind = cloud.raised("shop.ship_order", f"nobody-{name}", "2026-04-01T00:00:00Z")
    expect(kind == "UnknownOrderError", "An order that nobody placed was shipped.")
    same(ask(cloud, "order", f"nobody-{name}"), None, "an order that nobody placed")


@check("A new address replaces the old one", points=1)
def new_address(cloud: Cloud) -> None:
    one, bystander = new_customer(cloud), new_customer(cloud)
    placed = new_order(cloud, one, "2026-06-01T12:00:00Z")
    old, one["email"] = one["email"], f"new-{one['email']}"
    cloud.call("shop.change_email", one["customer_id"], one["email"])
    later = new_order(cloud, one, "2026-06-02T12:00:00Z")
    same(ask(cloud, "customer_by_email", one["email"]), one, "a customer, by a new address")
    same(ask(cloud, "customer_by_email", old), None, "an address that was given up")
    same(ask(cloud, "customer", one["customer_id"]), one, "a customer with a new address")
    page = {"customer": one, "orders": [later, placed]}
    same(ask(cloud, "home_page", one["customer_id"], 5), page, "a home page with a new address")
    found = ask(cloud, "customer_by_email", bystander["email"])
    same(found, bystander, "somebody else, by the address")


@check("Twice is once, and a lost answer is none", points=2)
def twice_is_once(cloud: Cloud) -> None:
    one, where = new_customer(cloud), warehouse(cloud)
    shipped = new_order(cloud, one, "2026-07-01T12:00:00Z", where=where)
    still = new_order(cloud, one, "2026-07-02T12:00:00Z", where=where)
    shipped["shipped_at"] = "2026-07-03T00:00:00Z"
    cloud.call("shop.ship_order", shipped["order_id"], shipped["shipped_at"])
    for again in (shipped, still):
        cloud.call("shop.place_order", as_placed(again))
    cloud.call("shop.ship_order", shipped["order_id"], "2026-07-09T00:00:00Z")
    same(ask(cloud, "order", shipped["order_id"]), shipped, "an order that was placed twice")
    same_orders(ask(cloud, "open_orders", where), [still], "the open orders, after repetitions")

    for operation in WRITES:
        cloud.faults.lose_response("dynamodb", operation)
    lost = new_order(cloud, one, "2026-07-04T12:00:00Z", where=where)
    same_orders(ask(cloud, "open_orders", where), [still, lost], "the open orders")
    for operation in WRITES:
        cloud.faults.lose_response("dynamodb", operation)
    cloud.call("shop.ship_order", lost["order_id"], "2026-07-05T00:00:00Z")
    lost["shipped_at"] = "2026-07-05T00:00:00Z"
    same(ask(cloud, "order", lost["order_id"]), lost, "an order that was shipped")
    same_orders(ask(cloud, "open_orders", where), [still], "the open orders")
    page = {"customer": one, "orders": [lost, still, shipped]}
    same(ask(cloud, "home_page", one["customer_id"], 9), page, "a home page after shipments")


@check("A question costs what its answer costs", points=2)
def costs(cloud: Cloud) -> None:
    one, where = new_customer(cloud), warehouse(cloud)
    orders = []
    for number in range(14):
        moment = f"2026-08-{number + 1:02}T12:00:00Z"
        note = "n" * LONG_NOTE
        orders.append(new_order(cloud, one, moment, where=where, note=note))
        if number % 7 != 6:
            cloud.call("shop.ship_order", orders[-1]["order_id"], "2026-09-01T00:00:00Z")
    for number in range(10):
        moment = f"2026-08-{number + 1:02}T13:00:00Z"
        new_order(cloud, new_customer(cloud), moment, where=f"{where}0", note="n" * LONG_NOTE)
    meter = Meter(cloud)
    for question, arguments in questions(one, orders[0], where):
        before = meter.read()
        answer = cloud.call(f"shop.{question}", *arguments)
        units = meter.read() - before
        size = len(json.dumps(answer)) + KEY_BYTES
        allowed = 1 + math.ceil(size / READ_BYTES)
        expect(units <= allowed, f"{question} cost {units:.1f} units of read capacity.")


class Meter:
    """The read capacity that the table and its indexes have consumed.

    A provisioned table has savings, from which all that is read is taken.
    """

    def __init__(self, cloud: Cloud) -> None:
        dynamodb = cloud.client("dynamodb")
        told = dynamodb.describe_table(TableName=TABLE)["Table"]
        names = [index["IndexName"] for index in told.get("GlobalSecondaryIndexes", ())]
        units = {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2000}
        dynamodb.update_table(
            TableName=TABLE,
            BillingMode="PROVISIONED",
            ProvisionedThroughput=units,
            GlobalSecondaryIndexUpdates=[
                {"Update": {"IndexName": name, "ProvisionedThroughput": units}} for name in names
            ],
        )
        self._places = [WHOLE, *(("global", name) for name in names)]
        self._arn = told["TableArn"]

    def read(self) -> float:
        tables = [
            table
            for regions in dynamodb_backends.values()
            for backend in regions.values()
            for table in backend.tables.values()
            if table.table_arn == self._arn
        ]
        throughput = current().state(Throughput)
        left = [throughput.left(tables[0], place, "Read") or 0 for place in self._places]
        return -sum(left)


def questions(one: Item, placed: Item, where: str) -> list[tuple[str, tuple[Any, ...]]]:
    name = one["customer_id"]
    day = placed["placed_at"][:10]
    return [
        ("customer", (name,)),
        ("customer_by_email", (one["email"],)),
        ("home_page", (name, 2)),
        ("order", (placed["order_id"],)),
        ("orders_between", (name, day, day)),
        ("open_orders", (where,)),
    ]


def new_customer(cloud: Cloud, name: str = "") -> Item:
    number = cloud.random.randrange(10**9)
    one = {
        "customer_id": name or f"c-{number}",
        "name": f"Customer {number}",
        "email": f"mail-{number}@shop.example",
    }
    cloud.call("shop.add_customer", one)
    return one


def warehouse(cloud: Cloud) -> str:
    return f"w-{cloud.random.randrange(10**9)}"


def new_order(cloud: Cloud, one: Item, moment: str, *, where: str = "w-0", note: str = "") -> Item:
    order = {
        "order_id": f"o-{cloud.random.randrange(10**9)}",
        "customer_id": one["customer_id"],
        "placed_at": moment,
        "warehouse": where,
        "total_cents": cloud.random.randrange(100, 99_999),
        "note": note or f"Ring at number {cloud.random.randrange(99)}.",
    }
    cloud.call("shop.place_order", order)
    return {**order, "shipped_at": None}


def as_placed(order: Item) -> Item:
    return {name: value for name, value in order.items() if name != "shipped_at"}


def by_time(order: Item) -> tuple[str, str]:
    return order["placed_at"], order["order_id"]


def ask(cloud: Cloud, question: str, *arguments: object) -> Any:
    return cloud.call(f"shop.{question}", *arguments)


def same(found: Any, wanted: Any, what: str) -> None:
    expect(found == wanted, f"Asked for {what}, the shop was told something else: {shown(found)}")


def same_orders(found: Any, wanted: list[Item], what: str) -> None:
    expect(isinstance(found, list), f"Asked for {what}, the shop got no list: {shown(found)}")
    names = [each.get("order_id") if isinstance(each, dict) else each for each in found]
    ids = [each["order_id"] for each in wanted]
    told = f"Asked for {what}, the shop"
    missing, more = len(set(ids) - set(names)), len([each for each in names if each not in ids])
    expect(not missing, f"{told} did not get {missing} of them.")
    expect(not more, f"{told} got {more} that do not belong to them.")
    expect(names == ids, f"{told} got them in another order, or twice.")
    same(found, wanted, what)


def shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
