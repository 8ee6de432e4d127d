"""What customers, bookkeepers and operators of the shop would notice."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from labs.checks import Cloud, check, expect, setup

BUS = "shop"
ORDERS, STOCK, PARCELS = "shop.orders", "shop.stock", "shop.parcels"
FUNCTIONS, QUEUES = ("stock", "parcels"), ("mail", "books", "undelivered")
STORM = 60  # calls of PutEvents; all checks together need some thirty
SEEN: Counter[str] = Counter()  # messages, by queue
type Detail = dict[str, Any]
type Event = dict[str, Any]


@setup(once=True)
def build(cloud: Cloud) -> None:
    SEEN.clear()
    cloud.client("events").create_event_bus(Name=BUS)
    for name in QUEUES:
        cloud.create_queue(name)
    for name in ("reservations", "parcels"):
        cloud.create_table(name, key="order_id")
    for name in FUNCTIONS:
        cloud.deploy_function(name, handler=f"reactions.{name}")
    cloud.faults.interleave("events", "PutEvents", lambda: pull_the_plug(cloud), after=STORM)
    cloud.run("deploy.py")


@check("An order goes its way", points=1, visible=True)
def way(cloud: Cloud) -> None:
    one = order(cloud)
    publish(cloud, "OrderPlaced", one)
    came = whole(cloud)
    for kind in ("OrderPlaced", "StockReserved", "ParcelSent"):
        expect(kinds(came).count(kind) == 1, f"The books have {kinds(came).count(kind)} events "
               f"{kind} of one order.")  # fmt: skip
    expect(
        len(came) == 3, f"The books have more of one order than its three events: {kinds(came)}."
    )
    expect_items(cloud, [one], "reservations", "parcels")
    expect_mail(cloud, [(one, "ParcelSent")])


@check("It is quiet afterwards", points=2, visible=True)
def quiet(cloud: Cloud) -> None:
    small, large = order(cloud, quantity=10), order(cloud, quantity=11)
    before = {name: len(cloud.function(name).invocations) for name in FUNCTIONS}
    publish(cloud, "OrderPlaced", small, large)
    publish(cloud, "OrderCancelled", order(cloud))
    cloud.pass_time(60)
    came = kinds(whole(cloud))
    expect(
        len(came) == 6, f"Three events of the web shop became {len(came)} in the books: {came}."
    )
    runs = {name: len(cloud.function(name).invocations) - count for name, count in before.items()}
    expect(runs["stock"] == 2, f"For two orders, stock ran {runs['stock']} times.")
    expect(runs["parcels"] == 1, f"For one reservation, parcels ran {runs['parcels']} times.")
    expect_items(cloud, [small], "reservations", "parcels")
    expect_no_items(cloud, [large])
    expect_mail(cloud, [(small, "ParcelSent"), (large, "StockShort")])


@check("What follows from an order tells its story", points=1, visible=True)
def story(cloud: Cloud) -> None:
    one = order(cloud, note={"gift": [True, None]}, hops=cloud.random.randrange(1, 5))
    publish(cloud, "OrderPlaced", one)
    expect_story(cloud, one, one["hops"])
    old = order(cloud)
    del old["hops"]
    publish(cloud, "OrderPlaced", old)
    expect_story(cloud, old, 0)
    last, late = order(cloud, hops=7), order(cloud, hops=8)
    later = order(cloud, hops=cloud.random.randrange(9, 99))
    publish(cloud, "OrderPlaced", last, late, later)
    came = [(each["detail-type"], each["detail"]["order_id"]) for each in whole(cloud)]
    expect(("StockReserved", last["order_id"]) in came, "An order with 7 hops was not reserved.")
    expect(("ParcelSent", last["order_id"]) not in came, "A reservation with 8 hops was answered.")
    expect(len(came) == 4, "An order with 8 hops or more was answered.")
    expect_no_items(cloud, [late, later])


@check("The events of others set off nothing", points=2)
def strangers(cloud: Cloud) -> None:
    empty(cloud)
    before = sum(len(cloud.function(name).invocations) for name in FUNCTIONS)
    others = [
        ("shop.orders.test", "OrderPlaced"),
        ("shop.stock.test", "StockReserved"),
        ("shop.parcels.test", "ParcelSent"),
        ("shop", "OrderPlaced"),
        (f"market.{cloud.random.randrange(1000)}", "StockReserved"),
        ("shop.audit", "ParcelSent"),
    ]
    for source, kind in others:
        publish(cloud, kind, order(cloud), source=source)
    expect(not whole(cloud), "The books have events of other sources.")
    expect_mail(cloud, [])
    unknown = [
        (ORDERS, "OrderPlacedOnHold"),
        (ORDERS, "StockReserved"),
        (ORDERS, "ParcelSent"),
        (STOCK, "OrderPlaced"),
        (STOCK, "ParcelSent"),
        (STOCK, f"Stock{cloud.random.randrange(1000)}"),
        (PARCELS, "StockReserved"),
        (PARCELS, "StockShort"),
    ]
    for source, kind in unknown:
        publish(cloud, kind, order(cloud), source=source)
    expect_mail(cloud, [])
    after = sum(len(cloud.function(name).invocations) for name in FUNCTIONS)
    expect(after == before, f"Your functions ran {after - before} times over events that are not "
           "for them.")  # fmt: skip
    came = len(whole(cloud))
    expect(came == len(unknown), f"Of {len(unknown)} events of the shop with other types, the "
           f"books have {came}.")  # fmt: skip


@check("Orders can be told again", points=2)
def replay(cloud: Cloud) -> None:
    events = cloud.client("events")
    archives = events.list_archives(EventSourceArn=bus_arn(cloud))["Archives"]
    expect(len(archives) > 0, "There is no archive of the bus: what was lost stays lost.")
    found = events.describe_archive(ArchiveName=archives[0]["ArchiveName"])
    days = found.get("RetentionDays", 0)
    expect(days == 30, f"The archive keeps events for {days or 'ever, not for 30'} days.")
    lost, fine = order(cloud), order(cloud)
    publish(cloud, "OrderPlaced", fine)
    publish(cloud, "OrderCancelled", order(cloud))
    publish(cloud, "OrderPlaced", order(cloud), source="shop.orders.test")
    cloud.faults.fail("dynamodb", "PutItem", code="AccessDeniedException", times=3)
    publish(cloud, "OrderPlaced", lost)
    cloud.pass_time(900)
    expect_no_items(cloud, [lost])
    watch(cloud)
    empty(cloud)
    tell_again(cloud, found)
    again = [one for one in taken(cloud, "watch") if "replay-name" in one]
    events.remove_targets(Rule="watch", EventBusName=BUS, Ids=["watch"])
    told = {one["detail"]["order_id"] for one in again if is_order(one)}
    expect({lost["order_id"], fine["order_id"]} <= told, "The archive does not have all orders.")
    rest = sorted({one["detail-type"] for one in again if not is_order(one)})
    expect(not rest, f"The archive also told other events than the orders of the shop: {rest}.")
    expect_items(cloud, [lost], "reservations", "parcels")
    booked = [one for one in whole(cloud) if "replay-name" in one]
    expect(not booked, "Orders are in the books twice after they were told again.")


@check("Failures on the way do not end the story", points=2)
def refused(cloud: Cloud) -> None:
    empty(cloud)
    cloud.faults.fail_entries("events", "PutEvents", code="InternalFailure", times=1, after=1)
    cloud.faults.fail_entries("events", "PutEvents", code="ThrottlingException", times=1, after=2)
    orders = [order(cloud), order(cloud, quantity=40)]
    for one in orders:
        publish(cloud, "OrderPlaced", one)
    cloud.pass_time(600)
    mails = [mail.get("order") for mail in taken(cloud, "mail") if isinstance(mail, dict)]
    for one in orders:
        expect(one["order_id"] in mails, "A customer heard nothing of an order whose event "
               "EventBridge had refused once.")  # fmt: skip
    expect(len(mails) <= 4, f"For two orders, {len(mails)} mails were written.")
    expect_items(cloud, orders[:1], "reservations", "parcels")
    expect_no_items(cloud, orders[1:])
    cloud.faults.crash("dynamodb", "PutItem")
    another = order(cloud)
    publish(cloud, "OrderPlaced", another)
    cloud.pass_time(600)
    expect_items(cloud, [another], "reservations", "parcels")
    came = kinds([one for one in whole(cloud) if one["detail"] == {**another, "hops": 2}])
    expect("ParcelSent" in came, "A function died while it worked on an order, and nothing "
           "followed from it any more.")  # fmt: skip


@check("An event at which the code fails is kept", points=1)
def failures(cloud: Cloud) -> None:
    for handler, kind, source in zip(FUNCTIONS, ("OrderPlaced", "StockReserved"), (ORDERS, STOCK),
                                     strict=True):  # fmt: skip
        empty(cloud)
        one = order(cloud)
        cloud.faults.fail("dynamodb", "PutItem", code="AccessDeniedException", times=3)
        publish(cloud, kind, one, source=source)
        cloud.pass_time(900)
        kept = [one["order_id"] in json.dumps(found) for found in taken(cloud, "undelivered")]
        expect(any(kept), f"Three times {handler} failed at an event, and now nobody has it.")
        expect_no_items(cloud, [one])


@check("Nobody else gets in", points=1)
def others_in(cloud: Cloud) -> None:
    events, lambda_ = cloud.client("events"), cloud.client("lambda")
    before = {name: len(cloud.function(name).invocations) for name in FUNCTIONS}
    bus = events.create_event_bus(Name="market")["EventBusArn"]
    events.put_rule(Name="market", EventBusName="market", EventPattern='{"source": ["market"]}')
    arns = {name: cloud.queue(name).arn for name in QUEUES}
    for name in FUNCTIONS:
        arns[name] = lambda_.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    for kind in sorted(arns):
        targets = [{"Id": kind, "Arn": arns[kind]}]
        events.put_targets(Rule="market", EventBusName="market", Targets=targets)
    empty(cloud)
    put(cloud, "OrderPlaced", order(cloud), source="market", bus=bus)
    cloud.settle()
    for name in FUNCTIONS:
        runs = len(cloud.function(name).invocations) - before[name]
        expect(not runs, f"Somebody else's rule invoked the function {name}.")
    for name in QUEUES:
        found = len(taken(cloud, name))
        expect(not found, f"Somebody else's rule sent an event into the queue {name}.")


@check("What cannot be delivered is kept", points=2)
def undelivered(cloud: Cloud) -> None:
    events, sqs, lambda_ = (cloud.client(name) for name in ("events", "sqs", "lambda"))
    for rule in rules(cloud):
        for target in events.list_targets_by_rule(Rule=rule, EventBusName=BUS)["Targets"]:
            policy = target.get("RetryPolicy", {})
            age = policy.get("MaximumEventAgeInSeconds", 86_400)
            expect(age <= 3600, f"A target of {rule!r} tries for {age} s to deliver an event.")
            tries = policy.get("MaximumRetryAttempts", 185)
            expect(tries > 0, f"A target of {rule!r} gives up at once when it is throttled.")
    for name in ("mail", "books"):
        sqs.set_queue_attributes(QueueUrl=cloud.queue(name).url, Attributes={"Policy": ""})
    empty(cloud)
    one = order(cloud)
    publish(cloud, "ParcelSent", one, source=PARCELS)
    expect_kept(cloud, one, 2, "The books and the mails let nobody in for a while")
    for name in FUNCTIONS:
        lambda_.delete_function(FunctionName=name)
    for kind, source, name in (
        ("OrderPlaced", ORDERS, "stock"),
        ("StockReserved", STOCK, "parcels"),
    ):
        one = order(cloud)
        publish(cloud, kind, one, source=source)
        expect_kept(cloud, one, 2, f"The books let nobody in, and {name} was gone")


def order(cloud: Cloud, **fields: Any) -> Detail:
    number = cloud.random.randrange(10**9)
    return {
        "order_id": f"o-{number}",
        "correlation_id": f"r-{cloud.random.randrange(10**9)}",
        "hops": 0,
        "quantity": cloud.random.randrange(1, 10),
        "email": f"{cloud.random.choice(('ana', 'jürgen', 'li'))}{number}@example.com",
        "voucher": cloud.random.randrange(100),
        **fields,
    }


def put(cloud: Cloud, kind: str, *details: Detail, source: str, bus: str = BUS) -> None:
    entries = [
        {"EventBusName": bus, "Source": source, "DetailType": kind, "Detail": json.dumps(detail)}
        for detail in details
    ]
    cloud.client("events").put_events(Entries=entries)


def publish(cloud: Cloud, kind: str, *details: Detail, source: str = ORDERS) -> None:
    """Publish events of one kind, and see what follows from them."""
    expect_no_storm(cloud)
    put(cloud, kind, *details, source=source)
    cloud.settle()
    expect_no_storm(cloud)


def expect_no_storm(cloud: Cloud) -> None:
    calls = len(cloud.calls("events", "PutEvents"))
    expect(calls <= STORM, "Orders set off a storm, and an operator had to disable all rules.")


def pull_the_plug(cloud: Cloud) -> None:
    """End a storm."""
    for rule in rules(cloud):
        cloud.client("events").disable_rule(Name=rule, EventBusName=BUS)


def whole(cloud: Cloud) -> list[Event]:
    """The events in the books, which are empty afterwards."""
    found = taken(cloud, "books")
    for one in found:
        whole_event = isinstance(one, dict) and {"source", "detail-type", "detail"} <= set(one)
        expect(whole_event, f"An event is not whole in the books: {one!r:.80}.")
    return found


def taken(cloud: Cloud, name: str) -> list[Any]:
    """What came into the queue since the last look."""
    messages = cloud.queue(name).messages()
    new = messages[SEEN[name] :]
    SEEN[name] = len(messages)
    return [parsed(body) for body in new]


def parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


def empty(cloud: Cloud) -> None:
    for name in QUEUES:
        taken(cloud, name)


def kinds(events: list[Event]) -> list[str]:
    return sorted(one["detail-type"] for one in events)


def is_order(one: Event) -> bool:
    return (one["source"], one["detail-type"]) == (ORDERS, "OrderPlaced")


def rules(cloud: Cloud) -> list[str]:
    found = cloud.client("events").list_rules(EventBusName=BUS)["Rules"]
    return [
        rule["Name"] for rule in found if rule["Name"] != "watch" and not rule.get("ManagedBy")
    ]


def bus_arn(cloud: Cloud) -> str:
    return str(cloud.client("events").describe_event_bus(Name=BUS)["Arn"])


def watch(cloud: Cloud) -> None:
    """A queue of our own that gets all events of the bus."""
    events, queue = cloud.client("events"), cloud.create_queue("watch")
    open_to_all = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": queue.arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [open_to_all]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
    events.put_rule(Name="watch", EventBusName=BUS, EventPattern='{"source": [{"prefix": ""}]}')
    targets = [{"Id": "watch", "Arn": queue.arn}]
    events.put_targets(Rule="watch", EventBusName=BUS, Targets=targets)


def tell_again(cloud: Cloud, archive: dict[str, Any]) -> None:
    """Replay what the archive kept to the whole bus."""
    now = datetime.now(UTC)
    cloud.client("events").start_replay(
        ReplayName="again",
        EventSourceArn=archive["ArchiveArn"],
        EventStartTime=now - timedelta(days=1),
        EventEndTime=now,
        Destination={"Arn": bus_arn(cloud)},
    )
    cloud.pass_time(900)


def expect_story(cloud: Cloud, first: Detail, hops: int) -> None:
    came = {one["detail-type"]: one["detail"] for one in whole(cloud)}
    for kind, more in (("StockReserved", 1), ("ParcelSent", 2)):
        expect(kind in came, f"An order led to no event {kind} in the books.")
        found = came[kind]
        for name, value in {**first, "hops": hops + more}.items():
            expect(found.get(name) == value, f"{kind} has the {name} {found.get(name)!r}, and its "
                   f"order has {first.get(name)!r}.")  # fmt: skip
        extra = sorted(set(found) - set(first) - {"hops"})
        expect(not extra, f"{kind} tells what its order did not: {', '.join(extra)}.")


def expect_items(cloud: Cloud, orders: list[Detail], *tables: str) -> None:
    for table in tables:
        ids = [item["order_id"] for item in cloud.table(table).items()]
        for one in orders:
            expect(one["order_id"] in ids, f"The order {one['order_id']} is not in {table}.")


def expect_no_items(cloud: Cloud, orders: list[Detail]) -> None:
    for table in ("reservations", "parcels"):
        ids = [item["order_id"] for item in cloud.table(table).items()]
        for one in orders:
            expect(one["order_id"] not in ids, f"The order {one['order_id']} is in {table}.")


def expect_mail(cloud: Cloud, wanted: list[tuple[Detail, str]]) -> None:
    """These mails, each once, since the last look."""
    mails = taken(cloud, "mail")
    for one, kind in wanted:
        right = {"order": one["order_id"], "to": one["email"], "what": kind}
        count = mails.count(right)
        expect(count > 0, f"No mail tells of {kind}; the queue holds {mails!r:.150}.")
        expect(count == 1, f"A customer has {count} mails about {kind}.")
    expect(len(mails) == len(wanted), f"There are {len(mails)} mails, and {len(wanted)} things to "
           f"tell: {mails!r:.150}")  # fmt: skip


def expect_kept(cloud: Cloud, one: Detail, count: int, when: str) -> None:
    kept = [one["order_id"] in json.dumps(found) for found in taken(cloud, "undelivered")]
    found = sum(kept)
    expect(found >= count, f"{when}: of {count} deliveries that failed, {found} were kept.")
