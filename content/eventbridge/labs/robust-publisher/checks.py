"""What the readers of the bus and the shop's operators would notice."""

import json
import time
from collections.abc import Sequence
from typing import Any

from labs.checks import Cloud, check, expect, setup

LIMIT = 1_048_576
BUS, SOURCE = "shop", "shop.orders"
TYPES = ("OrderPlaced", "OrderPaid", "OrderSent")
type Event = dict[str, Any]


@setup
def build(cloud: Cloud) -> None:
    cloud.client("events").create_event_bus(Name=BUS)
    # Large events do not fit into a queue: of those, the readers get the id alone.
    is_large = {"source": [SOURCE], "detail": {"is_large": [{"exists": True}]}}
    is_small = {"source": [SOURCE], "detail": {"is_large": [{"exists": False}]}}
    reader(cloud, "ids", is_large, InputPath="$.detail.id")
    reader(cloud, "whole", is_small)


@check("Each event is published once, as the readers expect it", points=1, visible=True)
def published(cloud: Cloud) -> None:
    events = small_events(cloud, 13)
    expect_lost(publish(cloud, events, "r-1"), [])
    expect_published(cloud, events, "r-1")


@check("Small events go ten at a time", points=1, visible=True)
def ten_at_a_time(cloud: Cloud) -> None:
    publish(cloud, [])
    expect(calls(cloud) == 0, "There was nothing to publish, and EventBridge was called.")
    publish(cloud, small_events(cloud, 20))
    expect(calls(cloud) <= 2, f"For 20 small events, EventBridge was called {calls(cloud)} times.")


@check("Refused entries are sent again, and only they", points=2, visible=True)
def refused_entries(cloud: Cloud) -> None:
    first, second = small_events(cloud, 12), small_events(cloud, 10)
    after = cloud.random.randrange(1, 7)
    fail(cloud, "ThrottlingException", times=1, after=after)
    fail(cloud, "InternalFailure", times=1, after=after + 2)
    expect_lost(publish(cloud, first, "r-1"), [])
    fail(cloud, "InternalException", times=2, probability=0.5)
    expect_lost(publish(cloud, second, "r-1"), [])
    expect_published(cloud, [*first, *second], "r-1")


@check("Each event tells which request it belongs to", points=1)
def story(cloud: Cloud) -> None:
    new, old = small_events(cloud, 3), small_events(cloud, 3)
    for one in old:
        one["correlation_id"] = token(cloud, "earlier-")
    given = token(cloud, "ü-")
    events = [one for pair in zip(new, old, strict=True) for one in pair]
    expect_lost(publish(cloud, events, given), [])
    expect_published(cloud, events, given)
    later = small_events(cloud, 2)
    expect_lost(publish(cloud, later, "r-2"), [])
    expect_published(cloud, later, "r-2")


@check("A call is not larger than EventBridge takes", points=2)
def size_of_a_call(cloud: Cloud) -> None:
    wide = [large(cloud, cloud.random.randrange(200_000, 450_000), "é") for _ in range(4)]
    # Two that together just fit into a call, and two that do not by one byte.
    half = large(cloud, LIMIT // 2)
    fits = [half, large(cloud, LIMIT - 1 - LIMIT // 2)]
    over = [large(cloud, LIMIT // 2), large(cloud, LIMIT // 2)]
    expect_lost(publish(cloud, [*small_events(cloud, 2), *wide]), [])
    expect_lost(publish(cloud, fits), [])
    expect_lost(publish(cloud, over), [])
    expect_arrived(cloud, [*wide, *fits, *over])


@check("What is too large alone is told, and the rest is published", points=2)
def too_large(cloud: Cloud) -> None:
    fits, exact = large(cloud, LIMIT - 1), large(cloud, LIMIT)
    huge = large(cloud, LIMIT + cloud.random.randrange(1, 1000), "é")
    first, last = small_events(cloud, 2), small_events(cloud, 2)
    lost = publish(cloud, [*first, exact, fits, huge, *last])
    expect_arrived(cloud, [*first, fits, *last])
    expect_lost(lost, [exact, huge])


@check("Throttled calls lose nothing", points=2)
def throttled(cloud: Cloud) -> None:
    events = small_events(cloud, 8)
    # As often than boto3 tries by itself.
    cloud.faults.throttle("events", "PutEvents", times=3)
    expect_lost(publish(cloud, events), [])
    expect_published(cloud, events)
    cloud.faults.throttle("events", "PutEvents", times=None)
    late = small_events(cloud, 3)
    expect_lost(publish(cloud, late), late)


@check("What cannot be published is told, and not tried for ever", points=2)
def given_up(cloud: Cloud) -> None:
    events = small_events(cloud, 16)
    wrong = events[cloud.random.randrange(10)]
    wrong["type"] = ""
    lost = publish(cloud, events)
    expect(calls(cloud) <= 2, "What EventBridge had refused for good was sent once more.")
    expect_published(cloud, [one for one in events if one is not wrong])
    expect_lost(lost, [wrong])

    before, events = calls(cloud), small_events(cloud, 5)
    fail(cloud, "InternalFailure", times=None, after=2)
    began = time.time()
    lost = publish(cloud, events)
    waited, attempts = time.time() - began, calls(cloud) - before
    expect(attempts >= 3, f"What was refused was given up after {attempts} attempt(s).")
    expect(attempts <= 10, f"What was refused each time was sent {attempts} times.")
    expect(waited > 0.5, f"Refused entries were sent {attempts} times within {waited:.2f} s.")
    arrived = ids(cloud)
    rest = [one for one in events if one["id"] not in arrived]
    expect(len(rest) == 3, f"Of five events, three were refused, but {len(rest)} did not arrive.")
    expect_lost(lost, rest)
    expect_published(cloud, [one for one in events if one not in rest])


def reader(cloud: Cloud, name: str, pattern: dict[str, Any], **target: str) -> None:
    events, queue = cloud.client("events"), cloud.create_queue(name)
    rule = events.put_rule(Name=name, EventBusName=BUS, EventPattern=json.dumps(pattern))
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule["RuleArn"]}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
    targets = [{"Id": name, "Arn": queue.arn, **target}]
    events.put_targets(Rule=name, EventBusName=BUS, Targets=targets)


def token(cloud: Cloud, prefix: str) -> str:
    return f"{prefix}{cloud.random.randrange(10**9)}"


def small_events(cloud: Cloud, count: int) -> list[Event]:
    return [
        {
            "id": token(cloud, "o-"),
            "type": cloud.random.choice(TYPES),
            "note": token(cloud, cloud.random.choice(("", "ü", '"'))),
        }
        for _ in range(count)
    ]


def large(cloud: Cloud, size: int, letter: str = "x") -> Event:
    """An event whose entry has so many bytes, if its request is "r-1"."""
    one: Event = {"id": token(cloud, "o-"), "type": "OrderPaid", "is_large": True, "note": ""}
    missing = size - size_of(one)
    width = len(letter.encode())
    one["note"] = letter * (missing // width) + "x" * (missing % width)
    return one


def publish(cloud: Cloud, events: Sequence[Event], correlation_id: str = "r-1") -> object:
    lost = cloud.call("publisher.publish", BUS, list(events), correlation_id)
    cloud.settle()
    return lost


def fail(cloud: Cloud, code: str, **when: Any) -> None:
    cloud.faults.fail_entries("events", "PutEvents", code=code, **when)


def calls(cloud: Cloud) -> int:
    return len(cloud.calls("events", "PutEvents"))


def ids(cloud: Cloud) -> list[str]:
    """Of all that came to the readers."""
    small = [str(one["detail"].get("id")) for one in whole(cloud)]
    return small + [str(json.loads(body)) for body in cloud.queue("ids").messages()]


def whole(cloud: Cloud) -> list[Event]:
    """The small ones of the events that came, in their envelopes."""
    return [json.loads(body) for body in cloud.queue("whole").messages()]


def size_of(one: Event) -> int:
    detail = {"correlation_id": "r-1", **one}
    text = json.dumps(detail, ensure_ascii=False, separators=(",", ":"))
    return len(f"{SOURCE}{one['type']}{text}".encode())


def expect_lost(found: object, lost: Sequence[Event]) -> None:
    expect(isinstance(found, list), f"publish returned no list, but {found!r:.60}.")
    told = found if isinstance(found, list) else []
    for one in lost:
        expect(one["id"] in told, "An event was never published, and its id was not returned.")
    expect(len(told) == len(lost), f"{len(told)} ids were returned as lost, and {len(lost)} "
           "event(s) could not be published.")  # fmt: skip


def expect_arrived(cloud: Cloud, events: Sequence[Event]) -> None:
    """Each once."""
    arrived = ids(cloud)
    for one in events:
        count = arrived.count(one["id"])
        expect(count > 0, f"An event of {size_of(one)} bytes did not come to the readers.")
        expect(count == 1, f"The readers got the event {one['id']} {count} times.")


def expect_published(cloud: Cloud, events: Sequence[Event], correlation_id: str = "r-1") -> None:
    """Each once, with the right type and detail."""
    expect_arrived(cloud, events)
    came = {one["detail"].get("id"): one for one in whole(cloud)}
    for one in events:
        found = came[one["id"]]
        kind, detail = found["detail-type"], found["detail"]
        expect(kind == one["type"], f"An event of type {one['type']!r} came as {kind!r}.")
        story = detail.get("correlation_id")
        right = one.get("correlation_id", correlation_id)
        expect(story == right, f"The event {one['id']} came with the correlation_id {story!r}, "
               "by which its request is not found.")  # fmt: skip
        rest = {key: value for key, value in detail.items() if key != "correlation_id"}
        sent = {key: value for key, value in one.items() if key != "correlation_id"}
        expect(rest == sent, f"The event {one['id']} came with another detail: {detail!s:.200}")
