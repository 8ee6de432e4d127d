"""What the customers of the shop see, and what its archive holds."""

import contextlib
from typing import Any

from labs.checks import Cloud, check, expect, setup
from labs.checks.program import ProgramError, ProgramGoneError
from labs.cloud.clock import clock

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
TABLES = {"view": "customer_id", "archive": "order_id", "poison": "id", "state": "id"}
TRIES = 30

type Item = dict[str, Any]


@setup
def build(cloud: Cloud) -> None:
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    spec = {"Enabled": True, "AttributeName": "expires_at"}
    dynamodb.update_time_to_live(TableName="orders", TimeToLiveSpecification=spec)
    for name, key in TABLES.items():
        cloud.create_table(name, key=key)


@check("New orders are counted", points=1, visible=True)
def new_orders(cloud: Cloud) -> None:
    shop = Shop(cloud)
    for _ in range(5):
        shop.place()
    cloud.call("projector.run")
    shop.expect_view()


@check("Changes and deletions are counted", points=2, visible=True)
def changes(cloud: Cloud) -> None:
    shop = Shop(cloud)
    first, second, third, fourth = [shop.place() for _ in range(4)]
    shop.change(first, cents=first["cents"] + 17)
    shop.delete(second)
    cloud.call("projector.run")
    shop.expect_view()
    shop.change(third, customer_id="c-other")
    shop.change(fourth, note="Nothing that counts.")
    shop.change(third, customer_id="c-another", cents=5)
    shop.delete(first)
    cloud.call("projector.run")
    shop.expect_view()
    shop.expect_no("archive", "poison")


@check("Nothing is counted twice", points=1, visible=True)
def nothing_twice(cloud: Cloud) -> None:
    shop = Shop(cloud)
    shop.place()
    shop.place()
    for _ in range(3):
        cloud.call("projector.run")
        shop.expect_view(" after run was called again")
    shop.place()
    restart(cloud)
    cloud.call("projector.run")
    shop.expect_view(" after a new process began")
    restart(cloud)
    before = len(cloud.calls("dynamodb"))
    cloud.call("projector.run")
    shop.expect_view(" after a new process found nothing new")
    writes = [call for call in cloud.calls("dynamodb")[before:] if call.operation in WRITES]
    expect(len(writes) <= 1, f"With nothing new in the stream, {len(writes)} writes were made.")


@check("What cannot be projected stops nothing", points=2)
def poison(cloud: Cloud) -> None:
    shop = Shop(cloud)
    shop.place()
    strange: list[Item] = [
        {"cents": None},
        {"cents": "12"},
        {"cents": -1},
        {"cents": 1.5},
        {"cents": True},
        {"customer_id": None},
        {"customer_id": ""},
        {"customer_id": 17},
    ]
    bad = [shop.place(**each) for each in cloud.random.sample(strange, len(strange))]
    good = shop.place()
    shop.place(cents=0)
    cloud.call("projector.run")
    shop.expect_view(" with strange orders beside")
    shop.expect_poison(len(bad))
    shop.change(good, cents="much")
    shop.change(bad[0], customer_id="c-well", cents=40)
    shop.delete(bad[1])
    shop.place()
    cloud.call("projector.run")
    shop.expect_view(" after strange orders were mended, and others became strange")
    shop.expect_poison(len(bad) + 3)
    restart(cloud)
    cloud.call("projector.run")
    shop.expect_poison(len(bad) + 3)
    shop.expect_no("archive")


@check("The archive holds what expired", points=2)
def archive(cloud: Cloud) -> None:
    shop = Shop(cloud)
    soon = int(clock.millis() / 1000) + cloud.random.randrange(30, 90)
    expiring = [shop.place(expires_at=soon, note="As it was.") for _ in range(2)]
    deleted, over = shop.place(expires_at=soon), shop.place(expires_at=soon - 3600 * 24)
    stays = shop.place(expires_at=soon + 3600 * 9)
    shop.delete(deleted)
    shop.delete(over)
    cloud.call("projector.run")
    shop.expect_view()
    shop.expect_no("archive")
    cloud.pass_time(1000)
    shop.expire(*expiring)
    cloud.call("projector.run")
    shop.expect_view(" after orders expired")
    found = {item["order_id"]: item for item in cloud.table("archive").items()}
    for one in expiring:
        expect(one["order_id"] in found, "An order that expired is not in the archive.")
        kept = found[one["order_id"]]
        same = all(kept.get(name) == value for name, value in one.items())
        expect(same, "An order is not in the archive as it was.")
    expect(len(found) == 2, "The archive holds orders that did not expire.")
    shop.change(stays, cents=1)
    cloud.call("projector.run")
    shop.expect_view(" after orders expired")


@check("It may die anywhere", points=3)
def dies_anywhere(cloud: Cloud) -> None:
    shop = Shop(cloud)
    die(cloud, 0, 1, 3, 4, 6, 8)
    first, second = shop.place(), shop.place(customer_id="c-same")
    shop.change(first, customer_id="c-same", cents=7)
    for _ in range(3):
        shop.place()
    shop.delete(second)
    shop.change(first, customer_id="c-other", cents=8)
    run_until_done(cloud)
    shop.expect_view(" after the projector died")
    shop.expect_no("poison", "archive")

    shop.place(cents="none")
    expiring = [shop.place(expires_at=int(clock.millis() / 1000) + 60) for _ in range(3)]
    shop.place(cents="nothing")
    cloud.pass_time(1000)
    shop.expire(*expiring)
    die(cloud, 0, 1, 2, 4, 6, 7, 8)
    run_until_done(cloud)
    shop.expect_poison(2)
    archived = len(cloud.table("archive").items())
    expect(archived == len(expiring), "An order that expired is not in the archive.")
    shop.expect_view(" after the projector died")


@check("Lost answers change no number", points=1)
def lost_answers(cloud: Cloud) -> None:
    shop = Shop(cloud)
    for operation in WRITES:
        for after in (0, 2, 3, 5):
            cloud.faults.lose_response("dynamodb", operation, after=after)
    for _ in range(3):
        one = shop.place(customer_id="c-same")
        shop.place()
        shop.change(one, cents=3)
    run_until_done(cloud)
    shop.expect_view(" after an answer was lost")
    shop.expect_no("poison", "archive")


def die(cloud: Cloud, *after: int) -> None:
    """Let these writes fail, counted from now on and for each operation."""
    for operation in WRITES:
        for count in after:
            cloud.faults.fail("dynamodb", operation, code="AccessDeniedException", after=count)


class Shop:
    """The orders as they should be counted."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._orders: dict[str, Item] = {}

    def place(self, **more: Any) -> Item:
        random = self._cloud.random
        order = {
            "order_id": f"o-{random.randrange(10**9)}",
            "customer_id": f"c-{random.randrange(3)}",
            "cents": random.randrange(100, 9999),
            **more,
        }
        return self._put({name: value for name, value in order.items() if value is not None})

    def change(self, order: Item, **changes: Any) -> None:
        order.update(changes)
        self._put(order)

    def delete(self, order: Item) -> None:
        key = {"order_id": {"S": order["order_id"]}}
        self._cloud.client("dynamodb").delete_item(TableName="orders", Key=key)
        del self._orders[order["order_id"]]

    def expire(self, *orders: Item) -> None:
        there = {item["order_id"] for item in self._cloud.table("orders").items()}
        for order in orders:
            if order["order_id"] not in there:
                del self._orders[order["order_id"]]

    def expect_view(self, when: str = "") -> None:
        wanted: dict[str, tuple[int, int]] = {}
        for order in self._orders.values():
            if is_good(order):
                count, total = wanted.get(order["customer_id"], (0, 0))
                wanted[order["customer_id"]] = (count + 1, total + order["cents"])
        items = self._cloud.table("view").items()
        found = {item["customer_id"]: item for item in items}
        for customer in sorted(set(wanted) | set(found)):
            item = found.get(customer, {})
            count, total = wanted.get(customer, (0, 0))
            seen = (item.get("order_count", 0), item.get("total_cents", 0))
            expect(seen[0] == count, f"A customer sees a wrong number of orders: {seen[0]}{when}.")
            expect(seen[1] == total, f"A customer sees a wrong sum: {seen[1]} cents{when}.")

    def expect_no(self, *tables: str) -> None:
        for table in tables:
            found = len(self._cloud.table(table).items())
            expect(not found, f"{found} item(s) are in {table}, and none belong there.")

    def expect_poison(self, count: int) -> None:
        found = len(self._cloud.table("poison").items())
        expect(found >= count, f"Records that cannot be projected are missing: {found} are noted.")
        expect(found <= count, f"Too many records are noted as poison: {found}.")

    def _put(self, order: Item) -> Item:
        item = {name: as_attribute(value) for name, value in order.items()}
        self._cloud.client("dynamodb").put_item(TableName="orders", Item=item)
        self._orders[order["order_id"]] = order
        return order


def as_attribute(value: Any) -> Item:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def is_good(order: Item) -> bool:
    customer, cents = order.get("customer_id"), order.get("cents")
    return isinstance(customer, str) and customer != "" and type(cents) is int and cents >= 0


def run_until_done(cloud: Cloud) -> None:
    """As a schedule would, until one run comes to its end."""
    for _ in range(TRIES):
        try:
            cloud.call("projector.run")
        except ProgramGoneError:
            raise
        except ProgramError as error:
            if error.kind == "MissingFunction" or error.limit:
                raise
            last = error
        else:
            return
    raise last


def restart(cloud: Cloud) -> None:
    """End the process; the next call begins another."""
    with contextlib.suppress(ProgramGoneError):
        cloud.call("os._exit", 0)
