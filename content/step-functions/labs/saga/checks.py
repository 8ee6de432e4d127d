"""What three tables hold after orders that went well, and after those that did not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labs.checks import Cloud, check, expect, setup

type Json = dict[str, Any]

ROLE = "saga"
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
UPDATE = ("dynamodb", "UpdateItem")
TRANSACTIONS = ("TransactWriteItems", "ExecuteTransaction")
FIVE_MINUTES = 300
ENOUGH = 200
CONDITION_FAILED = ".ConditionalCheckFailedException"


@dataclass(frozen=True)
class Share:
    """What an order takes from the items of one table."""

    table: str
    key: str
    amount: str
    step: str
    refusal: str
    noun: str


STOCK = Share("stock", "article", "pieces", "reserve", "OutOfStock", "pieces")
WALLETS = Share("wallets", "customer", "cents", "charge", "PaymentDeclined", "money")
VANS = Share("vans", "van", "places", "ship", "VanFull", "place in the van")
SHARES = (STOCK, WALLETS, VANS)

PASSING = (
    ("ProvisionedThroughputExceededException", 400),
    ("ThrottlingException", 400),
    ("InternalServerError", 500),
)


@setup(once=True)
def build(cloud: Cloud) -> None:
    for share in SHARES:
        cloud.create_table(share.table, key=share.key)
    iam = cloud.client("iam")
    role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    denied = "The teams have not agreed on a transaction over their tables."
    for operation in TRANSACTIONS:
        cloud.faults.fail(
            "dynamodb", operation, code="AccessDeniedException", message=denied, times=None
        )
    arn = cloud.call("deploy.deploy", "order", role["Arn"])
    expect(isinstance(arn, str) and arn == machine(cloud), "deploy did not make the machine.")


class Case:
    """One order and the three items that it is about; no other check uses them.

    `short` names a table whose item has less than the order needs.
    """

    def __init__(self, cloud: Cloud, *, short: Share | None = None, spare: bool = True) -> None:
        self._cloud = cloud
        draw = cloud.random
        self.id = f"o-{draw.randrange(10**9)}"
        keys = {share.key: f"{share.key[0]}-{draw.randrange(10**9)}" for share in SHARES}
        self.order: Json = {
            "order_id": self.id,
            **keys,
            "count": draw.randrange(2, 9),
            "cents": draw.randrange(1000, 9000),
            "gift": draw.choice([None, {"wrap": True}]),
            "note": "none",
        }
        self.before: dict[str, tuple[int, frozenset[str]]] = {}
        for share in SHARES:
            rest = draw.randrange(1, 50) if spare else 0
            amount = self.needs(share) - 1 if share is short else self.needs(share) + rest
            others = frozenset({f"o-{draw.randrange(10**9)}"} if spare else ())
            self._put(share, amount, others)
            self.before[share.table] = (amount, others)

    def needs(self, share: Share) -> int:
        return int({STOCK: self.order["count"], WALLETS: self.order["cents"]}.get(share, 1))

    def item_key(self, share: Share) -> Json:
        return {share.key: {"S": self.order[share.key]}}

    def where(self, share: Share) -> Json:
        """The calls that are about this order's item, for a fault."""
        return {"TableName": share.table, "Key": self.item_key(share)}

    def now(self, share: Share) -> tuple[int, frozenset[str]]:
        """How much is left, and whose orders have taken something."""
        found = self._cloud.client("dynamodb").get_item(
            TableName=share.table, Key=self.item_key(share), ConsistentRead=True
        )
        item = found.get("Item", {})
        orders = item.get("orders", {})
        expect(set(orders) <= {"SS"}, f"In the table {share.table}, orders is no string set.")
        amount = item.get(share.amount, {}).get("N")
        expect(amount is not None, f"In the table {share.table}, {share.amount} is gone.")
        return int(float(str(amount))), frozenset(orders.get("SS", ()))

    def run(self) -> Json:
        """Run the order to its end."""
        sfn = self._cloud.client("stepfunctions")
        started = sfn.start_execution(
            stateMachineArn=machine(self._cloud), name=self.id, input=json.dumps(self.order)
        )
        self._cloud.settle()
        ended: Json = sfn.describe_execution(executionArn=started["executionArn"])
        expect(
            ended["status"] != "RUNNING", "An order has no end: its execution is still running."
        )
        return ended

    def history(self, ended: Mapping[str, Any]) -> list[Json]:
        sfn = self._cloud.client("stepfunctions")
        pages = sfn.get_paginator("get_execution_history")
        found = pages.paginate(executionArn=ended["executionArn"])
        return [event for page in found for event in page["events"]]

    def _put(self, share: Share, amount: int, others: frozenset[str]) -> None:
        orders = {"orders": {"SS": sorted(others)}} if others else {}
        self._cloud.client("dynamodb").put_item(
            TableName=share.table,
            Item={**self.item_key(share), share.amount: {"N": str(amount)}, **orders},
        )


@check("An order is done", points=2, visible=True)
def done(cloud: Cloud) -> None:
    for spare in (True, False):
        case = Case(cloud, spare=spare)
        ended = case.run()
        expect_done(case, ended, "" if spare else " that takes the last of everything")
        output = json.loads(ended["output"])
        expect(output == case.order, f"The output of the order is {shown(output)}.")


@check("After a declined payment, the pieces can be sold again", points=2, visible=True)
def declined(cloud: Cloud) -> None:
    expect_refused(Case(cloud, short=WALLETS), WALLETS)


@check("Whoever refuses, nothing of the order remains", points=3)
def refused(cloud: Cloud) -> None:
    expect_refused(Case(cloud, short=STOCK), STOCK)
    case = Case(cloud, short=VANS)
    paid_back: list[bool] = []
    cloud.faults.interleave(
        *UPDATE,
        lambda: paid_back.append(case.now(WALLETS) == case.before["wallets"]),
        after=1,
        where=case.where(STOCK),
    )
    expect_refused(case, VANS)
    expect(paid_back == [True], "The van was full. The pieces were offered again while the "
           "customer's money was still taken.")  # fmt: skip


@check("A refusal is not asked for again", points=1)
def asked_once(cloud: Cloud) -> None:
    for share in SHARES:
        case = Case(cloud, short=share)
        calls = counted(cloud, case, share)
        events = case.history(case.run())
        refusals = {
            event["id"]
            for event in events
            if event["type"] == "TaskFailed"
            and event["taskFailedEventDetails"].get("error", "").endswith(CONDITION_FAILED)
        }
        again = [
            event
            for event in events
            if event["type"] == "TaskScheduled" and event["previousEventId"] in refusals
        ]
        expect(not again, f"The table {share.table} said no, and was asked for the same "
               f"{len(again) + 1} times.")  # fmt: skip
        expect(len(calls) <= 2, f"The table {share.table} said no, and was called {len(calls)} "
               "times for this order.")  # fmt: skip


@check("A busy table delays an order and does not end it", points=2)
def busy(cloud: Cloud) -> None:
    first, case = cloud.random.randrange(len(PASSING)), Case(cloud)
    for number, share in enumerate(SHARES):
        code, status = PASSING[(first + number) % len(PASSING)]
        cloud.faults.fail(*UPDATE, code=code, status=status, times=2, where=case.where(share))
    expect_done(case, case.run(), " whose tables were busy twice")


@check("A lost answer leaves no half of an order", points=2)
def lost(cloud: Cloud) -> None:
    for share in SHARES:
        case = Case(cloud)
        cloud.faults.lose_response(*UPDATE, where=case.where(share))
        what = f"The update of {share.table} was done, and its answer was lost"
        ended = case.run()
        if ended["status"] == "SUCCEEDED":
            expect_done(case, ended, f" whose answer of {share.table} was lost")
        else:
            expect_untouched(case, what)


@check("Giving back gets through to busy tables, and is done once", points=2)
def giving_back(cloud: Cloud) -> None:
    case = Case(cloud, short=VANS)
    for share in (STOCK, WALLETS):
        cloud.faults.lose_response(*UPDATE, after=1, where=case.where(share))
    ended = case.run()
    expect(ended["status"] == "FAILED", "The van was full, and the order succeeded.")
    what = "The van was full, and answers were lost when all went back"
    expect_untouched(case, what)
    expect(ended.get("error") == VANS.refusal, f"{what}. It was nevertheless given back, and the "
           f"order ended with {named(ended)}.")  # fmt: skip
    case = Case(cloud, short=VANS)
    for share in (STOCK, WALLETS):
        cloud.faults.throttle(*UPDATE, times=2, after=1, where=case.where(share))
    ended = case.run()
    expect_untouched(case, "The van was full, and the tables were busy when all went back")
    expect(ended.get("error") == VANS.refusal, "The van was full, the tables were busy twice, and "
           f"the order ended with {named(ended)}.")  # fmt: skip


@check("Any other error gives everything back", points=2)
def other_errors(cloud: Cloud) -> None:
    for share in SHARES:
        case = Case(cloud)
        cloud.faults.fail(
            *UPDATE, code="AccessDeniedException", times=None, where=case.where(share)
        )
        ended = case.run()
        what = f"The role was denied the update of {share.table}"
        expect(ended["status"] == "FAILED", f"{what}, and the order succeeded.")
        expect_untouched(case, what)
    case = Case(cloud)
    where = case.where(WALLETS)
    # Who never gives up would use up the time of the whole grading.
    cloud.faults.throttle(*UPDATE, times=ENOUGH, where=where)
    cloud.faults.fail(*UPDATE, code="AccessDeniedException", after=ENOUGH, times=None, where=where)
    calls = counted(cloud, case, WALLETS)
    ended = case.run()
    what = "The table wallets stayed busy"
    expect(len(calls) < ENOUGH, f"{what}, and was asked more than {ENOUGH} times.")
    expect(ended["status"] == "FAILED", f"{what}, and the order succeeded.")
    expect_untouched(case, what)
    seconds = (ended["stopDate"] - ended["startDate"]).total_seconds()
    expect(seconds <= FIVE_MINUTES, f"{what}, and the customer heard of it after "
           f"{seconds / 60:.0f} minutes.")  # fmt: skip


@check("What cannot be given back is told, and the rest goes back", points=2)
def needs_repair(cloud: Cloud) -> None:
    for broken, code in ((WALLETS, "AccessDeniedException"), (STOCK, "ThrottlingException")):
        case = Case(cloud, short=VANS)
        cloud.faults.fail(*UPDATE, code=code, times=ENOUGH, after=1, where=case.where(broken))
        ended = case.run()
        what = f"The van was full, and the {broken.noun} could not go back"
        for share in SHARES:
            if share is not broken:
                expect(case.now(share) == case.before[share.table], f"{what}: so the order kept "
                       f"the {share.noun} as well.")  # fmt: skip
        expect(ended["status"] == "FAILED", f"{what}: the execution is {ended['status']}.")
        expect(ended.get("error") == "NeedsRepair", f"{what}. Nobody will look after it, since "
               f"the order ended with {named(ended)}.")  # fmt: skip


def counted(cloud: Cloud, case: Case, share: Share) -> list[str]:
    """A list that gets longer with each update of this order's item."""
    calls: list[str] = []
    cloud.faults.interleave(
        *UPDATE, lambda: calls.append(share.table), times=None, where=case.where(share)
    )
    return calls


def machine(cloud: Cloud) -> str:
    found = cloud.client("stepfunctions").list_state_machines()["stateMachines"]
    expect(len(found) == 1, f"There are {len(found)} state machines.")
    return str(found[0]["stateMachineArn"])


def expect_done(case: Case, ended: Mapping[str, Any], which: str) -> None:
    expect(ended["status"] == "SUCCEEDED", f"An order{which} did not get through: "
           f"{named(ended)}: {str(ended.get('cause', ''))[:300]}")  # fmt: skip
    for share in SHARES:
        amount, others = case.before[share.table]
        left, orders = case.now(share)
        expect(left == amount - case.needs(share), f"An order{which} needs {case.needs(share)} "
               f"of {share.table}, and took {amount - left}.")  # fmt: skip
        expect(orders == others | {case.id}, f"An order{which} left the wrong orders in the table "
               f"{share.table}.")  # fmt: skip


def expect_refused(case: Case, share: Share) -> None:
    ended = case.run()
    what = f"The step {share.step} was refused"
    expect(ended["status"] == "FAILED", f"{what}, and the execution is {ended['status']}.")
    expect_untouched(case, what)
    expect(ended.get("error") == share.refusal, f"{what}, and the shop reads {named(ended)}.")


def expect_untouched(case: Case, what: str) -> None:
    for share in SHARES:
        amount, others = case.before[share.table]
        left, orders = case.now(share)
        noun = share.noun
        expect(left >= amount, f"{what}. The order failed and keeps the {noun}.")
        expect(left <= amount, f"{what}. The order failed, and more was given back than it took: "
               f"the {noun}.")  # fmt: skip
        expect(orders == others, f"{what}. The table {share.table} names the wrong orders "
               "afterwards.")  # fmt: skip


def named(ended: Mapping[str, Any]) -> str:
    return f"the error {ended['error']}" if ended.get("error") else f"no error ({ended['status']})"


def shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}..."
