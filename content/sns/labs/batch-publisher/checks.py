"""What the readers of the topic and the job's operators would notice."""

import contextlib
import json
import time
from collections.abc import Sequence
from typing import Any

from labs.checks import Cloud, check, expect, setup

LIMIT = 262_144
TYPES = ("order.placed", "order.paid", "order.sent")
CALLS = ("Publish", "PublishBatch")
type Event = dict[str, Any]


@setup
def build(cloud: Cloud) -> None:
    topic = cloud.client("sns").create_topic(Name="events")["TopicArn"]
    subscribe(cloud, topic, "everything", {})
    subscribe(cloud, topic, "paid", {"FilterPolicy": json.dumps({"type": ["order.paid"]})})
    cloud.client("s3").create_bucket(Bucket="large-events")


@check("Each event is published once, with its type", points=1, visible=True)
def published(cloud: Cloud) -> None:
    events = small_events(cloud, 23)
    expect_lost(publish(cloud, events), [])
    expect_published(cloud, events)


@check("Small events go ten at a time", points=1, visible=True)
def ten_at_a_time(cloud: Cloud) -> None:
    publish(cloud, [])
    expect(not calls(cloud), "There was nothing to publish, and SNS was called.")
    publish(cloud, small_events(cloud, 40))
    expect(calls(cloud) <= 4, f"For 40 small events, SNS was called {calls(cloud)} times.")


@check("Refused entries are sent again, and only they", points=2, visible=True)
def refused_entries(cloud: Cloud) -> None:
    events = small_events(cloud, 12)
    cloud.faults.fail_entries("sns", "PublishBatch", times=2, after=cloud.random.randrange(1, 7))
    expect_lost(publish(cloud, events), [])
    expect_published(cloud, events)
    events = small_events(cloud, 10)
    cloud.faults.fail_entries("sns", "PublishBatch", times=3, probability=0.5)
    expect_lost(publish(cloud, events), [])
    expect_published(cloud, events)


@check("A call is not larger than SNS takes", points=2)
def bytes_of_a_call(cloud: Cloud) -> None:
    sizes = [cloud.random.randrange(20_000, 120_000) for _ in range(6)]
    events = [event(cloud, "é" * (size // 2)) for size in sizes] + small_events(cloud, 6)
    # Together they fill one call to the last byte; with one more letter they do not.
    exact = [event(cloud), event(cloud)]
    exact[0]["data"] = "x" * (LIMIT // 2)
    exact[1]["data"] = "x" * (LIMIT - size_of(exact[0]) - size_of(exact[1]))
    wide = [{**one, "id": f"{one['id']}+", "data": f"{one['data'][:-1]}ü"} for one in exact]
    expect_lost(publish(cloud, events), [])
    expect_lost(publish(cloud, exact), [])
    expect_lost(publish(cloud, wide), [])
    expect_published(cloud, [*events, *exact, *wide])
    expect_stored(cloud, [])


@check("What is too large is stored, and what fits is not", points=2)
def too_large(cloud: Cloud) -> None:
    letter = cloud.random.choice("üé")
    fits, large, larger, later = event(cloud), *(event(cloud, kind="order.paid") for _ in range(3))
    fits["data"] = "x" * (LIMIT - size_of(fits))
    large["data"] = "x" * (LIMIT - size_of(large) + 1)
    larger["data"] = letter * (LIMIT // 2)
    events = [*small_events(cloud, 3), fits, large, larger, *small_events(cloud, 3)]
    expect_lost(publish(cloud, events), [])
    expect_published(cloud, [one for one in events if one not in (large, larger)])
    expect_stored(cloud, [large, larger])
    # The next night, at the place of the other one in its list.
    cloud.pass_time(86_400)
    later["data"] = letter * (LIMIT // 2)
    expect_lost(publish(cloud, [*small_events(cloud, 4), later]), [])
    expect_stored(cloud, [large, larger, later])


@check("Throttled calls lose nothing", points=2)
def throttled(cloud: Cloud) -> None:
    events = small_events(cloud, 14)
    # More often than boto3 tries by itself.
    cloud.faults.throttle("sns", "PublishBatch", times=4)
    expect_lost(publish(cloud, events), [])
    expect_published(cloud, events)


@check("What cannot be published is told, and not tried for ever", points=2)
def given_up(cloud: Cloud) -> None:
    events = small_events(cloud, 17)
    cloud.faults.fail_entries(
        "sns",
        "PublishBatch",
        code="InvalidParameter",
        sender_fault=True,
        after=cloud.random.randrange(11, 17),
    )
    lost = publish(cloud, events)
    expect(calls(cloud) <= 2, "What SNS had refused for good was sent once more.")
    expect_rest_told(cloud, events, 1, lost)

    before, events = calls(cloud), small_events(cloud, 5)
    cloud.faults.fail_entries("sns", "PublishBatch", code="InvalidParameter", sender_fault=True)
    cloud.faults.fail_entries("sns", "PublishBatch", times=None, after=2)
    began = time.time()
    lost = publish(cloud, events)
    waited, attempts = time.time() - began, calls(cloud) - before
    expect(attempts >= 3, f"What was refused was given up after {attempts} attempt(s).")
    expect(attempts <= 10, f"What was refused each time was sent {attempts} times.")
    expect(waited > 0.5, f"Refused entries were sent {attempts} times within {waited:.2f} s.")
    expect_rest_told(cloud, events, 3, lost)


@check("Ids may be any text", points=1)
def any_ids(cloud: Cloud) -> None:
    number = cloud.random.randrange(10**6)
    names = ["a b", "shop/1:paid", "ä", "x" * 200, "x" * 199 + "y", "a+b", "a.b", "{}", "a\tb"]
    events = [{**event(cloud), "id": f"{number}{name}"[:200]} for name in names]
    events[3]["id"], events[4]["id"] = names[3], names[4]
    cloud.faults.fail_entries(
        "sns", "PublishBatch", code="InvalidParameter", sender_fault=True, after=5
    )
    expect_rest_told(cloud, events, 1, publish(cloud, events))


def subscribe(cloud: Cloud, topic: str, name: str, attributes: dict[str, str]) -> None:
    queue = cloud.create_queue(name)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
    cloud.client("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": "true", **attributes},
    )


def event(cloud: Cloud, data: str = "", kind: str = "") -> Event:
    number = cloud.random.randrange(10**9)
    return {"id": f"e-{number}", "type": kind or cloud.random.choice(TYPES), "data": data}


def small_events(cloud: Cloud, count: int) -> list[Event]:
    return [event(cloud, f"{cloud.random.random()}") for _ in range(count)]


def publish(cloud: Cloud, events: Sequence[Event]) -> object:
    topic = cloud.client("sns").create_topic(Name="events")["TopicArn"]
    lost = cloud.call("publisher.publish", topic, "large-events", list(events))
    cloud.settle()
    return lost


def calls(cloud: Cloud) -> int:
    return sum(len(cloud.calls("sns", operation)) for operation in CALLS)


def to_text(one: Event) -> str:
    return json.dumps(one, ensure_ascii=False, separators=(",", ":"))


def size_of(one: Event) -> int:
    """Of a message of the learner's that is this event, in bytes."""
    return len(f"{to_text(one)}typeString{one['type']}".encode())


def read(body: str) -> Event:
    """What a message says, {} if it is no JSON object."""
    with contextlib.suppress(ValueError):
        found = json.loads(body)
        return found if isinstance(found, dict) else {}
    return {}


def expect_lost(found: object, lost: Sequence[Event]) -> None:
    expect(isinstance(found, list), f"publish returned no list, but {found!r:.60}.")
    told = found if isinstance(found, list) else []
    for one in lost:
        expect(one["id"] in told, "An event was never published, and its id was not returned.")
    expect(len(told) == len(lost), f"{len(told)} ids were returned as lost, and {len(lost)} "
           "event(s) could not be published.")  # fmt: skip


def expect_rest_told(cloud: Cloud, events: Sequence[Event], refused: int, told: object) -> None:
    """All but so many are published once, and the ids of the others were returned."""
    bodies = cloud.queue("everything").messages()
    rest = [one for one in events if to_text(one) not in bodies]
    more = len(rest) - refused
    expect(more <= 0, f"{more} event(s) that SNS would have taken did not come to the readers.")
    expect(more == 0, "What SNS had refused for good was sent once more.")
    expect_lost(told, rest)
    expect_published(cloud, [one for one in events if one not in rest])


def expect_published(cloud: Cloud, events: Sequence[Event]) -> None:
    """These, and what was stored, are what the readers have; each once."""
    for name, wanted in (("everything", TYPES), ("paid", ("order.paid",))):
        bodies = cloud.queue(name).messages()
        for one in events:
            count = bodies.count(to_text(one))
            if one["type"] not in wanted:
                continue
            where = "The readers" if name == "everything" else "Those who filter by type"
            expect(count > 0, f"{where} did not get an event of {size_of(one)} bytes, {one['id']}"
                   ", as it was.")  # fmt: skip
            expect(count == 1, f"{where} got the event {one['id']} {count} times.")


def expect_stored(cloud: Cloud, events: Sequence[Event]) -> None:
    """These, and no others, are in the bucket, and their claims are published."""
    s3 = cloud.client("s3")
    count = s3.list_objects_v2(Bucket="large-events")["KeyCount"]
    expect(count <= len(events), "An event that fits into a message was put into the bucket.")
    for name, wanted in (("everything", TYPES), ("paid", ("order.paid",))):
        claims = [read(body) for body in cloud.queue(name).messages() if "s3_key" in body]
        for one in events:
            if one["type"] not in wanted:
                continue
            mine = [claim for claim in claims if claim.get("id") == one["id"]]
            expect(len(mine) == 1, f"For an event of {size_of(one)} bytes, {len(mine)} messages "
                   f"with an s3_key came to {name!r}.")  # fmt: skip
            key = mine[0].get("s3_key")
            right = {"id": one["id"], "type": one["type"], "s3_key": key}
            is_right = mine[0] == right and isinstance(key, str) and key != ""
            expect(is_right, f"The message for a stored event is {mine[0]!s:.200}.")
            found = s3.list_objects_v2(Bucket="large-events", Prefix=key)["KeyCount"]
            expect(found > 0, "The s3_key of a message leads to no object.")
            content = s3.get_object(Bucket="large-events", Key=key)["Body"].read()
            expect(content == to_text(one).encode(), "An object in the bucket is not the event.")
