"""What the customers of the shop and its operators would notice."""

import hashlib
import hmac
import json
from typing import Any

from labs.checks import Cloud, check, expect, setup

RECEIPT = "receipt"
KEEP_SECONDS = 300
GOODS = ("tea", "socks", "a map", "soap", "a kite", "ink", "honey", "a lamp", "salt", "chalk")

type Order = dict[str, Any]
type Answer = dict[str, Any]

# What the function finds in its environment, and what the layout file says.
environment: dict[str, str] = {}
shown = {"layout": "not yet"}


@setup(once=True)
def deploy(cloud: Cloud) -> None:
    number = cloud.random.randrange(1000)
    environment.update(
        ASSETS_BUCKET=f"assets-{number}",
        CUSTOMERS_TABLE=f"customers-{number}",
        KEY_SECRET=f"signing-key-{number}",
    )
    s3, bucket = cloud.client("s3"), environment["ASSETS_BUCKET"]
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="layout.txt", Body=shown["layout"].encode())
    cloud.create_table(environment["CUSTOMERS_TABLE"], key="customer")
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name=environment["KEY_SECRET"], SecretString="first")
    cloud.deploy_function(
        RECEIPT, handler="handler.handler", environment=environment, timeout_seconds=10
    )


@check("The first receipt is right", points=1, visible=True)
def first(cloud: Cloud) -> None:
    key = begin(cloud)
    order, percent = new_order(cloud)
    expect_receipt(cloud, order, percent, [key], "the first receipt of an environment")


@check("A receipt shows nothing of the one before", points=2, visible=True)
def next_customer(cloud: Cloud) -> None:
    key = begin(cloud)
    for number in range(3):
        order, percent = new_order(cloud)
        expect_receipt(cloud, order, percent, [key], f"receipt {number + 1} of an environment")


@check("What is the same for all is not read for each receipt", points=1, visible=True)
def reads(cloud: Cloud) -> None:
    key = begin(cloud)
    before = len(cloud.calls())
    for number in range(7):
        order, percent = new_order(cloud)
        expect_receipt(cloud, order, percent, [key], f"receipt {number + 1} of an environment")
        cloud.pass_time(45)
    expect_reads(cloud, before, environments=1, receipts=7)


@check("Two customers at once get a receipt each", points=1)
def at_once(cloud: Cloud) -> None:
    key = begin(cloud)
    before = len(cloud.calls())
    inner, inner_percent = new_order(cloud)
    told: list[tuple[Answer | None, str]] = []
    cloud.faults.interleave("dynamodb", "GetItem", lambda: told.append(invoke(cloud, inner)))
    outer, outer_percent = new_order(cloud)
    expect_receipt(cloud, outer, outer_percent, [key], "a receipt while another one was written")
    for told_one in told:
        what = "a receipt that was written while another one was"
        expect_right(cloud, told_one, inner, inner_percent, [key], what)
    for number in range(3):
        order, percent = new_order(cloud)
        expect_receipt(cloud, order, percent, [key], f"receipt {number + 3}, after two at once")
    expect_reads(cloud, before, environments=1 + len(told), receipts=4 + len(told))


@check("A request that failed leaves nothing behind", points=2)
def failed(cloud: Cloud) -> None:
    key = begin(cloud)
    order, percent = new_order(cloud)
    expect_receipt(cloud, order, percent, [key], "the first receipt of an environment")
    for what, broken in (
        ("a line without a price", {"text": "glue"}),
        ("a line without a text", {"cents": 5}),
    ):
        bad, _ = new_order(cloud)
        bad["lines"].insert(2, broken)
        expect_refused(cloud, bad, what)
        order, percent = new_order(cloud)
        expect_receipt(cloud, order, percent, [key], f"a receipt after {what}")
    stranger = {**new_order(cloud)[0], "customer": f"x-{cloud.random.randrange(10**6)}"}
    expect_refused(cloud, stranger, "a customer whom nobody knows")
    again = {**order, "lines": order["lines"][:1]}
    expect_receipt(cloud, again, percent, [key], "a receipt after an unknown customer")
    expect_no_answer(cloud, "dynamodb", "GetItem", "a table that refuses to be read")
    order, percent = new_order(cloud)
    expect_receipt(cloud, order, percent, [key], "a receipt after the table had refused")


@check("A new discount counts at once", points=1)
def discounts(cloud: Cloud) -> None:
    key = begin(cloud)
    order, percent = new_order(cloud)
    expect_receipt(cloud, order, percent, [key], "a receipt before the discount was changed")
    for _ in range(2):
        percent = (percent + cloud.random.randrange(1, 40)) % 60
        set_percent(cloud, order["customer"], percent)
        expect_receipt(cloud, order, percent, [key], "a receipt after the discount was changed")


@check("A rotated key is used within five minutes", points=2)
def rotated(cloud: Cloud) -> None:
    key = begin(cloud)
    order, percent = new_order(cloud)
    expect_receipt(cloud, order, percent, [key], "a receipt before the key was rotated")
    for _ in range(2):
        old, key = key, rotate(cloud)
        # Somebody buys something all the time: age does not begin anew with each use.
        for seconds in (100, 100, 90):
            cloud.pass_time(seconds)
            order, percent = new_order(cloud)
            what = "a receipt soon after the key was rotated"
            expect_receipt(cloud, order, percent, [old, key], what)
        cloud.pass_time(11)
        order, percent = new_order(cloud)
        what = "a receipt five minutes after the key was rotated"
        expect_receipt(cloud, order, percent, [key], what)
        cloud.pass_time(cloud.random.randrange(KEEP_SECONDS, 9000))
    # The time at which it cannot be read is the time at which it must be.
    key = rotate(cloud)
    cloud.pass_time(KEEP_SECONDS + 1)
    expect_no_answer(cloud, "secretsmanager", "GetSecretValue", "a key that cannot be read")
    order, percent = new_order(cloud)
    expect_receipt(cloud, order, percent, [key], "a receipt after the key could not be read")
    begin(cloud)
    key = rotate(cloud)
    expect_no_answer(cloud, "s3", "GetObject", "a layout that cannot be read")
    order, percent = new_order(cloud)
    expect_receipt(cloud, order, percent, [key], "a receipt after the layout could not be read")


@check("The disk does not fill up", points=1)
def disk(cloud: Cloud) -> None:
    key = begin(cloud)
    order, percent = new_order(cloud, lines=100)
    expect_receipt(cloud, order, percent, [key], "a long receipt")
    cloud.pass_time(KEEP_SECONDS + 1)
    code, message = "AccessDeniedException", "Not now."
    cloud.faults.fail("secretsmanager", "GetSecretValue", code=code, message=message, times=4)
    for _ in range(4):
        invoke(cloud, new_order(cloud, lines=100)[0])
    for number in range(4):
        order, percent = new_order(cloud, lines=100)
        expect_receipt(cloud, order, percent, [key], f"long receipt {number + 2}")


def begin(cloud: Cloud) -> str:
    """A deployment: a new layout, a new key and no warm environment; returns the key."""
    key = rotate(cloud)
    head = f"~ The Little Shop, {cloud.random.randrange(1, 999)} High Street ~"
    bucket, shown["layout"] = environment["ASSETS_BUCKET"], head
    cloud.client("s3").put_object(Bucket=bucket, Key="layout.txt", Body=head.encode())
    settings = {"FunctionName": RECEIPT, "Description": f"{cloud.random.random()}"}
    cloud.client("lambda").update_function_configuration(**settings)
    return key


def rotate(cloud: Cloud) -> str:
    key = f"k-{cloud.random.randrange(10**12)}"
    secrets = cloud.client("secretsmanager")
    secrets.put_secret_value(SecretId=environment["KEY_SECRET"], SecretString=key)
    return key


def new_order(cloud: Cloud, *, lines: int = 4) -> tuple[Order, int]:
    """An order of a new customer, and the customer's discount."""
    customer, percent = f"c-{cloud.random.randrange(10**9)}", cloud.random.randrange(1, 60)
    set_percent(cloud, customer, percent)
    sold = [
        {
            "text": f"{cloud.random.choice(GOODS)} no. {number}",
            "cents": cloud.random.randrange(9999),
        }
        for number in cloud.random.sample(range(10**6), lines)
    ]
    order_id = f"o-{cloud.random.randrange(10**9)}"
    return {"order_id": order_id, "customer": customer, "lines": sold}, percent


def set_percent(cloud: Cloud, customer: str, percent: int) -> None:
    item = {"customer": {"S": customer}, "percent": {"N": str(percent)}}
    cloud.client("dynamodb").put_item(TableName=environment["CUSTOMERS_TABLE"], Item=item)


def invoke(cloud: Cloud, order: Order) -> tuple[Answer | None, str]:
    """The answer, and how the function failed ("" if it did not)."""
    told = cloud.client("lambda").invoke(FunctionName=RECEIPT, Payload=json.dumps(order).encode())
    payload = json.load(told["Payload"])
    if "FunctionError" in told:
        return None, f"{payload.get('errorType')}: {payload.get('errorMessage')}"[:200]
    return payload, ""


def expect_refused(cloud: Cloud, order: Order, what: str) -> None:
    answer, error = invoke(cloud, order)
    expect(error != "", f"There was {what}, and the function gave an answer: {answer}.")


def expect_no_answer(cloud: Cloud, service: str, operation: str, what: str) -> None:
    """Refuse such a call; who makes it must not answer."""
    seen = len(cloud.calls(service, operation))
    cloud.faults.fail(service, operation, code="AccessDeniedException", message="Not now.")
    answer, error = invoke(cloud, new_order(cloud)[0])
    if any(call.error for call in cloud.calls(service, operation)[seen:]):
        expect(error != "", f"There was {what}, and the function gave an answer: {answer}.")


def expect_receipt(cloud: Cloud, order: Order, percent: int, keys: list[str], what: str) -> None:
    expect_right(cloud, invoke(cloud, order), order, percent, keys, what)


def expect_right(
    cloud: Cloud,
    told: tuple[Answer | None, str],
    order: Order,
    percent: int,
    keys: list[str],
    what: str,
) -> None:
    answer, error = told
    expect(not error, f"There was no answer for {what}: {error}.")
    fits = isinstance(answer, dict) and set(answer) == {"order_id", "text", "signature"}
    expect(fits, f"The answer for {what} is no order_id, text and signature: {answer}.")
    assert answer is not None
    expect(answer["order_id"] == order["order_id"], f"The order_id of {what} is another order's.")
    text, right = str(answer["text"]), receipt_text(order, percent)
    foreign = [line for line in text.splitlines() if line not in right.splitlines()]
    expect(not foreign, f"There is a line on {what} that does not belong there: {foreign[:1]}.")
    expect(text == right, f"On {what}, lines are missing, or are there more than once: {text!r}.")
    good = [hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest() for key in keys]
    expect(answer["signature"] in good, f"Nobody can verify the signature of {what}.")


def expect_reads(cloud: Cloud, before: int, *, environments: int, receipts: int) -> None:
    """The layout once for each environment, the key at most twice."""
    calls = cloud.calls()[before:]
    layouts = sum(call.operation == "GetObject" for call in calls)
    keys = sum(call.operation in ("GetSecretValue", "BatchGetSecretValue") for call in calls)
    where = f"for {receipts} receipts in {environments} execution environment(s)"
    expect(layouts <= environments, f"The layout was read {layouts} times {where}.")
    expect(keys <= 2 * environments, f"The signing key was read {keys} times {where}.")


def receipt_text(order: Order, percent: int) -> str:
    total = sum(line["cents"] for line in order["lines"])
    discount = total * percent // 100
    lines = [f"{line['text']}: {line['cents']}" for line in order["lines"]]
    lines = [shown["layout"], *lines, f"discount: {discount}", f"total: {total - discount}"]
    return "".join(f"{line}\n" for line in lines)
