"""What the buyers of a shop notice, and what others find in its table."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from labs.checks import Cloud, check, expect, setup
from labs.cloud.clock import clock

TABLE = "products"
WRITES = ("UpdateItem", "PutItem", "TransactWriteItems", "ExecuteStatement")
MIN_ATTEMPTS, MAX_ATTEMPTS, MAX_PAUSE_MS = 5, 10, 1000
ENOUGH = 40


@setup(once=True)
def build(cloud: Cloud) -> None:
    cloud.create_table(TABLE, key="sku")


@check("Pieces go out and come back", points=1, visible=True)
def out_and_back(cloud: Cloud) -> None:
    stock = cloud.random.randint(50, 500)
    sku = product(cloud, stock=stock)
    taken = cloud.random.randint(5, 20)
    expect_answer(cloud, "take", (sku, taken), old=stock, new=stock - taken)
    expect_answer(cloud, "put_back", (sku, 3), old=stock - taken, new=stock - taken + 3)
    rest = stock - taken + 3
    expect_answer(cloud, "take", (sku, rest), old=rest, new=0)
    expect_item(cloud, sku, stock=0, title=f"Title of {sku}")


@check("What is not there is not sold", points=1, visible=True)
def not_sold(cloud: Cloud) -> None:
    sku = product(cloud, stock=3)
    seen: list[int] = []
    before_writes(cloud, lambda: seen.append(stock_of(cloud, sku)), times=6)
    expect_raised(cloud, "take", (sku, 4), "OutOfStockError", "more pieces than there are")
    expect_item(cloud, sku, stock=3)
    expect(min(seen, default=0) >= 0, "For a moment the stock was below zero.")
    unknown = f"nobody-has-{cloud.random.randrange(10**6)}"
    for function in ("take", "put_back"):
        expect_raised(cloud, function, (unknown, 2), "UnknownProductError", "an unknown product")
        expect(unknown not in skus(cloud), "A product has come into being that nobody offers.")


@check("A price changes by its percentage", points=1, visible=True)
def prices(cloud: Cloud) -> None:
    sku = product(cloud, stock=7, price_cents=1050, version=4)
    expect_answer(cloud, "change_price", (sku, -15), old=1050, new=893)
    expect_item(cloud, sku, stock=7, price_cents=893, version=5, title=f"Title of {sku}")
    for percent in (cloud.random.randint(1, 99), -50, 15):
        cents = cloud.random.randrange(1001, 99_999, 2)
        sku = product(cloud, stock=7, price_cents=cents, version=1)
        new = changed(cents, percent)
        expect_answer(cloud, "change_price", (sku, percent), old=cents, new=new)
        expect_item(cloud, sku, stock=7, price_cents=new, version=2)
    unknown = f"nobody-has-{cloud.random.randrange(10**6)}"
    expect_raised(cloud, "change_price", (unknown, 5), "UnknownProductError", "an unknown product")
    expect(unknown not in skus(cloud), "A product has come into being that nobody offers.")


@check("Two buyers at once do not get the same piece", points=2)
def two_buyers(cloud: Cloud) -> None:
    sku = product(cloud, stock=10)
    before_writes(cloud, lambda: add(cloud, sku, stock=-4))
    expect_answer(cloud, "take", (sku, 3), old=6, new=3)
    expect_item(cloud, sku, stock=3)

    last = product(cloud, stock=5)
    before_writes(cloud, lambda: add(cloud, last, stock=-4))
    expect_raised(cloud, "take", (last, 2), "OutOfStockError", "a piece that was just sold")
    expect_item(cloud, last, stock=1)

    returned = product(cloud, stock=5)
    before_writes(cloud, lambda: add(cloud, returned, stock=-2))
    expect_answer(cloud, "put_back", (returned, 4), old=3, new=7)

    later = product(cloud, stock=20)
    # Somebody buys right after our write, before anything else is read.
    cloud.faults.interleave(
        "dynamodb", "GetItem", lambda: sold_meanwhile(cloud, later, of=20), times=2
    )
    answer = call(cloud, "take", (later, 5))
    own = answer == {"sku": later, "old": 20, "new": 15}
    expect(own, "Another buyer came right after a sale, and its answer has that buyer's numbers.")


@check("Strange quantities and old products", points=1)
def strange_quantities(cloud: Cloud) -> None:
    sku = product(cloud, stock=9)
    for quantity in (0, -2, 1.5, 2.0, "2", True, None):
        for function in ("take", "put_back"):
            what = f"the quantity {quantity!r}"
            expect_raised(cloud, function, (sku, quantity), "ValueError", what)
    expect_item(cloud, sku, stock=9)
    announced = product(cloud)
    expect_raised(cloud, "take", (announced, 1), "OutOfStockError", "a product without a stock")
    expect_answer(cloud, "put_back", (announced, 8), old=0, new=8)
    expect_item(cloud, announced, stock=8, title=f"Title of {announced}")
    old = product(cloud, stock=4, price_cents=1500)
    expect_answer(cloud, "change_price", (old, 20), old=1500, new=1800)
    expect_item(cloud, old, stock=4, price_cents=1800, version=1)


@check("Two price changes at once both count", points=2)
def two_prices(cloud: Cloud) -> None:
    sku = product(cloud, stock=8, price_cents=4000, version=2)
    before_writes(cloud, lambda: add(cloud, sku, stock=-3))
    expect_answer(cloud, "change_price", (sku, -10), old=4000, new=3600)
    expect(stock_of(cloud, sku) == 5,
           "A price change brought sold pieces back into the stock.")  # fmt: skip
    for version in (None, 3):
        cents = cloud.random.randrange(2_000, 9_000)
        sku = product(cloud, stock=8, price_cents=cents, version=version)
        rival = Rival(cloud, sku, wins=3)
        rival.begin()
        answer = call(cloud, "change_price", (sku, 10))
        rival.end()
        new = changed(rival.cents or cents, 10)
        right = {"sku": sku, "old": rival.cents, "new": new}
        expect(answer == right, "A price was not changed from what it was at that moment.")
        expect_item(cloud, sku, price_cents=new, version=(version or 0) + 4)
        expect(stock_of(cloud, sku) == 8 - rival.wins,
               "A price change brought sold pieces back into the stock.")  # fmt: skip


@check("Where others are always faster, it gives up in time", points=2)
def contention(cloud: Cloud) -> None:
    pauses: list[list[int]] = []
    for _ in range(2):
        sku = product(cloud, stock=ENOUGH, price_cents=100_000, version=1)
        rival = Rival(cloud, sku, wins=ENOUGH)
        rival.begin()
        expect_raised(cloud, "change_price", (sku, 10), "ContendedError", "a price under siege")
        rival.end()
        tries = len(rival.moments)
        expect(tries >= MIN_ATTEMPTS, f"It gave up after {tries} attempt(s).")
        expect(tries <= MAX_ATTEMPTS, f"It went on for {tries} attempts, while a buyer waited.")
        expect_item(cloud, sku, price_cents=rival.cents)
        pauses.append(rival.pauses())
    longest = max(max(each) for each in pauses)
    expect(longest <= MAX_PAUSE_MS + 200, f"A buyer waited {longest} ms for the next attempt.")
    same = "Two workers that met once meet at each further attempt: they wait equally long."
    expect(pauses[0] != pauses[1], same)


@check("An error is told as what it is", points=1)
def errors(cloud: Cloud) -> None:
    sku = product(cloud, stock=2)
    before = len(cloud.calls("dynamodb"))
    expect_raised(cloud, "take", (sku, 3), "OutOfStockError", "more pieces than there are")
    calls = len(cloud.calls("dynamodb")) - before
    expect(calls <= 3, f"DynamoDB was called {calls} times to refuse one buyer.")
    cloud.faults.throttle("dynamodb", "UpdateItem")
    expect_answer(cloud, "take", (sku, 1), old=2, new=1)
    for operation in WRITES:
        cloud.faults.fail("dynamodb", operation, code="AccessDeniedException", message="No.")
    kind = cloud.raised("stock.take", sku, 1)
    expect(kind != "", "A sale was refused by DynamoDB, and the buyer was told that it is done.")
    gone = "DynamoDB refused access, and the buyer was told that the tickets are gone."
    expect(kind not in ("OutOfStockError", "UnknownProductError"), gone)
    for operation in WRITES:
        cloud.faults.fail("dynamodb", operation, code="AccessDeniedException", times=None)
    kind = cloud.raised("stock.change_price", product(cloud, price_cents=1500, version=1), 5)
    expect(kind != "", "A price change was refused by DynamoDB, and told as done.")
    rivals = "DynamoDB refused access, and the shop was told that others were faster."
    expect(kind != "ContendedError", rivals)


class Rival:
    """Somebody else, who changes the price and buys a piece right before each of our writes."""

    def __init__(self, cloud: Cloud, sku: str, *, wins: int) -> None:
        self._cloud, self._sku, self.wins = cloud, sku, wins
        self._is_active = False
        self.cents: int | None = None
        self.moments: list[int] = []

    def begin(self) -> None:
        self._is_active = True
        before_writes(self._cloud, self._win, times=None)

    def end(self) -> None:
        self._is_active = False

    def pauses(self) -> list[int]:
        pairs = zip(self.moments, self.moments[1:], strict=False)
        return [later - earlier for earlier, later in pairs]

    def _win(self) -> None:
        if not self._is_active or len(self.moments) == self.wins:
            return
        self.moments.append(int(clock.millis()))
        self.cents = self._cloud.random.randrange(1_000, 9_999)
        add(self._cloud, self._sku, stock=-1, version=1, price_cents=self.cents)


def product(cloud: Cloud, **numbers: int | None) -> str:
    sku = f"p-{cloud.random.randrange(10**9)}"
    item = {"sku": {"S": sku}, "title": {"S": f"Title of {sku}"}}
    item |= {name: {"N": str(value)} for name, value in numbers.items() if value is not None}
    cloud.client("dynamodb").put_item(TableName=TABLE, Item=item)
    return sku


def add(cloud: Cloud, sku: str, *, price_cents: int | None = None, **changes: int) -> None:
    """Somebody else changes the product."""
    sums = ", ".join(f"{name} :{name}" for name in changes)
    values = {f":{name}": {"N": str(value)} for name, value in changes.items()}
    price = ""
    if price_cents is not None:
        price, values[":cents"] = " SET price_cents = :cents", {"N": str(price_cents)}
    cloud.client("dynamodb").update_item(
        TableName=TABLE,
        Key={"sku": {"S": sku}},
        UpdateExpression=f"ADD {sums}{price}",
        ExpressionAttributeValues=values,
    )


def sold_meanwhile(cloud: Cloud, sku: str, *, of: int) -> None:
    """Three pieces are sold, if our own sale was done."""
    if stock_of(cloud, sku) < of:
        add(cloud, sku, stock=-3)


def before_writes(cloud: Cloud, action: Callable[[], object], *, times: int | None = 1) -> None:
    """Let somebody else be faster than the next write, whichever it is; once in all for one."""
    left = [times]

    def act() -> None:
        if left[0] is None or left[0] > 0:
            left[0] = None if left[0] is None else left[0] - 1
            action()

    for operation in WRITES:
        cloud.faults.interleave("dynamodb", operation, act, times=times)


def call(cloud: Cloud, function: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    answer = cloud.call(f"stock.{function}", *arguments)
    expect(isinstance(answer, dict) and set(answer) == {"sku", "old", "new"},
           f"The answer of {function} is no sku, old and new: {answer}.")  # fmt: skip
    return dict(answer)


def expect_answer(
    cloud: Cloud, function: str, arguments: tuple[Any, ...], *, old: int, new: int
) -> None:
    answer = call(cloud, function, arguments)
    given = f"{function}({arguments[0]!r}, {arguments[1]!r})"
    wrong = f"{given} told old and new numbers that were not those of its change: {answer}."
    expect(answer == {"sku": arguments[0], "old": old, "new": new}, wrong)


def expect_raised(
    cloud: Cloud, function: str, arguments: tuple[Any, ...], kind: str, what: str
) -> None:
    found = cloud.raised(f"stock.{function}", *arguments)
    told = f"came a {found}" if found else "came an answer, as if all were well"
    expect(found == kind, f"{function}: for {what} {told}.")


def item_of(cloud: Cloud, sku: str) -> dict[str, Any]:
    items = [item for item in cloud.table(TABLE).items() if item["sku"] == sku]
    expect(bool(items), "A product has gone from the table.")
    return items[0]


def stock_of(cloud: Cloud, sku: str) -> int:
    return int(item_of(cloud, sku).get("stock", 0))


def skus(cloud: Cloud) -> set[str]:
    return {item["sku"] for item in cloud.table(TABLE).items()}


def expect_item(cloud: Cloud, sku: str, **wanted: object) -> None:
    item = item_of(cloud, sku)
    for name, value in wanted.items():
        found = item.get(name)
        expect(found == value and not isinstance(found, bool),
               f"In the table a product's {name} is {found}, which is not right.")  # fmt: skip


def changed(cents: int, percent: int) -> int:
    exact = Decimal(cents * (100 + percent)) / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
