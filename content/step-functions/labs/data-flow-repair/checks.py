"""What comes out of the five workflows, and what they leave behind."""

import json
from collections.abc import Mapping
from typing import Any

from labs.checks import Cloud, check, expect, setup

type Json = dict[str, Any]

ROLE = "workflows"
KEYS = {"articles": "article", "stock": "article", "counters": "counter", "refunds": "order_id"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
NAMES = ("Desk lamp", "Chair 'Oslo'", 'Shelf, 30"', "Tasse für Tee", "Box {small}")


@setup(once=True)
def build(cloud: Cloud) -> None:
    for table, key in KEYS.items():
        cloud.create_table(table, key=key)
    cloud.create_queue("packing")
    cloud.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))


@check("The order gets its price", points=2, visible=True)
def price(cloud: Cloud) -> None:
    workflow = deploy(cloud, "price")
    for _ in range(2):
        one = order(cloud)
        article = shelve(cloud, one["article"])
        output = finish(cloud, workflow, one)
        expect("price" in output, f"The workflow price left no price in {shown(output)}.")
        found = output["price"]
        expect(isinstance(found, dict) and isinstance(found.get("cents"), int | float),
               f"Nobody can calculate with the price {shown(found)}.")  # fmt: skip
        expect(found == article, f"The order of {one['article']} has the price {shown(found)}.")
        expect_kept(one, output, added="price")


@check("The packers know where an order goes", points=2, visible=True)
def pack(cloud: Cloud) -> None:
    workflow = deploy(cloud, "pack")
    one = order(cloud, card=f"4000 {cloud.random.randrange(10**12)}")
    output = finish(cloud, workflow, one)
    expect_unchanged(one, output)
    message = packed(cloud, one)
    for name in ("order_id", "address"):
        expect(message.get(name) == one[name], f"The packers were told {shown(message)}: the "
               f"{name.replace('_', ' ')} is wrong.")  # fmt: skip


@check("The packers learn nothing else", points=1)
def packers_learn_nothing_else(cloud: Cloud) -> None:
    workflow = deploy(cloud, "pack")
    one = order(cloud, card=f"4000 {cloud.random.randrange(10**12)}", phone="020 1234")
    finish(cloud, workflow, one)
    more = sorted(set(packed(cloud, one)) - {"order_id", "address"})
    expect(not more, f"The message to the packers also has: {', '.join(more)}.")


@check("Pieces are taken from the stock, and the order goes on", points=3)
def reserve(cloud: Cloud) -> None:
    workflow = deploy(cloud, "reserve")
    one = order(cloud, note=None)
    pieces = cloud.random.randrange(100, 900)
    put(cloud, "stock", article={"S": one["article"]}, pieces={"N": str(pieces)})
    for _ in range(2):
        pieces -= one["count"]
        event = {"id": f"e-{cloud.random.randrange(10**6)}", "source": "shop", "detail": one}
        output = finish(cloud, workflow, event)
        rows = {row["article"]: row["pieces"] for row in cloud.table("stock").items()}
        expect(rows.get(one["article"]) == pieces, "The table stock has a wrong number of pieces "
               f"after {one['count']} were reserved.")  # fmt: skip
        expect(output.get("order_id") == one["order_id"], "After the reservation, nobody knows "
               f"which order it was: the workflow reserve gave {shown(output)}.")  # fmt: skip
        expect(output.get("stock") == {"left": pieces}, "The workflow reserve left the stock as "
               f"{shown(output.get('stock'))} in its output.")  # fmt: skip
        expect_kept(one, output, added="stock")


@check("A receipt has its number and its text", points=2)
def receipt(cloud: Cloud) -> None:
    workflow = deploy(cloud, "receipt")
    number = cloud.random.randrange(1000, 9000)
    put(cloud, "counters", counter={"S": "receipts"}, last_number={"N": str(number)})
    for _ in range(2):
        number += 1
        name = cloud.random.choice(NAMES)
        one = order(cloud, price={"name": name, "cents": 100})
        output = finish(cloud, workflow, one)
        expect(output.get("order_id") == one["order_id"], "The receipt is for an order that does "
               f"not exist: {shown(output)}.")  # fmt: skip
        expect(is_number(output.get("number"), number), "A receipt came with the number "
               f"{shown(output.get('number'))}, after {number - 1}.")  # fmt: skip
        expect(output.get("text") == f"{one['count']} x {name}", f"For {one['count']} pieces of "
               f"{name}, the receipt says: {shown(output.get('text'))}.")  # fmt: skip
        more = sorted(set(output) - {"order_id", "number", "text"})
        expect(not more, f"The receipt also has: {', '.join(more)}.")


@check("An order is refunded once", points=3)
def refund(cloud: Cloud) -> None:
    workflow = deploy(cloud, "refund")
    one = {"order_id": new_id(cloud), "cents": cloud.random.randrange(100, 9000), "reason": "late"}
    output = finish(cloud, workflow, one)
    expect(output == {"order_id": one["order_id"], "refunded": True}, "After the first refund of "
           f"an order, the workflow refund says: {shown(output)}.")  # fmt: skip
    output = finish(cloud, workflow, {**one, "cents": 1})
    expect(output.get("refunded") is False, "The second refund of an order gave "
           f"{shown(output)}.")  # fmt: skip
    expect(output == {"order_id": one["order_id"], "refunded": False}, "After the second refund "
           f"of an order, the workflow refund says: {shown(output)}.")  # fmt: skip
    rows = {row["order_id"]: row["cents"] for row in cloud.table("refunds").items()}
    expect(rows.get(one["order_id"]) == one["cents"], "The table refunds has another amount than "
           "was refunded.")  # fmt: skip


@check("A refund that could not be recorded is no refund", points=1)
def refund_fails(cloud: Cloud) -> None:
    workflow = deploy(cloud, "refund")
    cloud.client("dynamodb").delete_table(TableName="refunds")
    one = {"order_id": new_id(cloud), "cents": 500, "reason": "broken"}
    ended = execute(cloud, workflow, one)
    cloud.create_table("refunds", key="order_id")
    expect(ended["status"] == "FAILED", "The table refunds could not be reached, and the workflow "
           f"refund ended well, with {ended.get('output')}.")  # fmt: skip


@check("Whatever else an order has, it keeps", points=2)
def other_fields(cloud: Cloud) -> None:
    more = {
        f"field_{cloud.random.randrange(10**6)}": cloud.random.randrange(10**6),
        "gift": {"wrap": True, "card": None},
        "tags": ["new", []],
        "Item": "a word",
        "weight": 1.5,
    }
    one = order(cloud, **more)
    shelve(cloud, one["article"])
    expect_kept(one, finish(cloud, deploy(cloud, "price"), one), added="price")
    expect_unchanged(one, finish(cloud, deploy(cloud, "pack"), one))


def deploy(cloud: Cloud, name: str) -> str:
    role = cloud.client("iam").get_role(RoleName=ROLE)["Role"]["Arn"]
    values = {"PackingQueueUrl": cloud.queue("packing").url}
    arn = cloud.call("deploy.deploy", name, role, values)
    expect(isinstance(arn, str), f"deploy gave no ARN for the workflow {name}.")
    return str(arn)


def execute(cloud: Cloud, workflow: str, given: Mapping[str, Any]) -> Json:
    sfn = cloud.client("stepfunctions")
    started = sfn.start_execution(stateMachineArn=workflow, input=json.dumps(given))
    cloud.settle()
    ended: Json = sfn.describe_execution(executionArn=started["executionArn"])
    return ended


def finish(cloud: Cloud, workflow: str, given: Mapping[str, Any]) -> Json:
    """The output of an execution that has to end well."""
    ended = execute(cloud, workflow, given)
    name = workflow.rpartition(":")[2]
    what = f"{ended['status']}: {ended.get('error', '')} {ended.get('cause', '')}"
    expect(ended["status"] == "SUCCEEDED", f"An execution of the workflow {name} is {what[:400]}")
    output = json.loads(ended["output"])
    expect(isinstance(output, dict), f"The output of the workflow {name} is {shown(output)}.")
    return dict(output)


def order(cloud: Cloud, **more: Any) -> Json:
    number = cloud.random.randrange(10**6)
    return {
        "order_id": new_id(cloud),
        "article": f"a-{number}",
        "count": cloud.random.randrange(2, 9),
        "address": {"street": f"Long Lane {number % 97}", "city": "Leiden"},
        **more,
    }


def new_id(cloud: Cloud) -> str:
    return f"o-{cloud.random.randrange(10**9)}"


def shelve(cloud: Cloud, article: str) -> Json:
    """Put an article into the table; what its price has to be."""
    name, cents = cloud.random.choice(NAMES), cloud.random.randrange(100, 9000)
    put(cloud, "articles", article={"S": article}, name={"S": name}, cents={"N": str(cents)})
    return {"name": name, "cents": cents}


def put(cloud: Cloud, table: str, **item: Mapping[str, str]) -> None:
    cloud.client("dynamodb").put_item(TableName=table, Item=item)


def packed(cloud: Cloud, one: Mapping[str, Any]) -> Json:
    found = [body for body in cloud.queue("packing").messages() if one["order_id"] in body]
    expect(len(found) == 1, f"The packers got {len(found)} messages that name the order "
           f"{one['order_id']}.")  # fmt: skip
    try:
        message = json.loads(found[0])
    except ValueError:
        message = None
    expect(isinstance(message, dict), f"The packers cannot read the message {found[0][:200]}.")
    return dict(message)


def expect_kept(one: Json, output: Json, *, added: str) -> None:
    lost = sorted(set(one) - set(output))
    expect(not lost, f"The order has lost: {', '.join(lost)}.")
    more = sorted(set(output) - set(one) - {added})
    expect(not more, f"The order has become larger: it also has {', '.join(more)}.")
    changed = sorted(name for name, value in one.items() if output[name] != value)
    expect(not changed, f"The order has another value of: {', '.join(changed)}.")


def expect_unchanged(one: Json, output: Json) -> None:
    expect_kept(one, output, added="")


def is_number(found: object, wanted: int) -> bool:
    return isinstance(found, int | float) and found == wanted


def shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}..."
