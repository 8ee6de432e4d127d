"""What the bank's customers and its auditors notice."""

import itertools
from collections.abc import Callable
from typing import Any

from labs.checks import Cloud, check, expect, setup
from labs.cloud.clock import clock

WRITES = ("TransactWriteItems", "UpdateItem", "PutItem", "BatchWriteItem", "ExecuteTransaction")
MIN_ATTEMPTS, MAX_ATTEMPTS, MAX_PAUSE_MS = 4, 12, 2000
MOST_PARTS = 90
OWN_ERRORS = (
    "InsufficientFundsError",
    "UnknownAccountError",
    "FrozenAccountError",
    "ContradictionError",
    "BusyError",
)

type Part = dict[str, Any]


@setup
def build(cloud: Cloud) -> None:
    cloud.create_table("accounts", key="account_id")
    cloud.create_table("payments", key="payment_id")


@check("Money arrives where it should", points=1, visible=True)
def money_arrives(cloud: Cloud) -> None:
    books = Books(cloud)
    rich, rent, salary = books.account(9000), books.account(0), books.account(500)
    one = cloud.random.randint(100, 2000)
    books.expect_paid(payment(cloud), rich, [part(rent, one)])
    books.expect(rich, 9000 - one)
    books.expect_paid(payment(cloud), rich, [part(rent, 300), part(salary, 1)])
    # Down to the last cent.
    books.expect_paid(payment(cloud), rich, [part(salary, 9000 - one - 301)])
    books.expect(rich, 0)
    books.expect(rent, one + 300)
    books.expect_all()


@check("What cannot be paid is refused", points=1, visible=True)
def refusals(cloud: Cloud) -> None:
    books = Books(cloud)
    source, other = books.account(1000), books.account(10)
    nobody = f"nobody-{cloud.random.randrange(10**6)}"
    frozen = books.account(5000, frozen=True)
    thawed = books.account(0, frozen=False)
    for payer, parts, kind in (
        (source, [part(other, 1001)], "InsufficientFundsError"),
        (source, [part(other, 600), part(thawed, 401)], "InsufficientFundsError"),
        (source, [part(other, 1), part(nobody, 1)], "UnknownAccountError"),
        (nobody, [part(other, 1)], "UnknownAccountError"),
        (source, [part(other, 1), part(frozen, 1)], "FrozenAccountError"),
        (frozen, [part(other, 1)], "FrozenAccountError"),
    ):
        books.expect_refused(payment(cloud), payer, parts, kind)
    books.expect_all()
    books.expect_paid(payment(cloud), source, [part(thawed, 10)])


@check("What is no payment is refused", points=1, visible=True)
def no_payments(cloud: Cloud) -> None:
    books = Books(cloud)
    source, other = books.account(100_000), books.account(50)
    many = [part(f"a-{number}", 1) for number in range(MOST_PARTS + 1)]
    for parts in (
        [],
        [part(source, 5)],
        [part(other, 5), part(source, 5)],
        many,
        *([part(other, 7), part(other, cents)] for cents in (0, -5, 1.5, 5.0, True, "5", None)),
    ):
        books.expect_refused(payment(cloud), source, parts, "ValueError")
    books.expect_all()


@check("A payment that comes again is done once", points=2)
def once(cloud: Cloud) -> None:
    books = Books(cloud)
    source, first, second = books.account(5000), books.account(0), books.account(0)
    third = books.account(5000)
    name, parts = payment(cloud), [part(first, 2000), part(second, 1000)]
    books.expect_paid(name, source, parts)
    books.expect_again(name, source, parts, "at once")
    changed = (
        (source, [part(first, 2000), part(second, 1001)]),
        (source, [part(first, 1000), part(second, 2000)]),
        (source, [part(first, 3000)]),
        (first, [part(source, 1)]),
        (second, parts[:1]),
        (third, parts),
    )
    for payer, other in changed:
        books.expect_refused(name, payer, other, "ContradictionError")
    cloud.pass_time(11 * 60)
    books.expect_again(name, source, parts, "eleven minutes later")
    for payer, other in changed:
        books.expect_refused(name, payer, other, "ContradictionError")
    books.change(source, 3)
    books.expect_again(name, source, parts, "when the source had no money left")
    books.change(second, 1000, frozen=True)
    cloud.pass_time(2 * 86_400)
    books.expect_again(name, source, parts, "when a target was frozen two days later")


@check("Payments with many parts", points=1)
def many_parts(cloud: Cloud) -> None:
    books = Books(cloud)
    source = books.account(10_000)
    few = [books.account(0) for _ in range(3)]
    parts = [part(cloud.random.choice(few), 1 + number) for number in range(MOST_PARTS)]
    name = payment(cloud)
    books.expect_paid(name, source, parts)
    books.expect_again(name, source, parts, "with parts for the same target")
    targets = [books.account(0) for _ in range(MOST_PARTS)]
    books.expect_paid(payment(cloud), source, [part(target, 2) for target in targets])
    books.expect_all()


@check("A lost answer loses no money, and makes none", points=2)
def lost_answers(cloud: Cloud) -> None:
    books = Books(cloud)
    source, target = books.account(5000), books.account(0)
    for times in (1, 12):
        name, parts = payment(cloud), [part(target, 700)]
        for operation in WRITES:
            cloud.faults.lose_response("dynamodb", operation, times=times)
        for _ in range(8):
            kind = cloud.raised("bank.pay", name, source, parts)
            told = f"An answer was lost, and the customer was told {kind}."
            expect(kind not in OWN_ERRORS, told)
            if not kind:
                break
            cloud.pass_time(cloud.random.choice([5, 700]))
        books.note(name, source, parts)
        books.expect_all(" after a lost answer")
        books.expect_again(name, source, parts, "after a lost answer")


@check("Two transactions that meet", points=2)
def conflicts(cloud: Cloud) -> None:
    books = Books(cloud)
    source, target = books.account(9000), books.account(0)
    for number, reason in enumerate(("TransactionConflict", "ThrottlingError")):
        for at in (0, 1, 2):
            cloud.faults.cancel_transaction(reason, at=at, times=1 + (at + number) % 3)
            books.expect_paid(payment(cloud), source, [part(target, 100)])
    name, parts = payment(cloud), [part(target, 300)]
    moments: list[int] = []
    before_writes(cloud, lambda: moments.append(int(clock.millis())))
    cloud.faults.cancel_transaction("TransactionConflict", at=1, times=40)
    books.expect_refused(name, source, parts, "BusyError")
    tries = len(moments)
    expect(tries >= MIN_ATTEMPTS, f"It gave up after {tries} attempt(s).")
    expect(tries <= MAX_ATTEMPTS, f"It went on for {tries} attempts, while a customer waited.")
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    expect(max(pauses) <= MAX_PAUSE_MS + 500, "A customer waited very long for an attempt.")
    expect(sum(pauses) > 20 * len(pauses), "All attempts met the same transaction: no pause.")


@check("Accounts change while a payment is on its way", points=3)
def meanwhile(cloud: Cloud) -> None:
    books = Books(cloud)
    target = books.account(0)
    source = books.account(1000)
    before_writes(cloud, lambda: books.change(source, 100), once=True)
    books.expect_refused(payment(cloud), source, [part(target, 500)], "InsufficientFundsError")
    paid_in = books.account(1000)
    before_writes(cloud, lambda: books.change(paid_in, 1500), once=True)
    books.expect_paid(payment(cloud), paid_in, [part(target, 500)])
    books.expect(paid_in, 1000)
    cold = books.account(0)
    before_writes(cloud, lambda: books.change(cold, 0, frozen=True), once=True)
    books.expect_refused(payment(cloud), paid_in, [part(cold, 500)], "FrozenAccountError")
    closed = books.account(0)
    before_writes(cloud, lambda: books.close(closed), once=True)
    books.expect_refused(payment(cloud), paid_in, [part(closed, 5)], "UnknownAccountError")
    seen: list[int] = []
    three = [books.account(0) for _ in range(3)]
    before_writes(cloud, lambda: seen.append(books.sum()))
    total = books.sum()
    books.expect_paid(payment(cloud), paid_in, [part(each, 10) for each in three])
    expect(set(seen) <= {total}, "For a moment there was money missing, or too much of it.")
    books.expect_all()


@check("A refused payment can be done later", points=1)
def done_later(cloud: Cloud) -> None:
    books = Books(cloud)
    source, target = books.account(100), books.account(0)
    name, parts = payment(cloud), [part(target, 400)]
    books.expect_refused(name, source, parts, "InsufficientFundsError")
    books.change(source, 1000)
    books.expect_paid(name, source, parts)
    other = payment(cloud)
    books.expect_refused(other, source, [part(target, 700)], "InsufficientFundsError")
    books.expect_paid(other, source, [part(target, 600)])
    for operation in WRITES:
        cloud.faults.fail("dynamodb", operation, code="AccessDeniedException", times=None)
    kind = cloud.raised("bank.pay", payment(cloud), target, [part(source, 1)])
    expect(kind != "", "DynamoDB refused access, and the customer was told that all is done.")
    expect(kind not in OWN_ERRORS, f"DynamoDB refused access, and the customer was told {kind}.")


class Books:
    """What the accounts of a check should hold, and which payments were done."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._wanted: dict[str, int] = {}
        self._paid = self._payments()

    def account(self, cents: int, *, frozen: bool | None = None) -> str:
        name = f"a-{self._cloud.random.randrange(10**9)}"
        self.change(name, cents, frozen=frozen)
        return name

    def change(self, account: str, cents: int, *, frozen: bool | None = None) -> None:
        item: dict[str, Any] = {"account_id": {"S": account}, "balance_cents": {"N": str(cents)}}
        if frozen is not None:
            item["frozen"] = {"BOOL": frozen}
        self._cloud.client("dynamodb").put_item(TableName="accounts", Item=item)
        self._wanted[account] = cents

    def close(self, account: str) -> None:
        key = {"account_id": {"S": account}}
        self._cloud.client("dynamodb").delete_item(TableName="accounts", Key=key)
        del self._wanted[account]

    def sum(self) -> int:
        return sum(self._balances().values())

    def expect_paid(self, name: str, source: str, parts: list[Part]) -> None:
        self._expect_answer(name, source, parts, "a payment")
        self.note(name, source, parts)
        self.expect_all()

    def note(self, name: str, source: str, parts: list[Part]) -> None:
        """The payment is done from now on."""
        self._paid.add(name)
        for each in parts:
            self._wanted[source] -= each["cents"]
            self._wanted[each["to"]] += each["cents"]

    def expect_again(self, name: str, source: str, parts: list[Part], when: str) -> None:
        self._expect_answer(name, source, parts, f"a payment that came again {when}")
        self.expect_all(f" after a payment came again {when}")

    def expect_refused(self, name: str, source: str, parts: list[Part], kind: str) -> None:
        found = self._cloud.raised("bank.pay", name, source, parts)
        told = f"told {found}" if found else "told that all is done"
        expect(
            found == kind, f"A customer whose payment cannot be done was {told}: {shown(parts)}"
        )
        self.expect_all(" after a payment was refused")

    def expect(self, account: str, cents: int) -> None:
        found = self._balances().get(account)
        expect(found == cents, f"An account holds {found} cents, which is not right.")

    def expect_all(self, when: str = "") -> None:
        balances = self._balances()
        for account, cents in self._wanted.items():
            found = balances.get(account)
            expect(found is not None, f"An account has gone{when}.")
            expect(found == cents, f"An account holds {found} cents, which is not right{when}.")
        unknown = set(balances) - set(self._wanted)
        strange = {name for name in unknown if name.startswith("nobody")}
        expect(not strange, f"There is an account that nobody has opened{when}.")
        done = self._payments()
        expect(done <= self._paid, f"A payment that was not done stands in the books{when}.")
        expect(done >= self._paid, f"A payment that was done is missing in the books{when}.")

    def _expect_answer(self, name: str, source: str, parts: list[Part], what: str) -> None:
        answer = self._cloud.call("bank.pay", name, source, parts)
        total = sum(each["cents"] for each in parts)
        right = answer == {"payment_id": name, "total_cents": total}
        expect(right, f"The answer to {what} is not its id and its sum: {shown(answer)}")

    def _balances(self) -> dict[str, int]:
        items = self._cloud.table("accounts").items()
        return {item["account_id"]: item.get("balance_cents", 0) for item in items}

    def _payments(self) -> set[str]:
        return {item["payment_id"] for item in self._cloud.table("payments").items()}


def payment(cloud: Cloud) -> str:
    return f"pay-{cloud.random.randrange(10**9)}"


def part(target: str, cents: Any) -> Part:
    return {"to": target, "cents": cents}


def before_writes(cloud: Cloud, action: Callable[[], object], *, once: bool = False) -> None:
    """Do it before each write that follows, or before the next one alone."""
    acted: list[bool] = []

    def act() -> None:
        if not (once and acted):
            acted.append(True)
            action()

    for operation in WRITES:
        cloud.faults.interleave("dynamodb", operation, act, times=1 if once else None)


def shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
