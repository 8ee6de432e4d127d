"""What the publisher gets back of its invoices, whatever their texts and amounts are."""

import json
import re
from typing import Any

from labs.checks import Cloud, check, expect, setup
from labs.checks.program import ProgramError, ProgramGoneError

CLUSTER, PASSWORD = "books", "not a real one"
TABLE = """
create table invoices (
    id serial primary key,
    customer text not null,
    amount numeric(16, 2) not null,
    due date,
    note text,
    paid boolean not null
)
"""
NOTE_CHARACTERS, LONG_NOTES, OTHERS = 10_000, 130, 170
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SQL = re.compile(r'"sql": "((?:[^"\\]|\\.)*)')
# Exceptions are known by their name alone; these are surely no ValueError.
OTHER_ERRORS = {
    "AssertionError",
    "AttributeError",
    "BadRequestException",
    "ClientError",
    "DatabaseErrorException",
    "Exception",
    "IndexError",
    "KeyError",
    "NameError",
    "ParamValidationError",
    "RuntimeError",
    "TypeError",
    "UnboundLocalError",
}

type Invoice = dict[str, Any]

# What each call of the Data API needs, once the cluster is there.
DATABASE: dict[str, str] = {}


@setup(once=True)
def build(cloud: Cloud) -> None:
    cluster = cloud.client("rds").create_db_cluster(
        DBClusterIdentifier=CLUSTER,
        Engine="aurora-postgresql",
        MasterUsername="clerk",
        MasterUserPassword=PASSWORD,
        EnableHttpEndpoint=True,
        DatabaseName=CLUSTER,
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
    )["DBCluster"]
    secret = json.dumps({"username": "clerk", "password": PASSWORD})
    made = cloud.client("secretsmanager").create_secret(Name=CLUSTER, SecretString=secret)
    DATABASE.update(resourceArn=cluster["DBClusterArn"], secretArn=made["ARN"], database=CLUSTER)
    execute(cloud, TABLE)


@check("An invoice comes back as it was stored", points=1, visible=True)
def stores_and_finds(cloud: Cloud) -> None:
    mine = [added(cloud, invoice(cloud, paid=paid)) for paid in (False, True, False)]
    for one in mine:
        expect_invoice(call(cloud, "get", one["id"]), one)
    expect_invoices(call(cloud, "all_of", mine[1]["customer"]), [mine[1]], "of a customer")


@check("What is not there is None", points=1, visible=True)
def nothing_is_nothing(cloud: Cloud) -> None:
    for due, note in (
        (None, None),
        ("2026-02-28", ""),
        (None, "call first"),
        ("2024-02-29", None),
    ):
        one = added(cloud, invoice(cloud, due=due, note=note))
        expect_invoice(call(cloud, "get", one["id"]), one)
    missing = call(cloud, "get", 900_000 + cloud.random.randrange(10_000))
    expect(missing is None, f"An invoice that does not exist is {str(missing)[:80]}.")
    nobody = call(cloud, "all_of", name(cloud))
    expect(nobody == [], f"A customer without invoices has these: {str(nobody)[:80]}.")
    nowhere = call(cloud, "search", name(cloud))
    expect(nowhere == [], f"A text that is in no note was found: {str(nowhere)[:80]}.")


@check("A customer owes what is not paid", points=1, visible=True)
def owes_what_is_not_paid(cloud: Cloud) -> None:
    mine, other = name(cloud), name(cloud)
    cents = [cloud.random.randint(100, 99_999) for _ in range(4)]
    expect_owed(cloud, mine, 0)
    for part in cents:
        added(cloud, invoice(cloud, customer=mine, amount=amount(part)))
    added(cloud, invoice(cloud, customer=mine, paid=True))
    added(cloud, invoice(cloud, customer=other, amount="0.10"))
    expect_owed(cloud, mine, sum(cents))
    expect_owed(cloud, other, 10)
    settled = name(cloud)
    added(cloud, invoice(cloud, customer=settled, paid=True))
    expect_owed(cloud, settled, 0)


@check("An invoice is paid once", points=1)
def paid_once(cloud: Cloud) -> None:
    mine = name(cloud)
    first, second = (
        added(cloud, invoice(cloud, customer=mine, amount=text)) for text in ("12.30", "45.60")
    )
    expect(call(cloud, "pay", first["id"]) is True,
           "Paying an unpaid invoice did not return True.")  # fmt: skip
    expect(call(cloud, "pay", first["id"]) is False,
           "Paying an invoice a second time did not return False.")  # fmt: skip
    unknown = call(cloud, "pay", 900_000 + cloud.random.randrange(10_000))
    expect(unknown is False, "Paying an invoice that does not exist did not return False.")
    first["paid"] = True
    expect_invoices(call(cloud, "all_of", mine), [first, second], "after one of two was paid")
    expect_owed(cloud, mine, 4560)
    counter = added(cloud, invoice(cloud, paid=True))
    expect(call(cloud, "pay", counter["id"]) is False,
           "Paying an invoice that was stored as paid did not return False.")  # fmt: skip


@check("Amounts are exact", points=2)
def amounts_are_exact(cloud: Cloud) -> None:
    mine = name(cloud)
    cents = [large(cloud) for _ in range(3)] + [0, 10**16 - 1]
    stored = [
        added(cloud, invoice(cloud, customer=mine, amount=amount(part), paid=False))
        for part in cents
    ]
    for one in stored:
        expect_invoice(call(cloud, "get", one["id"]), one)
    expect_invoices(call(cloud, "all_of", mine), stored, "with large amounts")
    expect_owed(cloud, mine, sum(cents))


@check("Texts are texts, whatever is in them", points=2)
def hostile_texts(cloud: Cloud) -> None:
    mark = name(cloud)
    texts = [
        f"{mark}O'Brien",
        f"{mark}'); truncate invoices; --",
        f"{mark}' or '1'='1",
        f"{mark} :id :customer $1 ? %s {{}} {{0}}",
        f"{mark} \\' \\ \\\\ \" ''",
        f"{mark} 100% of _all_",
        f"{mark} \N{EURO SIGN} \N{SNOWMAN}\nsecond line",
    ]
    before = len(cloud.calls("rds-data"))
    stored = [added(cloud, invoice(cloud, customer=one, note=one, amount="1.00")) for one in texts]
    for one in stored:
        expect_invoices(call(cloud, "all_of", one["customer"]), [one], f"of {one['customer']!r}")
        expect_owed(cloud, one["customer"], 100)
        found = call(cloud, "search", one["note"])
        expect_invoices(found, [one], f"for the text {one['note']!r}")
    decoys = [f"{mark}50x", f"{mark}50%", f"{mark}5_0", f"{mark}5a0"]
    more = [added(cloud, invoice(cloud, note=one)) for one in decoys]
    for text, wanted in (("50%", 1), ("5_0", 2)):
        found = call(cloud, "search", mark + text)
        expect_invoices(found, [more[wanted]], f"for the text {mark + text!r}")
    found = call(cloud, "search", mark.upper())
    expect_invoices(found, [], "for a text in capital letters that no note has")
    sent = [found[1] for call in cloud.calls("rds-data")[before:]
            if (found := SQL.search(call.parameters))]  # fmt: skip
    expect(not any(mark in sql for sql in sent),
           "A value of the caller is part of the SQL that was sent.")  # fmt: skip


@check("A search is sorted, and no longer than wanted", points=2)
def found_in_order(cloud: Cloud) -> None:
    mark = name(cloud)
    days = ["2026-01-31", "2025-12-01", None, "2026-01-31", "2027-01-01", None, "2026-02-01"]
    cents = [1000, 999, 10**9, 20_000, 999, 300, 10_000]
    order = cloud.random.sample(range(len(days)), len(days))
    stored = [
        added(cloud, invoice(cloud, note=f"see {mark}.", due=days[at], amount=amount(cents[at])))
        for at in order
    ]
    ways = {
        "id": lambda one: one["id"],
        "amount": lambda one: (int(one["amount"].replace(".", "")), one["id"]),
        "due": lambda one: (one["due"] is None, one["due"] or "", one["id"]),
    }
    for way, key in ways.items():
        wanted = sorted(stored, key=key)
        for limit in (3, 50):
            found = call(cloud, "search", mark, order_by=way, limit=limit)
            expect_invoices(found, wanted[:limit], f"by {way}, at most {limit}")
    expect_invoices(call(cloud, "search", mark), stored, "by default")
    for way in ("note", "id desc", "amount; drop table invoices", "1"):
        expect_refused(cloud, mark, way)


@check("An export has all invoices", points=2)
def exports_all(cloud: Cloud) -> None:
    mine, other, letter = name(cloud), name(cloud), cloud.random.choice(LETTERS)
    first = added(cloud, invoice(cloud, customer=mine))
    stored = [first]
    for customer, count, size in ((other, OTHERS, 1), (mine, LONG_NOTES, NOTE_CHARACTERS),
                                  (other, OTHERS, 1)):  # fmt: skip
        parameters = [
            {"name": "customer", "value": {"stringValue": customer}},
            {"name": "letter", "value": {"stringValue": letter}},
            {"name": "count", "value": {"longValue": count}},
            {"name": "size", "value": {"longValue": size}},
        ]
        made = execute(
            cloud,
            "insert into invoices (customer, amount, due, note, paid) "
            "select :customer, i, null, repeat(:letter, :size), false "
            "from generate_series(1, :count) as numbers(i) returning id",
            parameters,
        )
        if customer == mine:
            stored += [
                {"id": row[0]["longValue"], "customer": mine, "amount": f"{number}.00",
                 "due": None, "note": letter * size, "paid": False}
                for number, row in enumerate(made["records"], 1)
            ]  # fmt: skip
    last = added(cloud, invoice(cloud, customer=mine))
    stored.append(last)
    expect_invoices(call(cloud, "all_of", mine), stored, "in an export of more than 1 MiB")
    few = call(cloud, "all_of", other)
    expect(isinstance(few, list) and len(few) == 2 * OTHERS,
           "An export of many short invoices does not have them all.")  # fmt: skip


def execute(cloud: Cloud, sql: str, parameters: list[dict[str, Any]] | None = None) -> Any:
    data = cloud.client("rds-data")
    return data.execute_statement(**DATABASE, sql=sql, parameters=parameters or [])


def call(cloud: Cloud, function: str, *args: Any, **kwargs: Any) -> Any:
    return cloud.call(f"invoices.{function}", DATABASE, *args, **kwargs)


def name(cloud: Cloud) -> str:
    return "".join(cloud.random.choices(LETTERS, k=10))


def amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def large(cloud: Cloud) -> int:
    """Cents that no double has."""
    while True:
        cents = int(cloud.random.randint(7 * 10**15, 9 * 10**15))
        if f"{float(amount(cents)):.2f}" != amount(cents):
            return cents


def invoice(cloud: Cloud, **given: Any) -> Invoice:
    """One to be stored."""
    return {
        "customer": name(cloud),
        "amount": amount(cloud.random.randint(1, 99_999)),
        "due": f"2026-{cloud.random.randint(1, 12):02}-{cloud.random.randint(1, 28):02}",
        "note": name(cloud),
        "paid": False,
        **given,
    }


def added(cloud: Cloud, one: Invoice) -> Invoice:
    """Have it stored; returns it with its id."""
    found = call(cloud, "add", one)
    expect(isinstance(found, int) and not isinstance(found, bool),
           "A new invoice did not get a whole number as its id.")  # fmt: skip
    return {"id": found, **one}


def expect_invoice(found: Any, wanted: Invoice) -> None:
    expect(isinstance(found, dict), f"A stored invoice came back as {str(found)[:60]}.")
    expect(set(found) == set(wanted), f"An invoice came back with these members: {list(found)}.")
    for member, value in wanted.items():
        is_same = found[member] == value and type(found[member]) is type(value)
        shown, stored = repr(found[member])[:60], repr(value)[:60]
        expect(
            is_same, f"An invoice was stored with {member} {stored}, and came back with {shown}."
        )


def expect_invoices(found: Any, wanted: list[Invoice], where: str) -> None:
    """Exactly these, in this order."""
    are_invoices = isinstance(found, list) and all(isinstance(one, dict) for one in found)
    expect(are_invoices, f"What came back {where} is no list of invoices.")
    ids, right = [one.get("id") for one in found], [one["id"] for one in wanted]
    missing, strange = set(right) - set(ids), set(ids) - set(right)
    expect(not missing, f"{len(missing)} invoice(s) are missing {where}.")
    expect(not strange, f"{len(strange)} invoice(s) too many came back {where}.")
    expect(ids == right, f"The invoices are not in the right order, or come twice, {where}.")
    for one, stored in zip(found, wanted, strict=True):
        expect_invoice(one, stored)


def expect_owed(cloud: Cloud, customer: str, cents: int) -> None:
    found = call(cloud, "owed", customer)
    expect(found == amount(cents), f"{customer[:40]} owes {found!r}, which is not right.")


def expect_refused(cloud: Cloud, text: str, order_by: str) -> None:
    try:
        call(cloud, "search", text, order_by=order_by)
    except ProgramGoneError:
        raise
    except ProgramError as error:
        expect(error.kind not in OTHER_ERRORS,
               f"For the order {order_by!r} came a {error.kind}: {error.detail}")  # fmt: skip
    else:
        expect(False, f"For the order {order_by!r} came a list of invoices.")
