"""What the bank and its customers would notice."""

import contextlib
import json
from collections.abc import Sequence
from typing import Any

from labs.checks import Cloud, ProgramError, check, expect, setup

LEDGER = "ledger"
DEAD = "bookings-dlq.fifo"
type Booking = dict[str, Any]


@setup
def build(cloud: Cloud) -> None:
    cloud.create_table("accounts", key="account")
    create_fifo(cloud, DEAD)
    target = {"deadLetterTargetArn": cloud.queue(DEAD).arn, "maxReceiveCount": 5}
    create_fifo(cloud, "bookings.fifo", RedrivePolicy=json.dumps(target))
    cloud.deploy_function(
        LEDGER,
        handler="handler.handler",
        environment={"ACCOUNTS_TABLE": "accounts"},
        timeout_seconds=5,
    )
    cloud.map_queue("bookings.fifo", LEDGER, batch_size=10, report_batch_item_failures=True)


@check("Bookings are posted in order", points=2, visible=True)
def posted_in_order(cloud: Cloud) -> None:
    bookings = mixed(cloud, accounts(cloud, 3), 5)
    send(cloud, "bookings.fifo", bookings)
    cloud.settle()
    expect_posted(cloud, bookings)
    expect_no_dead_letters(cloud)


@check("A booking that is sent again is queued once", points=1, visible=True)
def sent_again(cloud: Cloud) -> None:
    inbox = make_inbox(cloud)
    (account,) = accounts(cloud, 1)
    twins = [booking(account, number, 700) for number in (1, 2, 3)]
    for attempt in (1, 2):
        send(cloud, inbox, [{**one, "attempt": attempt} for one in twins])
        cloud.pass_time(cloud.random.randrange(60, 200))
    found = [named(read(body)) for body in cloud.queue(inbox).messages()]
    for one in twins:
        count = found.count(named(one))
        expect(count > 0, f"{shown(one)} is not in the queue: another booking of the account has "
               "the same amount.")  # fmt: skip
        expect(count == 1, f"{shown(one)} is in the queue {count} times after it was sent again.")


@check("An account that fails stops, and no other one", points=2, visible=True)
def overdrawn(cloud: Cloud) -> None:
    poor, rich, other = accounts(cloud, 3)
    stopped = [booking(poor, 1, 500), booking(poor, 2, -800), booking(poor, 3, 400),
               booking(poor, 4, -50)]  # fmt: skip
    going = [booking(rich, 1, 300), booking(other, 1, 900), booking(rich, 2, -200)]
    put(cloud, *stopped[:2], going[0], stopped[2], *going[1:], stopped[3])
    cloud.pass_time(5)
    expect_posted(cloud, going, why="another account was overdrawn")
    expect_numbers(cloud, poor, [1], "its second booking had failed and might still succeed")
    put_money(cloud, poor, 1000)
    cloud.settle()
    expect_numbers(cloud, poor, [1, 2, 3, 4], "there was money in the account again")
    expect_no_dead_letters(cloud)
    expect_delivered_once(cloud, going)


@check("Accounts go side by side, each of them in order", points=2)
def side_by_side(cloud: Cloud) -> None:
    inbox = make_inbox(cloud)
    names = accounts(cloud, 4)
    bookings = mixed(cloud, names, 3)
    send(cloud, inbox, bookings)
    for turn in (1, 2, 3):
        taken = take_all(cloud, inbox)
        numbers = [(one.get("account"), one.get("number")) for one, _ in taken]
        for name in names:
            mine = [number for account, number in numbers if account == name]
            expect(len(mine) < 2, "Two bookings of one account were worked on at the same time.")
            expect(len(mine) == 1, "A booking had to wait for one of another account.")
            expect(mine == [turn], "An account's bookings came out of the queue in another order.")
        for _, handle in taken:
            cloud.client("sqs").delete_message(
                QueueUrl=cloud.queue(inbox).url, ReceiptHandle=handle
            )


@check("Bookings that look alike are told apart", points=1)
def look_alikes(cloud: Cloud) -> None:
    inbox = make_inbox(cloud)
    number = cloud.random.randrange(1, 9)
    bookings = [booking(f"A-{number}", n, 100) for n in range(1, 13)]
    bookings += [booking(f"A-{number}1", n, 100) for n in range(1, 13)]
    bookings = cloud.random.sample(bookings, len(bookings))
    send(cloud, inbox, bookings)
    send(cloud, inbox, [])
    expect_queued(cloud, inbox, bookings, "24 bookings of two accounts were sent")


@check("Lost answers and refused entries harm nothing", points=2)
def refused(cloud: Cloud) -> None:
    inbox = make_inbox(cloud)
    names = accounts(cloud, 3)
    bookings = mixed(cloud, names, 4)
    # Of a batch it hits entries, else calls: three in a row are as often as boto3 tries.
    cloud.faults.fail_entries("sqs", "SendMessageBatch", times=1, after=1)
    cloud.faults.fail("sqs", "SendMessage", code="InternalError", status=500, times=3, after=4)
    cloud.faults.lose_response("sqs", "SendMessage", times=3, after=9)
    cloud.faults.lose_response("sqs", "SendMessageBatch", times=3, after=2)
    for attempt in range(1, 7):
        try:
            send(cloud, inbox, [{**one, "attempt": attempt} for one in bookings])
        except ProgramError:
            cloud.pass_time(20)
        else:
            break
    expect_queued(cloud, inbox, bookings, "answers were lost, entries refused, and all sent again")


@check("An environment that dies and messages that come twice harm nothing", points=1)
def deliveries(cloud: Cloud) -> None:
    (account,) = accounts(cloud, 1)
    again = [booking(account, number, 100) for number in (1, 2, 3, 4)]
    put_posted(cloud, again[:2])
    put(cloud, *again)
    cloud.pass_time(5)
    expect_posted(cloud, again, why="its first bookings came again, as an environment had died")

    bookings = mixed(cloud, accounts(cloud, 3), 5)
    cloud.faults.kill(LEDGER, after_calls=cloud.random.randrange(2, 5))
    cloud.faults.deliver_twice("bookings.fifo", times=3, after=cloud.random.randrange(2, 6))
    put(cloud, *({**one, "attempt": cloud.random.randrange(1, 4)} for one in bookings))
    cloud.settle()
    expect_posted(cloud, bookings, why="the function's environment died, and messages came twice")
    expect_no_dead_letters(cloud)
    cloud.queue("bookings.fifo").expect_empty(because="all its bookings are posted")


@check("What can never be posted is put aside", points=2)
def poison(cloud: Cloud) -> None:
    ill, odd, fine, late = accounts(cloud, 4)
    text = f"no booking {cloud.random.randrange(1000)}"
    strange = cloud.random.choice(["[]", "{}", "null", json.dumps({"account": fine})])
    before = [booking(ill, 1, 100), booking(fine, 1, 100)]
    waiting, behind = booking(ill, 2, 100), [booking(fine, 2, 100), booking(late, 1, 100)]
    put_text(cloud, odd, strange)
    put(cloud, *before)
    put_text(cloud, ill, text)
    put(cloud, waiting, *behind)
    cloud.pass_time(5)
    expect_posted(cloud, before + behind, why="a message of another account was no booking")
    cloud.settle()
    dead = cloud.queue(DEAD).messages()
    for bad in (text, strange):
        expect(bad in dead, f"The message {bad!r} is not in the dead-letter queue.")
    expect_numbers(cloud, ill, [1], "its second message had not been posted")
    put(cloud, booking(ill, 3, 100), booking(odd, 1, 100))
    cloud.settle()
    expect_numbers(cloud, ill, [1, 3], "what had failed before was put aside")
    expect_numbers(cloud, odd, [1], "what had failed before was put aside")
    wrong = [body for body in dead if body not in (text, strange, json.dumps(waiting))]
    expect(not wrong, "The dead-letter queue holds a booking that can be posted.")


def create_fifo(cloud: Cloud, name: str, **attributes: str) -> None:
    settings = {"FifoQueue": "true", "VisibilityTimeout": "30", **attributes}
    cloud.client("sqs").create_queue(QueueName=name, Attributes=settings)


def make_inbox(cloud: Cloud) -> str:
    """A queue of which nobody takes anything but the check."""
    name = f"inbox-{cloud.random.randrange(1000)}.fifo"
    create_fifo(cloud, name)
    return name


def accounts(cloud: Cloud, count: int) -> list[str]:
    return [f"A-{number}" for number in cloud.random.sample(range(1000, 10_000), count)]


def booking(account: str, number: int, cents: int) -> Booking:
    return {"account": account, "number": number, "cents": cents, "attempt": 1}


def mixed(cloud: Cloud, names: Sequence[str], each: int) -> list[Booking]:
    """So many bookings of each account, in the order of their numbers, with the accounts mixed."""
    turns = [name for name in names for _ in range(each)]
    numbers = dict.fromkeys(names, 0)
    found = []
    for name in cloud.random.sample(turns, len(turns)):
        numbers[name] += 1
        cents = cloud.random.randrange(1000, 9000) if numbers[name] % 2 else -999
        found.append(booking(name, numbers[name], cents))
    return found


def send(cloud: Cloud, queue: str, bookings: Sequence[Booking]) -> None:
    cloud.call("bookings.send", cloud.queue(queue).url, list(bookings))


def put(cloud: Cloud, *bookings: Booking) -> None:
    """Bookings of another sender, which come together."""
    for one in bookings:
        put_text(cloud, one["account"], json.dumps(one))


def put_text(cloud: Cloud, account: str, body: str) -> None:
    cloud.client("sqs").send_message(
        QueueUrl=cloud.queue("bookings.fifo").url,
        MessageBody=body,
        MessageGroupId=account,
        MessageDeduplicationId=f"{cloud.random.random()}",
    )


def take_all(cloud: Cloud, queue: str) -> list[tuple[Booking, str]]:
    """What several workers can get at the same moment, each one message: (booking, handle)."""
    taken: list[tuple[Booking, str]] = []
    while True:
        answer = cloud.client("sqs").receive_message(
            QueueUrl=cloud.queue(queue).url, MaxNumberOfMessages=1
        )
        if not answer.get("Messages"):
            return taken
        (message,) = answer["Messages"]
        taken.append((read(message["Body"]), message["ReceiptHandle"]))


def put_posted(cloud: Cloud, bookings: Sequence[Booking]) -> None:
    """The account's item as it is when these have been posted."""
    numbers = [{"N": str(one["number"])} for one in bookings]
    balance = {"N": str(sum(one["cents"] for one in bookings))}
    item = {"account": {"S": bookings[0]["account"]}, "numbers": {"L": numbers}}
    cloud.client("dynamodb").put_item(TableName="accounts", Item={**item, "balance": balance})


def put_money(cloud: Cloud, account: str, cents: int) -> None:
    cloud.client("dynamodb").update_item(
        TableName="accounts",
        Key={"account": {"S": account}},
        UpdateExpression="ADD balance :cents",
        ExpressionAttributeValues={":cents": {"N": str(cents)}},
    )


def read(body: str) -> Booking:
    """What a message says, {} if it is no JSON object."""
    with contextlib.suppress(ValueError):
        found = json.loads(body)
        return found if isinstance(found, dict) else {}
    return {}


def named(one: Booking) -> tuple[Any, Any, Any]:
    return one.get("account"), one.get("number"), one.get("cents")


def shown(one: Booking) -> str:
    return f"Booking {one['number']} of account {one['account']}"


def expect_queued(cloud: Cloud, queue: str, bookings: Sequence[Booking], when: str) -> None:
    """Each booking is in the queue once, and those of an account are in order."""
    found = [named(read(body)) for body in cloud.queue(queue).messages()]
    for one in bookings:
        count = found.count(named(one))
        expect(count > 0, f"{shown(one)} is not in the queue: {when}.")
        expect(count == 1, f"{shown(one)} is in the queue {count} times: {when}.")
    for name in {one["account"] for one in bookings}:
        mine = [one for one in found if one[0] == name]
        right = [named(one) for one in bookings if one["account"] == name]
        expect(mine == right, f"The bookings of account {name} are out of order: {when}.")


def expect_posted(
    cloud: Cloud, bookings: Sequence[Booking], why: str = "the bookings were sent in order"
) -> None:
    for name in dict.fromkeys(one["account"] for one in bookings):
        mine = [one for one in bookings if one["account"] == name]
        expect_numbers(cloud, name, [one["number"] for one in mine], why)
        balance = account_item(cloud, name).get("balance")
        right = sum(one["cents"] for one in mine)
        expect(balance == right, f"The balance of account {name} is wrong: {why}.")


def expect_numbers(cloud: Cloud, account: str, numbers: list[int], why: str) -> None:
    found = list(account_item(cloud, account).get("numbers", []))
    missing = [number for number in numbers if number not in found]
    more = [number for number in found if number not in numbers]
    expect(not more, f"Booking {first(more)} of account {account} was posted: {why}.")
    expect(not missing, f"Booking {first(missing)} of account {account} was not posted: {why}.")
    expect(
        found == numbers,
        f"Account {account} has its bookings in the order {', '.join(map(str, found))}: {why}.",
    )


def expect_no_dead_letters(cloud: Cloud) -> None:
    dead = len(cloud.queue(DEAD).messages())
    expect(not dead, f"{dead} booking(s) that can be posted are in the dead-letter queue.")


def expect_delivered_once(cloud: Cloud, bookings: Sequence[Booking]) -> None:
    delivered = [
        named(json.loads(record["body"]))
        for invocation in cloud.function(LEDGER).invocations
        for record in invocation.event.get("Records", ())
    ]
    for one in bookings:
        count = delivered.count(named(one))
        expect(count == 1, f"{shown(one)} was delivered {count} times, though nothing is wrong "
               "with it.")  # fmt: skip


def first(numbers: list[Any]) -> str:
    return str(numbers[0]) if numbers else ""


def account_item(cloud: Cloud, account: str) -> dict[str, Any]:
    items = cloud.table("accounts").items()
    return next((item for item in items if item["account"] == account), {})
