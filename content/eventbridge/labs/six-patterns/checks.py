"""What the six teams would get, and what they would miss."""

import json
from collections.abc import Iterable
from typing import Any

from labs.checks import Cloud, check, expect, setup

RULES = ("mail", "fraud", "customs", "loyalty", "packing", "imports")
BUS = "shop"
type Event = dict[str, Any]
# What the team would say of it, and the event.
type Case = tuple[str, Event]


@setup(once=True)
def build(cloud: Cloud) -> None:
    cloud.client("events").create_event_bus(Name=BUS)
    cloud.run("deploy.py")


@check("EventBridge takes all six patterns", points=1, visible=True)
def taken(cloud: Cloud) -> None:
    for rule in RULES:
        pattern_of(cloud, rule)


@check("mail: placed and cancelled orders", points=1, visible=True)
def mail(cloud: Cloud) -> None:
    wanted = [
        ("An order that was placed", order(cloud)),
        ("An order that was cancelled", order(cloud, kind="OrderCancelled")),
        ("A cancellation that names nothing but a reason",
         event("shop.orders", "OrderCancelled", {"reason": token(cloud, "r")})),
    ]  # fmt: skip
    others = [
        ("An order of the test shop", order(cloud, source="shop.orders.test")),
        ("A cancelled order of the test shop",
         order(cloud, source="shop.orders.test", kind="OrderCancelled")),
        ("An order that was packed", order(cloud, kind="OrderPacked")),
        ("An order that was placed on hold", order(cloud, kind="OrderPlacedOnHold")),
        ("An event of another source", order(cloud, source=token(cloud, "shop."))),
        ("An event of the payments", order(cloud, source="shop.payments")),
    ]  # fmt: skip
    expect_right(cloud, "mail", wanted, others)


@check("fraud: large orders, paid at the second or third attempt", points=2, visible=True)
def fraud(cloud: Cloud) -> None:
    some, again = cloud.random.randrange(1001, 20_000), cloud.random.choice((2, 3))
    below = round(cloud.random.uniform(999, 999.9), 2)
    wanted = [
        ("An order in the middle", order(cloud, total=some, attempts=again)),
        ("An order of 1,000", order(cloud, total=1000, attempts=2)),
        ("An order of 1,000 paid at the third attempt", order(cloud, total=1000, attempts=3)),
        ("An order of a little less than 20,000", order(cloud, total=19_999.99, attempts=again)),
        ("An order in fractions", order(cloud, total=some + 0.5, attempts=again)),
        ("An order without a country", order(cloud, total=some, attempts=2, country=None)),
    ]
    others = [
        ("An order of less than 1,000", order(cloud, total=below, attempts=again)),
        ("An order of 20,000", order(cloud, total=20_000, attempts=again)),
        ("An order whose total is text", order(cloud, total=str(some), attempts=again)),
        ("An order without a total", order(cloud, total=None, attempts=again)),
        ("An order that was paid at once", order(cloud, total=some, attempts=1)),
        ("An order that was paid at the fourth attempt", order(cloud, total=some, attempts=4)),
        ("An order that does not say how often", order(cloud, total=some, attempts=None)),
    ]
    placed = order(cloud, total=some, attempts=again)
    expect_right(cloud, "fraud", wanted, [*others, *not_placed(placed)])


@check("customs: what leaves the country, or may do so", points=2)
def customs(cloud: Cloud) -> None:
    near = ("DK", "AU", "D", "A", "ED", "TA", "DEU", "AD", "EE")
    wanted = [
        (f"An order to {country}", order(cloud, country=country))
        for country in ("FR", cloud.random.choice(("US", "JP", "BR")), *near)
    ]
    wanted.append(("An order without a country", order(cloud, country=None)))
    others = [
        (f"An order to {country}", order(cloud, country=country)) for country in ("DE", "AT")
    ]
    abroad, nowhere = order(cloud, country="FR"), order(cloud, country=None)
    expect_right(cloud, "customs", wanted, [*others, *not_placed(abroad), *not_placed(nowhere)])


@check("loyalty: customers whose card has a number", points=2)
def loyalty(cloud: Cloud) -> None:
    number, customer = str(cloud.random.randrange(10**6)), token(cloud, "c-")
    has_card = order(cloud, customer={"id": customer, "card": {"number": number, "since": 2019}})
    wanted = [
        ("An order of a customer with a card", has_card),
        ("An order with a card that says no more than its number",
         order(cloud, customer={"id": customer, "card": {"number": token(cloud, "X")}})),
        ("An order with a card that has one more field",
         order(cloud, customer={"id": customer, "card": {"number": number, "level": {"id": 1}}})),
    ]  # fmt: skip
    others = [
        ("An order of a customer without a card", order(cloud, customer={"id": customer})),
        ("An order of a customer whose card is null",
         order(cloud, customer={"id": customer, "card": None})),
        ("An order with a card that was only applied for",
         order(cloud, customer={"id": customer, "card": {"since": 2026}})),
        ("An order of a guest", order(cloud, customer=None)),
        ("An order that has a number elsewhere",
         order(cloud, customer={"id": customer, "number": number}, number=number)),
    ]  # fmt: skip
    expect_right(cloud, "loyalty", wanted, [*others, *not_placed(has_card)])


@check("packing: express orders that are large or have a voucher", points=2)
def packing(cloud: Cloud) -> None:
    code, large = token(cloud, "V-"), cloud.random.randrange(501, 5000)
    small, tags = cloud.random.randrange(1, 499), ["web", "express", token(cloud, "t-")]
    cloud.random.shuffle(tags)
    express = {"tags": ["express"]}
    both = order(cloud, **express, total=large, voucher=code)
    wanted = [
        ("A large express order", order(cloud, **express, total=large)),
        ("An express order of 500", order(cloud, **express, total=500)),
        ("A small express order with a voucher",
         order(cloud, **express, total=small, voucher=code)),
        ("A large express order with a voucher", both),
        ("A large express order with more tags", order(cloud, tags=tags, total=large)),
        ("A small express order with a voucher and more tags",
         order(cloud, tags=tags, total=small, voucher=code)),
        ("An express order with a voucher, whose total is text",
         order(cloud, **express, total=str(small), voucher=code)),
    ]  # fmt: skip
    later = {"tags": ["web", "express-later"]}
    others = [
        ("A small express order", order(cloud, **express, total=small)),
        ("An express order of 499.99", order(cloud, **express, total=499.99)),
        ("An express order whose total is text", order(cloud, **express, total=str(large))),
        ("A large order that is not express", order(cloud, tags=["web"], total=large)),
        ("An order with a voucher that is not express",
         order(cloud, tags=["web"], total=small, voucher=code)),
        ("A large order with a voucher and without tags",
         order(cloud, tags=None, total=large, voucher=code)),
        ("An order with the tag express-later", order(cloud, **later, total=large, voucher=code)),
    ]  # fmt: skip
    expect_right(cloud, "packing", wanted, [*others, *not_placed(both)])


@check("imports: tables that have arrived", points=2)
def imports(cloud: Cloud) -> None:
    name, year = token(cloud, "f-"), cloud.random.randrange(2020, 2030)
    wanted = [
        (f"The file {key}", file(cloud, key))
        for key in (f"in/{name}.csv", f"in/{year}/11/{name}.csv", f"in/{name}.txt.csv")
    ]
    others = [
        (f"The file {key}", file(cloud, key))
        for key in (
            f"out/{name}.csv",
            f"in/{name}.txt",
            f"in/{name}.csv.gz",
            f"old/in/{name}.csv",
            f"{name}.csv",
            f"inbox/{name}.csv",
            f"in/{name}csv",
        )
    ]
    right = file(cloud, f"in/{name}.csv")
    others += [
        ("A file that was deleted", {**right, "detail-type": "FileDeleted"}),
        ("A file of another source", {**right, "source": "shop.orders"}),
        ("A file of the test shop", {**right, "source": "shop.files.test"}),
    ]
    expect_right(cloud, "imports", wanted, others)


def token(cloud: Cloud, prefix: str) -> str:
    return f"{prefix}{cloud.random.randrange(10**6)}"


def event(source: str, kind: str, detail: dict[str, Any]) -> Event:
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "source": source,
        "detail-type": kind,
        "account": "123456789012",
        "region": "us-east-1",
        "time": "2026-11-21T09:30:00Z",
        "resources": [],
        "detail": detail,
    }


def order(
    cloud: Cloud, *, source: str = "shop.orders", kind: str = "OrderPlaced", **fields: Any
) -> Event:
    """An order with these fields; one that is None is not there. Some have fields of tomorrow."""
    detail: dict[str, Any] = {
        "order_id": token(cloud, "o-"),
        "total": cloud.random.randrange(1, 30_000),
        "attempts": cloud.random.randrange(1, 5),
        "country": cloud.random.choice(("DE", "FR", "US")),
        "tags": ["web"],
        "customer": {"id": token(cloud, "c-")},
        **fields,
    }
    if cloud.random.random() < 0.5:
        detail[token(cloud, "new_")] = cloud.random.choice((1, "a", {"b": [1]}, ["express"]))
    return event(source, kind, {key: value for key, value in detail.items() if value is not None})


def file(cloud: Cloud, key: str) -> Event:
    size = cloud.random.randrange(10**6)
    return event("shop.files", "FileArrived", {"key": key, "size": size, token(cloud, "new_"): 1})


def not_placed(placed: Event) -> list[Case]:
    """The same order, but not newly placed in the shop."""
    return [
        ("An order of the test shop", {**placed, "source": "shop.orders.test"}),
        ("An event of the payments", {**placed, "source": "shop.payments"}),
        ("An order that was cancelled", {**placed, "detail-type": "OrderCancelled"}),
    ]


def pattern_of(cloud: Cloud, rule: str) -> str:
    events = cloud.client("events")
    try:
        found = events.describe_rule(Name=rule, EventBusName=BUS)
    except events.exceptions.ResourceNotFoundException:
        found = {}
    expect(found, f"There is no rule {rule!r} on the bus. Its team gets nothing.")
    expect(found.get("State") == "ENABLED", f"The rule {rule!r} is not enabled.")
    pattern = found.get("EventPattern", "")
    expect(pattern != "", f"The rule {rule!r} has no pattern.")
    return str(pattern)


def expect_right(cloud: Cloud, rule: str, wanted: Iterable[Case], others: Iterable[Case]) -> None:
    """The rule matches those that are wanted, and none of the others."""
    pattern, events = pattern_of(cloud, rule), cloud.client("events")
    for is_wanted, cases in ((True, wanted), (False, others)):
        for what, one in cases:
            answer = events.test_event_pattern(EventPattern=pattern, Event=json.dumps(one))
            came = "did not come" if is_wanted else "came"
            shown = {key: one[key] for key in ("source", "detail-type", "detail")}
            expect(
                answer["Result"] is is_wanted,
                f"{what} {came} to {rule!r}: {json.dumps(shown)}",
            )
