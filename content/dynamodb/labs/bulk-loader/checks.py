"""What the shops find in the catalogue, and what the table has to bear."""

import itertools
import json
from decimal import Decimal
from typing import Any

from labs.checks import Cloud, check, expect, setup
from labs.cloud.clock import clock

TABLE = "catalogue"
BATCH = "BatchWriteItem"
MAX_CHARACTERS = 300_000
MAX_CALLS = 66  # 6, each with 10 attempts of boto3 and more
MAX_PAUSE_MS, LEAST_MEAN_MS = 5000, 15

type Item = dict[str, Any]


@setup
def build(cloud: Cloud) -> None:
    cloud.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "shop", "AttributeType": "S"},
            {"AttributeName": "sku", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "shop", "KeyType": "HASH"},
            {"AttributeName": "sku", "KeyType": "RANGE"},
        ],
    )


@check("A catalogue is loaded", points=1, visible=True)
def catalogue_is_loaded(cloud: Cloud) -> None:
    stored = products(cloud, 2)
    put(cloud, *stored)
    new = products(cloud, 3)
    new[0] |= {"price": 12.1, "tags": ["new", "hot"], "size": {"cm": 30, "exact": 30.05}}
    new[1] |= {"note": "", "sale": False, "until": None, "stock": 10**15}
    new[2] |= {"deleted": False}
    raw = {"shop": "s-9", "sku": f"p-{cloud.random.randrange(10**9)}", "price": 0.3}
    line = json.dumps(raw).replace("0.3}", "0.30000000000000000004}")
    raw["price"] = Decimal("0.30000000000000000004")
    changed = {"shop": stored[0]["shop"], "sku": stored[0]["sku"], "title": "Changed"}
    gone = {"shop": stored[1]["shop"], "sku": stored[1]["sku"], "deleted": True}
    expect_loaded(cloud, [*new, changed, line, gone], written=5, deleted=1)
    expect_table(cloud, [*new, changed, raw])
    expect_loaded(cloud, [], written=0, deleted=0)


@check("Bad lines are rejected, and no others", points=1, visible=True)
def bad_lines(cloud: Cloud) -> None:
    good = products(cloud, 4)
    good[1]["title"] = "x" * 1000
    bad = [
        "this is no JSON",
        "{",
        "[]",
        '"text"',
        "null",
        json.dumps({"shop": "s-1"}),
        json.dumps({"sku": "p-1", "deleted": True}),
        json.dumps({"shop": "", "sku": "p-1"}),
        json.dumps({"shop": "s-1", "sku": 17}),
        json.dumps({"shop": None, "sku": "p-17"}),
        json.dumps({**product(cloud), "title": "x" * MAX_CHARACTERS}),
    ]
    lines = [*bad, *map(json.dumps, good), "", "  "]
    cloud.random.shuffle(lines)
    rejected = [number for number, line in enumerate(lines, start=1) if line in bad]
    expect_loaded(cloud, lines, written=4, deleted=0, rejected=rejected)
    expect_table(cloud, good)


@check("Sixty products take few calls", points=1, visible=True)
def few_calls(cloud: Cloud) -> None:
    many = products(cloud, 60)
    expect_loaded(cloud, many, written=60, deleted=0)
    expect_table(cloud, many)
    calls = len(cloud.calls("dynamodb"))
    expect(calls <= 4, f"Sixty products took {calls} calls of DynamoDB.")


@check("Of lines with the same key, the last one counts", points=2)
def last_line_counts(cloud: Cloud) -> None:
    lines, last = repetitions(cloud)
    stays = {key: line for key, line in last.items() if "deleted" not in line}
    expect_loaded(cloud, lines, written=len(stays), deleted=len(last) - len(stays))
    expect_table(cloud, list(stays.values()))


@check("What comes back unprocessed is not lost", points=2)
def unprocessed(cloud: Cloud) -> None:
    cloud.faults.hold_back("dynamodb", BATCH, times=5, after=cloud.random.randrange(2))
    many = products(cloud, 40)
    gone = products(cloud, 3)
    put(cloud, *gone)
    away = [{"shop": one["shop"], "sku": one["sku"], "deleted": True} for one in gone]
    expect_loaded(cloud, [*many[:20], *away, *many[20:]], written=40, deleted=3)
    expect_table(cloud, many)
    cloud.faults.hold_back("dynamodb", BATCH, done=1, times=12)
    more = products(cloud, 13)
    expect_loaded(cloud, more, written=13, deleted=0)
    expect_table(cloud, [*many, *more])


@check("An older line does not come back late", points=1)
def no_older_line(cloud: Cloud) -> None:
    cloud.faults.hold_back("dynamodb", BATCH, times=4)
    lines, last = repetitions(cloud)
    stays = {key: line for key, line in last.items() if "deleted" not in line}
    expect_loaded(cloud, lines, written=len(stays), deleted=len(last) - len(stays))
    expect_table(cloud, list(stays.values()))


@check("A busy table gets time", points=2)
def pauses(cloud: Cloud) -> None:
    waited = []
    for _ in range(2):
        moments: list[int] = []
        note = Note(moments)
        cloud.faults.interleave("dynamodb", BATCH, note, times=None)
        cloud.faults.hold_back("dynamodb", BATCH, times=6)
        many = products(cloud, 30)
        expect_loaded(cloud, many, written=30, deleted=0)
        note.is_over = True
        waited.append([later - first for first, later in itertools.pairwise(moments)][:6])
    expect(all(waited), "All products were sent in one call, though some came back.")
    longest = max(max(each) for each in waited)
    expect(longest <= MAX_PAUSE_MS + 100, f"For {longest} ms nothing was sent.")
    mean = min(sum(each) / len(each) for each in waited)
    expect(mean >= LEAST_MEAN_MS, f"The busy table got {mean:.0f} ms between two calls.")
    same = "Two loaders that started together meet at each call: they wait equally long."
    expect(waited[0] != waited[1], same)


@check("A table that refuses whole batches", points=2)
def refused_batches(cloud: Cloud) -> None:
    cloud.faults.throttle("dynamodb", BATCH, times=6, after=1)
    many = products(cloud, 55)
    expect_loaded(cloud, many, written=55, deleted=0)
    expect_table(cloud, many)
    cloud.faults.fail("dynamodb", BATCH, code="AccessDeniedException")
    for operation in ("PutItem", "TransactWriteItems"):
        cloud.faults.fail("dynamodb", operation, code="AccessDeniedException")
    more = products(cloud, 2)
    kind = cloud.raised("loader.load", [json.dumps(line) for line in more])
    expect(kind != "", "DynamoDB refused access, and the shop was told that all is loaded.")
    expect(kind != "TableBusyError", "DynamoDB refused access, and the shop was told to wait.")
    cloud.faults.throttle("dynamodb", BATCH, times=None)
    before = len(cloud.calls("dynamodb", BATCH))
    kind = cloud.raised("loader.load", [json.dumps(line) for line in more])
    told = f"told {kind}" if kind else "told that all is loaded"
    expect(kind == "TableBusyError", f"The table took nothing, and the shop was {told}.")
    calls = len(cloud.calls("dynamodb", BATCH)) - before
    expect(calls <= MAX_CALLS, f"The table took nothing, and was called {calls} times.")


class Note:
    """Notes when a call arrives, until it is over."""

    def __init__(self, moments: list[int]) -> None:
        self._moments = moments
        self.is_over = False

    def __call__(self) -> None:
        if not self.is_over:
            self._moments.append(int(clock.millis()))


def product(cloud: Cloud) -> Item:
    number = cloud.random.randrange(10**9)
    shop, cents = f"s-{number % 3}", cloud.random.randrange(100, 9999)
    return {"shop": shop, "sku": f"p-{number}", "title": f"Tea {number}", "price": cents / 100}


def products(cloud: Cloud, count: int) -> list[Item]:
    return [product(cloud) for _ in range(count)]


def repetitions(cloud: Cloud) -> tuple[list[Item], dict[tuple[str, str], Item]]:
    """Lines of which some have the same keys, near and far; and the last one of each."""
    first = products(cloud, 28)
    # Their keys have one half in common with others.
    first[5] |= {"shop": first[4]["shop"], "sku": first[4]["sku"] + "0"}
    first[7] |= {"shop": "s-other", "sku": first[6]["sku"]}
    again = [{**one, "title": "Again"} for one in first[:3]]
    away = [{"shop": one["shop"], "sku": one["sku"], "deleted": True} for one in first[10:14]]
    late = [{**one, "title": "Late"} for one in (*first[12:16], first[1], first[24])]
    near = [{**one, "title": "Near"} for one in first[16:19]]
    head = [*first[:4], *again, *first[4:14], *away[:1], *first[14:21]]
    lines = [*head, *near, *first[21:], *away[1:], *late]
    return lines, {(line["shop"], line["sku"]): line for line in lines}


def put(cloud: Cloud, *items: Item) -> None:
    for one in items:
        item = {name: {"S": one[name]} for name in ("shop", "sku", "title")}
        cloud.client("dynamodb").put_item(TableName=TABLE, Item=item)


def expect_loaded(
    cloud: Cloud,
    lines: list[Any],
    *,
    written: int,
    deleted: int,
    rejected: list[int] | None = None,
) -> None:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    answer = cloud.call("loader.load", texts)
    names = {"written", "deleted", "rejected"}
    fits = isinstance(answer, dict) and set(answer) == names
    expect(fits, f"The answer has no written, deleted and rejected: {shown(answer)}")
    counts = answer["written"] == written and answer["deleted"] == deleted
    expect(counts, f"The shop was told another number of products: {shown(answer)}")
    right = answer["rejected"] == (rejected or [])
    expect(right, f"The shop was told of other bad lines than there are: {shown(answer)}")


def expect_table(cloud: Cloud, wanted: list[Item]) -> None:
    """Exactly these products are in the catalogue."""
    found = {(item["shop"], item["sku"]): item for item in cloud.table(TABLE).items()}
    for one in wanted:
        key = (one["shop"], one["sku"])
        expect(key in found, f"The product {one['sku']} is not in the catalogue.")
        same = found[key] == exact(one)
        expect(same, f"The product {one['sku']} is not as it came: {shown(found[key])}")
    expect(len(found) <= len(wanted),
           "The catalogue has products that were taken away, or that nobody sent.")  # fmt: skip


def exact(value: Any) -> Any:
    """As it is stored: numbers by their digits."""
    match value:
        case float():
            return Decimal(str(value))
        case dict():
            return {name: exact(each) for name, each in value.items()}
        case list():
            return [exact(each) for each in value]
    return value


def shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
