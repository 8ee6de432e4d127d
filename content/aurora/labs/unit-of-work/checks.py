"""What stands in the shop's database after each change, however it ended."""

import json
import re
from typing import Any

from botocore.exceptions import ClientError

from labs.checks import Cloud, check, expect, setup
from labs.checks.program import ProgramGoneError

CLUSTER, PASSWORD = "lamps", "not a real one"
TABLES = (
    "create table stock (item text primary key, pieces int not null check (pieces >= 0))",
    "create table orders (id text primary key, customer text not null)",
    """create table order_lines (
        order_id text, item text, pieces int not null, primary key (order_id, item)
    )""",
    "create table deliveries (id text primary key)",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
IDLE_SECONDS, PAUSE_SECONDS = 200, 900
SHORTEST_SECONDS, LONGEST_SECONDS, MOST_TRIES = 40, 300, 20
MOST_REQUESTS = 8
TOO_MANY_PIECES = 3_000_000_000
REFUSAL, RESUMING = "ForbiddenException", "DatabaseResumingException"
STATEMENT, COMMIT = "ExecuteStatement", "CommitTransaction"
ITEMS = ("lamp", "shade")
CONTENTS = """
select 'stock', item, '', pieces from stock where item like :own
union all select 'order', id, customer, 0 from orders where id like :own
union all select 'line', order_id, item, pieces from order_lines where order_id like :own
"""

type Order = dict[str, Any]

# What each call of the Data API needs, once the cluster is there.
DATABASE: dict[str, str] = {}


class Inserts:
    """Equal to each SQL that inserts into a table: what the `where` of a fault compares with."""

    def __init__(self, table: str) -> None:
        self._pattern = re.compile(rf"\s*insert\s+into\s+{table}\b", re.IGNORECASE)

    def __eq__(self, sql: object) -> bool:
        return isinstance(sql, str) and bool(self._pattern.match(sql))

    def __hash__(self) -> int:
        return hash(self._pattern)


class Shop:
    """What the database has to hold of one check's items and orders, and what it holds."""

    def __init__(self, cloud: Cloud, *more: str) -> None:
        self.cloud = cloud
        self.name = word(cloud)
        names = [f"{name}-{self.name}" for name in (*ITEMS, *more)]
        self.stock = {name: cloud.random.randint(30, 60) for name in names}
        self.orders: list[Order] = []
        for item, pieces in self.stock.items():
            execute(cloud, "insert into stock values (:item, :pieces)", item=item, pieces=pieces)

    def order(self, **given: Any) -> Order:
        """A new one, of all items that there are."""
        lines = [{"item": item, "pieces": self.cloud.random.randint(1, 4)} for item in self.stock]
        self.cloud.random.shuffle(lines)
        number = f"o-{word(self.cloud)}-{self.name}"
        return {"id": number, "customer": word(self.cloud), "lines": lines, **given}

    def delivery(self, *new: str) -> dict[str, Any]:
        """A new one, of all items that there are and of some that there are not."""
        names = [*self.stock, *(f"{name}-{self.name}" for name in new)]
        items = [{"item": name, "pieces": self.cloud.random.randint(5, 50)} for name in names]
        return {"id": f"d-{word(self.cloud)}-{self.name}", "items": items}

    def note(self, order: Order) -> None:
        """From now on this order has to be there."""
        self.orders.append(order)
        for line in order["lines"]:
            self.stock[line["item"]] -= line["pieces"]

    def place(self, order: Order, when: str) -> None:
        """Have it placed, which has to succeed."""
        answer = call(self.cloud, "place", order)
        expect(answer == "placed",
               f"An order was answered with {str(answer)[:60]!r} {when}.")  # fmt: skip
        self.note(order)
        self.expect(when)

    def restock(self, delivery: dict[str, Any], when: str) -> None:
        """Have it counted, which has to succeed."""
        call(self.cloud, "restock", delivery)
        for each in delivery["items"]:
            self.stock[each["item"]] = self.stock.get(each["item"], 0) + each["pieces"]
        self.expect(when)

    def expect(self, when: str) -> None:
        """The database holds what it has to."""
        stock: dict[str, int] = {}
        orders: dict[str, str] = {}
        lines: dict[tuple[str, str], int] = {}
        for kind, key, text, pieces in rows(self.cloud, CONTENTS, own=f"%-{self.name}"):
            if kind == "stock":
                stock[key] = pieces
            elif kind == "order":
                orders[key] = text
            else:
                lines[key, text] = pieces
        self._expect_orders(orders, lines, when)
        for item, pieces in self.stock.items():
            expect(item in stock, f"The item {item!r} is not in the stock {when}.")
            more = stock[item] - pieces
            much = "too many" if more > 0 else "too few"
            expect(more == 0, f"The stock of {item!r} has {abs(more)} piece(s) {much} {when}.")
        expect(len(stock) == len(self.stock), f"The stock has strange items {when}.")

    def _expect_orders(
        self, orders: dict[str, str], lines: dict[tuple[str, str], int], when: str
    ) -> None:
        right = {order["id"]: order["customer"] for order in self.orders}
        lost, strange = right.keys() - orders.keys(), orders.keys() - right.keys()
        expect(not lost, f"{len(lost)} order(s) are missing {when}.")
        expect(not strange, f"{len(strange)} order(s) that were not placed are there {when}.")
        expect(orders == right, f"An order has another customer {when}.")
        wanted = {
            (order["id"], line["item"]): line["pieces"]
            for order in self.orders
            for line in order["lines"]
        }
        expect(lines == wanted, f"The lines of the orders are not right {when}.")

    def expect_ended(self, begun: int, when: str) -> None:
        """No transaction is open since call number `begun`, and no row is locked."""
        try:
            sql = "update stock set pieces = pieces where item like :own"
            execute(self.cloud, sql, own=f"%-{self.name}")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            expect(code != "StatementTimeoutException",
                   f"The next change of the stock has to wait {when}: a transaction is "
                   "still open.")  # fmt: skip
            raise
        done = [call.operation for call in self.cloud.calls("rds-data")[begun:] if not call.error]
        ends = done.count("CommitTransaction") + done.count("RollbackTransaction")
        expect(ends >= done.count("BeginTransaction"), f"A transaction is still open {when}.")


@setup(once=True)
def build(cloud: Cloud) -> None:
    cluster = cloud.client("rds").create_db_cluster(
        DBClusterIdentifier=CLUSTER,
        Engine="aurora-postgresql",
        MasterUsername="clerk",
        MasterUserPassword=PASSWORD,
        EnableHttpEndpoint=True,
        DatabaseName=CLUSTER,
        ServerlessV2ScalingConfiguration={"MinCapacity": 0, "MaxCapacity": 2},
    )["DBCluster"]
    secret = json.dumps({"username": "clerk", "password": PASSWORD})
    made = cloud.client("secretsmanager").create_secret(Name=CLUSTER, SecretString=secret)
    DATABASE.update(resourceArn=cluster["DBClusterArn"], secretArn=made["ARN"], database=CLUSTER)
    for table in TABLES:
        execute(cloud, table)


@check("An order takes its pieces", points=1, visible=True)
def takes_its_pieces(cloud: Cloud) -> None:
    shop = Shop(cloud)
    shop.place(shop.order(customer="O'Brien"), "after a customer named O'Brien came")
    item, pieces = next(iter(shop.stock.items()))
    last = shop.order(lines=[{"item": item, "pieces": pieces}])
    shop.place(last, "after somebody took all pieces that were left")
    again = call(cloud, "place", last)
    expect(again == "placed", "An order that came again is not placed any more.")
    shop.expect("after an order came again")


@check("What is sold out leaves nothing", points=2, visible=True)
def sold_out_leaves_nothing(cloud: Cloud) -> None:
    shop = Shop(cloud)
    begun = len(cloud.calls("rds-data"))
    item = list(shop.stock)[-1]
    short = shop.order()
    wanted = next(line for line in short["lines"] if line["item"] == item)
    wanted["pieces"] = shop.stock[item] + 1
    short["lines"].sort(key=lambda line: line is wanted)
    unknown = shop.order()
    unknown["lines"] += [{"item": f"no-{shop.name}", "pieces": 1}]
    for order, why in ((short, "one piece too few"), (unknown, "an item that does not exist")):
        answer = call(cloud, "place", order)
        when = f"after an order was sold out ({why})"
        expect(answer == "sold out", f"With {why}, the answer was {str(answer)[:60]!r}.")
        shop.expect(when)
        shop.expect_ended(begun, when)
    execute(cloud, "update stock set pieces = pieces + 1 where item = :item", item=item)
    shop.stock[item] += 1
    shop.place(short, "when an order that was sold out came again, and there were pieces")


@check("A delivery is counted once", points=1, visible=True)
def counts_a_delivery_once(cloud: Cloud) -> None:
    shop = Shop(cloud)
    begun = len(cloud.calls("rds-data"))
    first, second = shop.delivery("new"), shop.delivery("new")
    shop.restock(first, "after a delivery of old and new items")
    shop.restock(second, "after a second delivery")
    call(cloud, "restock", first)
    shop.expect("after a delivery came again")
    shop.expect_ended(begun, "after a delivery")
    kept = {row[0] for row in rows(cloud, "select id from deliveries")}
    expect({first["id"], second["id"]} <= kept, "The ids of the deliveries were not kept.")


@check("A large delivery takes few requests", points=1)
def few_requests(cloud: Cloud) -> None:
    shop = Shop(cloud)
    before = len(cloud.calls("rds-data"))
    shop.restock(shop.delivery(*(f"spare{n}" for n in range(40))), "after a large delivery")
    made = len(cloud.calls("rds-data")) - before
    expect(made <= MOST_REQUESTS, f"A large delivery took {made} requests.")


@check("A transaction that is gone is no failure", points=2)
def outlives_its_transaction(cloud: Cloud) -> None:
    shop = Shop(cloud, "cord")
    for operation, after in ((STATEMENT, 3), (COMMIT, 0)):
        expire(cloud, operation, after)
        shop.place(shop.order(), "after the transaction of an order had expired")
    cloud.faults.lose_response("rds-data", COMMIT)
    shop.place(shop.order(), "after the commit of an order was not answered")
    expire(cloud, COMMIT, 0)
    cloud.faults.lose_response("rds-data", COMMIT, after=1)
    shop.restock(shop.delivery(), "after the transaction of a delivery had expired, and then the "
                 "commit was not answered")  # fmt: skip


@check("A process that ends in the middle leaves nothing", points=2)
def survives_a_crash(cloud: Cloud) -> None:
    shop = Shop(cloud)
    for operation, after in ((STATEMENT, cloud.random.randint(1, 2)), (COMMIT, 0)):
        order = shop.order()
        cloud.faults.crash("rds-data", operation, after=after)
        try:
            answer = call(cloud, "place", order)
            expect(answer == "placed", f"An order was answered with {str(answer)[:60]!r}.")
        except ProgramGoneError:
            cloud.pass_time(IDLE_SECONDS)
            if operation == STATEMENT:
                shop.expect("after the process had ended in the middle of an order")
        shop.place(order, "after the process had ended, and the order came again")
    given, where = shop.delivery("new"), {"sql": Inserts("deliveries")}
    cloud.faults.crash("rds-data", STATEMENT, where=where)
    try:
        call(cloud, "restock", given)
    except ProgramGoneError:
        cloud.pass_time(IDLE_SECONDS)
        shop.expect("after the process had ended in the middle of a delivery")
    shop.restock(given, "after the process had ended, and the delivery came again")


@check("An error undoes all, and is told", points=2)
def errors_undo(cloud: Cloud) -> None:
    shop = Shop(cloud)
    begun = len(cloud.calls("rds-data"))
    broken, when = shop.order(customer=None), "after an order without a customer"
    error = cloud.raised("shop.place", DATABASE, broken)
    expect(bool(error), "An order without a customer ended without an exception.")
    shop.expect(when)
    shop.expect_ended(begun, when)
    shop.place({**broken, "customer": word(cloud)}, "after an order came again with its customer")

    right, when = shop.delivery("new"), "after a delivery with a number out of range"
    cloud.random.shuffle(right["items"])
    wrong = [*right["items"][:-1], {**right["items"][-1], "pieces": TOO_MANY_PIECES}]
    error = cloud.raised("shop.restock", DATABASE, {**right, "items": wrong})
    expect(bool(error), "A delivery with a number out of range ended without an exception.")
    shop.expect(when)
    shop.expect_ended(begun, when)
    shop.restock(right, "after the delivery came again with the right number")

    for operation, after in ((STATEMENT, cloud.random.randint(1, 2)), (COMMIT, 0)):
        order, before = shop.order(), len(cloud.calls("rds-data"))
        cloud.faults.fail("rds-data", operation, code=REFUSAL, status=403, after=after)
        error = cloud.raised("shop.place", DATABASE, order)
        if any(call.error == REFUSAL for call in cloud.calls("rds-data")[before:]):
            expect(bool(error), "A request was forbidden, and the caller was not told.")
        else:
            shop.note(order)
        shop.expect("after a request was forbidden")
        if operation == STATEMENT:
            shop.expect_ended(begun, "after a statement was forbidden")


@check("A paused database is waited for", points=2)
def waits_for_the_database(cloud: Cloud) -> None:
    shop = Shop(cloud)
    cloud.pass_time(PAUSE_SECONDS)
    before = len(cloud.calls("rds-data"))
    shop.place(shop.order(), "after an order came to a paused database")
    cloud.pass_time(PAUSE_SECONDS)
    shop.restock(shop.delivery(), "after a delivery came to a paused database")
    expect_few_tries(cloud, before, 2 * MOST_TRIES)
    for operation in ("BeginTransaction", STATEMENT, "BatchExecuteStatement"):
        cloud.faults.fail("rds-data", operation, code=RESUMING, times=None)
    before, began = len(cloud.calls("rds-data")), now(cloud)
    error = cloud.raised("shop.place", DATABASE, shop.order())
    waited = now(cloud) - began
    expect(bool(error), "The database never woke, and the caller got an answer.")
    expect(waited >= SHORTEST_SECONDS, f"The function gave up after {waited:.0f} seconds.")
    expect(waited <= LONGEST_SECONDS,
           f"The function waited {waited:.0f} s for a database that never woke.")  # fmt: skip
    expect_few_tries(cloud, before, MOST_TRIES)
    shop.expect("after a database never woke")


def expect_few_tries(cloud: Cloud, before: int, most: int) -> None:
    tries = sum(call.error == RESUMING for call in cloud.calls("rds-data")[before:])
    expect(tries <= most, f"A database that resumes got {tries} requests meanwhile.")


def expire(cloud: Cloud, operation: str, after: int) -> None:
    """The transaction stays idle for more than three minutes before such a call."""
    cloud.faults.interleave(
        "rds-data", operation, lambda: cloud.pass_time(IDLE_SECONDS), after=after
    )


def call(cloud: Cloud, function: str, given: dict[str, Any]) -> Any:
    return cloud.call(f"shop.{function}", DATABASE, given)


def word(cloud: Cloud) -> str:
    return "".join(cloud.random.choices(LETTERS, k=8))


def rows(cloud: Cloud, sql: str, **values: str | int) -> list[list[Any]]:
    records = execute(cloud, sql, **values)["records"]
    return [[next(iter(field.values())) for field in record] for record in records]


def now(cloud: Cloud) -> float:
    """Seconds by the account's clock."""
    return float(rows(cloud, "select extract(epoch from now())::double precision")[0][0])


def execute(cloud: Cloud, sql: str, **values: str | int) -> Any:
    """A statement of the check's own, which wakes the database if it must."""
    data = cloud.client("rds-data")
    parameters = [
        {"name": name, "value": {"longValue" if isinstance(value, int) else "stringValue": value}}
        for name, value in values.items()
    ]
    try:
        return data.execute_statement(**DATABASE, sql=sql, parameters=parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != RESUMING:
            raise
    cloud.pass_time(20)
    return data.execute_statement(**DATABASE, sql=sql, parameters=parameters)
