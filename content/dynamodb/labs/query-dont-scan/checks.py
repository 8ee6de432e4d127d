"""What a customer sees of the orders, and what the shop pays for it."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from labs.checks import Cloud, check, expect, setup
from labs.checks.program import ProgramError, ProgramGoneError

TABLE = "orders"
STATUSES = ("NEW", "PAID", "SHIPPED", "CANCELLED")
LONG, LONG_ORDERS = "x" * 350_000, 8
IN_A_URL = re.compile(r"[A-Za-z0-9_.~=-]+")
# Exceptions are known by their name alone; these are surely no ValueError.
OTHER_ERRORS = {
    "AssertionError",
    "AttributeError",
    "ClientError",
    "Exception",
    "IndexError",
    "KeyError",
    "NameError",
    "ParamValidationError",
    "RuntimeError",
    "TypeError",
    "UnboundLocalError",
}

type Order = dict[str, Any]

HISTORY: list[tuple[str, list[Order]]] = []


@setup(once=True)
def build(cloud: Cloud) -> None:
    cloud.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "customer_id", "AttributeType": "S"},
            {"AttributeName": "order_key", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "customer_id", "KeyType": "HASH"},
            {"AttributeName": "order_key", "KeyType": "RANGE"},
        ],
    )


@check("The newest orders come first", points=1, visible=True)
def newest_first(cloud: Cloud) -> None:
    mine, other = customer(cloud), customer(cloud)
    orders = place(cloud, mine, cloud.random.randint(4, 6))
    place(cloud, other, 3)
    page = listed(cloud, mine, 10)
    expect_orders(page["orders"], orders)
    expect(page["next_cursor"] is None, "There is a cursor, though no order follows.")
    nobody = listed(cloud, customer(cloud), 10)
    expect(nobody == {"orders": [], "next_cursor": None},
           "A customer without orders did not get an empty page without a cursor.")  # fmt: skip


@check("Pages follow each other", points=1, visible=True)
def pages_follow(cloud: Cloud) -> None:
    for count, page_size in ((7, 3), (6, 3), (3, 3), (2, 1)):
        mine = customer(cloud)
        orders = place(cloud, mine, count)
        expect_pages(cloud, mine, orders, page_size)


@check("A page with a status is full", points=1, visible=True)
def filtered_pages_are_full(cloud: Cloud) -> None:
    mine = customer(cloud)
    statuses = ["PAID", "NEW", "PAID", "PAID", "NEW", "PAID", "PAID", "PAID", "NEW", "NEW"]
    orders = place(cloud, mine, len(statuses), statuses=statuses)
    expect_pages(cloud, mine, orders, 3, status="NEW")


@check("Each page size shows the same orders", points=2)
def every_page_size(cloud: Cloud) -> None:
    mine = customer(cloud)
    statuses = [cloud.random.choice(STATUSES[:2]) for _ in range(9)] + ["NEW", "PAID"]
    orders = place(cloud, mine, len(statuses), statuses=statuses, same_second=True)
    for page_size in (1, 2, 3, 4):
        expect_pages(cloud, mine, orders, page_size)
        expect_pages(cloud, mine, orders, page_size, status="NEW")
    rare = customer(cloud)
    statuses = ["PAID"] * cloud.random.randint(22, 26) + ["NEW"] * 2
    orders = place(cloud, rare, len(statuses), statuses=statuses)
    expect_pages(cloud, rare, orders, 1, status="NEW")


@check("Orders that come and go do not move a page", points=1)
def orders_come_and_go(cloud: Cloud) -> None:
    mine = customer(cloud)
    orders = place(cloud, mine, 7)
    first = listed(cloud, mine, 3)
    expect_orders(first["orders"], orders[:3])
    place(cloud, mine, 2, year=2027)
    gone = orders[2]
    cloud.client("dynamodb").delete_item(
        TableName=TABLE,
        Key={"customer_id": {"S": mine}, "order_key": {"S": order_key(gone)}},
    )
    second = listed(cloud, mine, 3, cursor=first["next_cursor"])
    expect_orders(second["orders"], orders[3:6], "after orders were placed and deleted")


@check("A cursor is good for its customer, and for a URL", points=2)
def cursors(cloud: Cloud) -> None:
    mine, other = customer(cloud), customer(cloud)
    orders = place(cloud, mine, 6)
    place(cloud, other, 6)
    first = listed(cloud, mine, 2)
    cursor = first["next_cursor"]
    expect(isinstance(cursor, str), "The cursor is not a text.")
    expect(IN_A_URL.fullmatch(cursor) is not None, f"A URL changes this cursor: {cursor[:60]}")
    restart(cloud)
    again = listed(cloud, mine, 2, cursor=cursor)
    expect_orders(again["orders"], orders[2:4], "with a cursor that an earlier process gave out")
    expect_refused(cloud, other, cursor, "a cursor of another customer")
    for text in ("page-2", "bm90LWEtY3Vyc29y", "W10=", "bnVsbA==", "e30=", "%%%", "é", "7"):
        expect_refused(cloud, mine, text, f"the text {text!r} as a cursor")


@check("Orders behind long invoices are found", points=2)
def behind_long_invoices(cloud: Cloud) -> None:
    mine, orders = history(cloud)
    expect_pages(cloud, mine, orders, 2, status="NEW")
    expect_pages(cloud, mine, orders, 7)
    other = customer(cloud)
    place(cloud, other, 3, statuses=["PAID"] * 3)
    nothing = listed(cloud, other, 2, status="CANCELLED")
    expect(nothing == {"orders": [], "next_cursor": None},
           "Without any matching order the page was not empty, or had a cursor.")  # fmt: skip


@check("The first page does not read the history", points=2)
def reads_fit_the_page(cloud: Cloud) -> None:
    mine, orders = history(cloud)
    before = len(cloud.calls("dynamodb"))
    page = listed(cloud, mine, 1)
    calls = cloud.calls("dynamodb")[before:]
    expect_orders(page["orders"], orders[:1])
    expect(len(calls) <= 2,
           f"The first page with one order took {len(calls)} calls of DynamoDB.")  # fmt: skip
    scans = [call for call in cloud.calls("dynamodb") if call.operation == "Scan"]
    expect(not scans, "The table was scanned: each page costs as much as the orders of everybody.")


def history(cloud: Cloud) -> tuple[str, list[Order]]:
    """A customer with more than 2 MB of orders; the last to come, as it slows down every Scan."""
    if not HISTORY:
        mine = customer(cloud)
        old = place(cloud, mine, 4, statuses=["NEW", "PAID", "NEW", "NEW"])
        paid = ["PAID"] * LONG_ORDERS
        long = place(cloud, mine, LONG_ORDERS, statuses=paid, year=2026, invoice=LONG)
        HISTORY.append((mine, [*long, *old]))
    return HISTORY[0]


def customer(cloud: Cloud) -> str:
    return f"c-{cloud.random.randrange(10**9)}"


def place(
    cloud: Cloud,
    customer_id: str,
    count: int,
    *,
    statuses: list[str] | None = None,
    year: int = 2025,
    invoice: str = "",
    same_second: bool = False,
) -> list[Order]:
    """Put orders into the table, in any order; the newest is the first that is returned."""
    spread = 4 if same_second else 80_000
    moments = sorted(cloud.random.choices(range(spread), k=count), reverse=True)
    numbers = cloud.random.sample(range(10**5, 10**6), count)
    orders = [
        {
            "order_id": f"o-{number}",
            "placed_at": f"{year}-05-{1 + moment // 86_400:02}T{clock(moment)}Z",
            "cents": cloud.random.randint(100, 99_999),
        }
        for moment, number in zip(moments, numbers, strict=True)
    ]
    orders.sort(key=order_key, reverse=True)
    chosen = statuses or cloud.random.choices(STATUSES, k=count)
    orders = [{**one, "status": status} for one, status in zip(orders, chosen, strict=True)]
    for one in cloud.random.sample(orders, count):
        item = {
            "customer_id": {"S": customer_id},
            "order_key": {"S": order_key(one)},
            "cents": {"N": str(one["cents"])},
            **{name: {"S": one[name]} for name in ("order_id", "placed_at", "status")},
            **({"invoice": {"S": invoice}} if invoice else {}),
        }
        cloud.client("dynamodb").put_item(TableName=TABLE, Item=item)
    return orders


def clock(moment: int) -> str:
    moment %= 86_400
    return f"{moment // 3600:02}:{moment // 60 % 60:02}:{moment % 60:02}"


def order_key(order: Order) -> str:
    return f"{order['placed_at']}#{order['order_id']}"


def listed(cloud: Cloud, customer_id: str, page_size: int, **more: Any) -> dict[str, Any]:
    page = cloud.call("orders.list_orders", customer_id, page_size, **more)
    has_both = isinstance(page, dict) and set(page) == {"orders", "next_cursor"}
    expect(has_both and isinstance(page["orders"], list),
           "The answer is not a list of orders and a next_cursor.")  # fmt: skip
    return dict(page)


def pages(cloud: Cloud, customer_id: str, page_size: int, **more: Any) -> Iterator[Any]:
    """All pages, by their cursors; more than 30 are a circle."""
    cursor: str | None = None
    for _ in range(30):
        given: dict[str, Any] = {} if cursor is None else {"cursor": cursor}
        page = listed(cloud, customer_id, page_size, **more, **given)
        yield page["orders"]
        cursor = page["next_cursor"]
        if cursor is None:
            return
    expect(False, "The button older leads on and on, and comes to no end.")


def expect_pages(
    cloud: Cloud, customer_id: str, orders: list[Order], page_size: int, **more: Any
) -> None:
    wanted = [one for one in orders if more.get("status") in (None, one["status"])]
    filtered = f" with the status {more['status']}" if more else ""
    seen = 0
    for page in pages(cloud, customer_id, page_size, **more):
        where = f"on page {seen // page_size + 1} of {page_size} order(s){filtered}"
        expect(bool(page) or not wanted, f"There is an empty page: {where}.")
        expect_orders(page, wanted[seen : seen + page_size], where)
        seen += page_size
    expect(seen >= len(wanted), f"The pages end before the orders{filtered} do.")


def expect_orders(found: list[Any], wanted: list[Order], where: str = "") -> None:
    """Exactly these orders, in this order."""
    where = f" {where}" if where else ""
    names = [one.get("order_id") if isinstance(one, dict) else one for one in found]
    ids = [one["order_id"] for one in wanted]
    missing = [one for one in ids if one not in names]
    if missing:
        expect(False, f"The order {missing[0]} is missing{where}.")
    strange = [one for one in names if one not in ids]
    if strange:
        expect(False, f"The order {strange[0]} is shown where it does not belong{where}.")
    expect(names == ids, f"The orders are not in the right order, or come twice{where}.")
    for one, right in zip(found, wanted, strict=True):
        expect(one == right, f"An order is not shown as it was placed{where}: {one}.")


def expect_refused(cloud: Cloud, customer_id: str, cursor: str, what: str) -> None:
    try:
        cloud.call("orders.list_orders", customer_id, 2, cursor=cursor)
    except ProgramGoneError:
        raise
    except ProgramError as error:
        expect(error.kind not in OTHER_ERRORS, f"For {what} came a {error.kind}: {error.detail}")
    else:
        expect(False, f"For {what} came a page of orders.")


def restart(cloud: Cloud) -> None:
    """End the process; the next call begins another."""
    with contextlib.suppress(ProgramGoneError):
        cloud.call("os._exit", 0)
