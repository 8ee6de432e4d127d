"""What the shop, the carrier and those who look after failures would notice."""

import json
from collections.abc import Sequence
from typing import Any

from labs.checks import Cloud, check, expect, setup

BOOK, VANS, FAILED, PARKED = "book-van", "vans", "failed-orders", "parked-orders"
HOPELESS = ("AddressUnknown", "TooHeavy")
HOUR_SECONDS = 3600

type Order = dict[str, Any]


@setup
def deploy(cloud: Cloud) -> None:
    for name in (VANS, FAILED, PARKED):
        cloud.create_queue(name)
    table = f"bookings-{cloud.random.randrange(1000)}"
    cloud.create_table(table, key="order_id")
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    topic = sns.create_topic(Name="carrier")["TopicArn"]
    vans = cloud.queue(VANS)
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": vans.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=vans.url, Attributes={"Policy": policy})
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=vans.arn, Attributes=raw)
    environment = {
        "BOOKINGS_TABLE": table,
        "PARKED_URL": cloud.queue(PARKED).url,
        "CARRIER_TOPIC": topic,
    }
    cloud.deploy_function(
        BOOK, handler="handler.handler", environment=environment, timeout_seconds=10
    )
    # As configure.py should leave it, so that a mistake in there spoils no check of the handler.
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=BOOK,
        MaximumRetryAttempts=2,
        MaximumEventAgeInSeconds=HOUR_SECONDS,
        DestinationConfig={"OnFailure": {"Destination": cloud.queue(FAILED).arn}},
    )


@check("A new order gets its van", points=1, visible=True)
def new_order(cloud: Cloud) -> None:
    orders = [an_order(cloud) for _ in range(3)]
    send(cloud, *orders)
    for one in orders:
        expect_vans(cloud, one, 1, "nothing went wrong")
    expect_nothing_put_aside(cloud, orders, "nothing went wrong")


@check("Lambda knows what to do with failures", points=2, visible=True)
def settings(cloud: Cloud) -> None:
    configure(cloud)
    functions = cloud.client("lambda")
    try:
        found = functions.get_function_event_invoke_config(FunctionName=BOOK)
    except functions.exceptions.ResourceNotFoundException:
        found = {}
    retries, age = found.get("MaximumRetryAttempts", 2), found.get("MaximumEventAgeInSeconds")
    expect(retries >= 2, f"An event that fails is given up after {retries + 1} attempt(s).")
    told = found.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
    expect(told == cloud.queue(FAILED).arn, "What Lambda gives up is not told to failed-orders.")
    expect(age is not None, "An event is still tried when it is five hours old.")
    expect(age <= HOUR_SECONDS, f"An event is still tried when it is {age} seconds old.")
    expect(age >= HOUR_SECONDS, f"An event is given up when it is {age} seconds old.")


@check("A closed carrier is asked again later", points=2, visible=True)
def closed(cloud: Cloud) -> None:
    for times, code in ((1, "Closed"), (2, "NoVanFree")):
        one, other = an_order(cloud), an_order(cloud)
        refuse(cloud, code, times=times)
        ran, asked = runs(cloud), len(cloud.calls("sns", "Publish"))
        send(cloud, one)
        when = f"the carrier was closed for {times} attempt(s)"
        expect_vans(cloud, one, 1, when)
        expect_nothing_put_aside(cloud, [one], when)
        calls = len(cloud.calls("sns", "Publish")) - asked
        expect(calls <= runs(cloud) - ran, "In one attempt the carrier was asked several times.")
        expect(runs(cloud) - ran > times, "The function waited for the carrier in one attempt.")
        send(cloud, one, other)
        expect_vans(cloud, one, 1, f"{when}, and the order came again")
        expect_vans(cloud, other, 1, f"{when} for another order")


@check("What stays closed is told, and can be sent again", points=2)
def exhausted(cloud: Cloud) -> None:
    configure(cloud)
    one = an_order(cloud)
    ran = runs(cloud)
    refuse(cloud, "Closed", times=3)
    send(cloud, one)
    expect_vans(cloud, one, 0, "the carrier was closed for three attempts")
    expect(runs(cloud) - ran == 3, f"An order was tried {runs(cloud) - ran} time(s).")
    told = failures(cloud, one)
    expect(
        len(told) == 1, f"After its last attempt, an order is in failed-orders {len(told)} times."
    )
    context = told[0].get("requestContext")
    has_reason = isinstance(context, dict) and "responsePayload" in told[0]
    expect(has_reason, "In failed-orders there is an order without a reason.")
    expect(not parked(cloud, one), "An order that only met a closed carrier was parked.")
    send(cloud, one)
    expect_vans(cloud, one, 1, "the order was sent again on the next day")
    expect(len(failures(cloud, one)) == 1, "An order that got its van is in failed-orders.")

    caller = an_order(cloud)
    refuse(cloud, "Closed")
    answer = cloud.client("lambda").invoke(FunctionName=BOOK, Payload=json.dumps(caller).encode())
    cloud.settle()
    expect("FunctionError" in answer, "A synchronous caller was told that a van comes. None does.")
    expect_nothing_put_aside(cloud, [caller], "a synchronous caller got the error itself")


@check("Refused orders are parked once", points=2)
def refused(cloud: Cloud) -> None:
    for code in HOPELESS:
        one, good = an_order(cloud), an_order(cloud)
        refuse(cloud, code)
        ran = runs(cloud)
        send(cloud, one)
        expect_vans(cloud, one, 0, f"the carrier had refused it with {code}")
        expect_parked(cloud, one, f"An order that the carrier refused with {code}")
        expect(runs(cloud) - ran == 1, f"An order refused with {code} was tried again and again.")
        send(cloud, good)
        expect_vans(cloud, good, 1, "another order had been refused")
        corrected = {**one, "address": f"{cloud.random.randrange(99)} New Road"}
        send(cloud, corrected)
        expect_vans(cloud, corrected, 1, f"it was corrected after {code}")
        expect(van_orders(cloud, corrected) == [corrected], "A van went to the wrong address.")
        expect_parked(cloud, one, "A refused order that was corrected")
        expect(not failures(cloud, one), "A parked order is in failed-orders as well.")
    # This code only looks like one of the two.
    unlucky = an_order(cloud)
    refuse(cloud, "AddressLookupUnavailable")
    send(cloud, unlucky)
    expect_vans(cloud, unlucky, 1, "the carrier could not look up an address for a moment")
    expect_nothing_put_aside(cloud, [unlucky], "the carrier had a short fault")


@check("Incomplete events are parked once", points=1)
def incomplete(cloud: Cloud) -> None:
    one = an_order(cloud)
    tag = cloud.random.randrange(10**9)
    events: list[Any] = [
        {"order_id": one["order_id"]},
        {"address": f"{tag} Old Road"},
        {**one, "address": ""},
        {**one, "address": None},
        {**one, "order_id": "", "tag": tag},
        {**one, "order_id": tag},
        {**one, "address": [one["address"]]},
        [one],
        f"order {tag}",
        {"detail": one},
        {},
        tag,
    ]
    for event in events:
        ran = runs(cloud)
        send(cloud, event)
        what = f"The event {json.dumps(event)}"
        expect_parked(cloud, event, what)
        expect(runs(cloud) - ran == 1, f"{what} was tried again and again.")
    expect_vans(cloud, one, 0, "only incomplete events had come")
    send(cloud, one)
    expect_vans(cloud, one, 1, "it came complete after incomplete events")


@check("An order that comes twice gets one van", points=1)
def twice(cloud: Cloud) -> None:
    orders = [an_order(cloud) for _ in range(3)]
    send(cloud, *orders, orders[0], orders[2])
    moved = {**orders[1], "address": "somewhere else"}
    settings = {"FunctionName": BOOK, "Description": f"{cloud.random.random()}"}
    cloud.client("lambda").update_function_configuration(**settings)
    cloud.pass_time(cloud.random.randrange(100_000, 200_000))
    send(cloud, moved, orders[0])
    refuse(cloud, HOPELESS[0])
    send(cloud, orders[2])
    for operation in ("GetItem", "Query", "PutItem", "UpdateItem"):
        cloud.faults.fail("dynamodb", operation, code="TableIsBusy", message="Not now.")
    send(cloud, orders[1])
    for one in orders:
        expect_vans(cloud, one, 1, "its event came several times")
    expect_nothing_put_aside(cloud, [*orders, moved], "an order came again that has its van")


@check("What cannot be parked is not lost", points=2)
def cannot_park(cloud: Cloud) -> None:
    broken = {"order_id": f"b-{cloud.random.randrange(10**9)}"}
    denied = an_order(cloud)
    for event, is_refused in ((broken, False), (denied, True)):
        cloud.faults.fail("sqs", "SendMessage", code="QueueIsBusy", message="Not now.")
        if is_refused:
            refuse(cloud, HOPELESS[1], times=2)
        send(cloud, event)
        expect_parked(cloud, event, "A bad event that the queue did not take at first")
        expect(not failures(cloud, event), "A parked event is in failed-orders as well.")
        expect_vans(cloud, event, 0, "it was parked")


@check("Crashes and a busy table lose no order", points=1)
def crashes(cloud: Cloud) -> None:
    one = an_order(cloud)
    cloud.faults.kill(BOOK, after_calls=1)
    send(cloud, one)
    # If the carrier was the first to be called, the van was sent before the crash.
    expect_vans_at_least(cloud, one, "the environment died in the middle")
    for operation in ("GetItem", "PutItem", "UpdateItem", "Query", "TransactWriteItems"):
        other = an_order(cloud)
        cloud.faults.fail("dynamodb", operation, code="TableIsBusy", message="Not now.")
        send(cloud, other)
        expect_vans_at_least(cloud, other, f"the table refused one call ({operation})")
        expect_nothing_put_aside(cloud, [other], "the table refused one call")


def configure(cloud: Cloud) -> None:
    """Spoil the settings, and let the script mend them; twice, as it may run again."""
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=BOOK, MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60
    )
    cloud.run("configure.py")
    cloud.run("configure.py")


def an_order(cloud: Cloud) -> Order:
    number = cloud.random.randrange(10**9)
    return {"order_id": f"o-{number}", "address": f"{number % 97 + 1} High Street"}


def send(cloud: Cloud, *events: Any) -> None:
    """Invoke the function asynchronously, and wait until all attempts are over."""
    for event in events:
        cloud.client("lambda").invoke(
            FunctionName=BOOK, InvocationType="Event", Payload=json.dumps(event).encode()
        )
        cloud.settle()


def refuse(cloud: Cloud, code: str, *, times: int = 1) -> None:
    """The carrier refuses; boto3 does not try such a code again by itself."""
    cloud.faults.fail("sns", "Publish", code=code, message="Not this time.", times=times)


def runs(cloud: Cloud) -> int:
    return len(cloud.function(BOOK).invocations)


def bodies(cloud: Cloud, queue: str) -> list[Any]:
    found = []
    for body in cloud.queue(queue).messages():
        try:
            found.append(json.loads(body))
        except ValueError:
            found.append(body)
    return found


def van_orders(cloud: Cloud, order: Any) -> list[Any]:
    key = order["order_id"] if isinstance(order, dict) else None
    return [van for van in bodies(cloud, VANS) if van["order_id"] == key]


def parked(cloud: Cloud, event: Any) -> list[dict[str, Any]]:
    """The messages in parked-orders that hold this very event."""
    return [
        message
        for message in bodies(cloud, PARKED)
        if isinstance(message, dict) and message.get("event") == event
    ]


def failures(cloud: Cloud, event: Any) -> list[dict[str, Any]]:
    """What failed-orders holds about this event, in whichever shape."""
    text = json.dumps(event)
    return [
        told if isinstance(told, dict) else {}
        for told in bodies(cloud, FAILED)
        if told == event or text in json.dumps(told) or _is_of(told, event)
    ]


def _is_of(told: Any, event: Any) -> bool:
    order_id = event.get("order_id") if isinstance(event, dict) else None
    return isinstance(order_id, str) and order_id != "" and order_id in json.dumps(told)


def expect_vans(cloud: Cloud, order: Any, count: int, when: str) -> None:
    found = len(van_orders(cloud, order))
    expect(found >= count, f"An order got no van: {when}.")
    expect(found <= count, f"An order got {found} van(s) that are too many: {when}."
           if not count else f"An order got {found} vans: {when}.")  # fmt: skip


def expect_vans_at_least(cloud: Cloud, order: Order, when: str) -> None:
    expect(van_orders(cloud, order) != [], f"An order got no van: {when}.")


def expect_parked(cloud: Cloud, event: Any, what: str) -> None:
    found = parked(cloud, event)
    expect(len(found) > 0, f"{what} is not in parked-orders as it came.")
    expect(len(found) < 2, f"{what} is in parked-orders {len(found)} times.")
    reason = found[0].get("reason")
    is_told = isinstance(reason, str) and reason != ""
    expect(is_told, f"{what} is in parked-orders without a reason: {reason!r}.")


def expect_nothing_put_aside(cloud: Cloud, orders: Sequence[Order], when: str) -> None:
    for order in orders:
        expect(not parked(cloud, order), f"An order was parked: {when}.")
        expect(not failures(cloud, order), f"An order is in failed-orders: {when}.")
