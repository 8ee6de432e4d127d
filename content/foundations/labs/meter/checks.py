"""The bill as the finance department would compute it again."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from labs.checks import Cloud, check, expect, setup

type Row = dict[str, Any]

REQUEST_PRICE, GB_SECOND_PRICE = Decimal("0.0000002"), Decimal("0.0000166667")
VCPU_HOUR_PRICE, GB_HOUR_PRICE = Decimal("0.04048"), Decimal("0.004445")
MILLION = 1_000_000
# Alone, these use up what is free: whatever is added to them costs money.
USED_UP: Row = {
    "function": "nightly", "requests": MILLION, "duration_ms": "400",
    "cold_starts": 0, "init_ms": "0", "memory_mb": 1024,
}  # fmt: skip


@setup(once=True)
def nothing(_cloud: Cloud) -> None:
    """The meter needs no account."""


@check("The example for functions is billed", points=1, visible=True)
def example_of_functions(cloud: Cloud) -> None:
    row = function("resize", 3 * MILLION, "280.4", cold_starts=1200, init_ms="812.5")
    expect_lambda(cloud, [row], "for the function of the brief")


@check("The example for containers is billed", points=1, visible=True)
def example_of_containers(cloud: Cloud) -> None:
    expect_fargate(cloud, [task("0.25", "0.5", 95)], "for the task of the brief")


@check("The examples for the table are counted", points=1, visible=True)
def example_of_the_table(cloud: Cloud) -> None:
    expect_units(cloud, [read(4097, "eventual")], "for the read of the brief")


@check("Every started millisecond is billed, and no more", points=1)
def milliseconds(cloud: Cloud) -> None:
    whole = cloud.random.randrange(2, 400)
    for duration in ("0.2", f"{whole}", f"{whole}.0000001", f"{whole}.9"):
        row = function("tiny", 7 * MILLION, duration, memory_mb=128)
        expect_lambda(cloud, [USED_UP, row], f"for a function that runs for {duration} ms")


@check("A gigabyte has 1,024 megabytes", points=1)
def megabytes(cloud: Cloud) -> None:
    for memory in (128, 1769, cloud.random.randrange(200, 10_240)):
        row = function("big", 2 * MILLION, "1000", memory_mb=memory)
        expect_lambda(cloud, [USED_UP, row], f"for a function with {memory} MB")


@check("Cold starts are on the bill", points=1)
def cold_starts(cloud: Cloud) -> None:
    count = cloud.random.randrange(1000, 900_000)
    # Run and initialisation make a whole number of milliseconds together, and not apart.
    row = function("cold", MILLION, "10.4", cold_starts=count, init_ms="300.6")
    expect_lambda(cloud, [USED_UP, row], f"for {count} cold starts in a million invocations")
    row = function("always-cold", 50_000, "10.5", cold_starts=50_000, init_ms="812.5")
    expect_lambda(cloud, [USED_UP, row], "for a function whose every start is cold")


@check("What is free is free once for the account", points=2)
def free_once(cloud: Cloud) -> None:
    expect_lambda(cloud, [function("small", 900_000, "100")], "for a month that is free")
    expect_lambda(cloud, [], "for a month without any function")
    edge = function("edge", MILLION, "400")
    expect_lambda(cloud, [edge], "for exactly what is free")
    expect_lambda(cloud, [edge, function("one-more", 1, "0.1", memory_mb=128)], "for one run more")
    many = [function(f"f{n}", 600_000, "300") for n in range(cloud.random.randrange(3, 6))]
    expect_lambda(cloud, many, f"for {len(many)} functions that are free each by itself")
    # Many requests that hardly compute, few that compute a lot: each allowance has its own end.
    expect_lambda(
        cloud, [function("ping", 9 * MILLION, "1", memory_mb=128)], "for many short runs"
    )
    expect_lambda(cloud, [function("batch", 900, "800000", memory_mb=3008)], "for few long runs")


@check("Nothing is lost in long sums", points=2)
def long_sums(cloud: Cloud) -> None:
    rows = [
        function(
            f"f{n}",
            cloud.random.randrange(1, 10**7),
            f"{cloud.random.randrange(1, 9 * 10**5)}.1",
            memory_mb=cloud.random.randrange(128, 10_240),
        )
        for n in range(200)
    ]
    expect_lambda(cloud, [USED_UP, *rows], "for 200 functions")
    # Each of these sums ends exactly in the middle between two millionths of a dollar.
    for tenths in range(1, 100, 2):
        amount = f"{tenths // 10}.{tenths % 10}"
        expect_fargate(
            cloud, [task("0", amount, 3600)], f"for {amount} GB that are held for an hour"
        )


@check("Tasks are billed by the second, from a minute on", points=1)
def seconds(cloud: Cloud) -> None:
    for length in (1, 59, 60, 61, cloud.random.randrange(62, 9000)):
        expect_fargate(cloud, [task("0.5", "1", length)], f"for a task of {length} s")
    short = [task("4", "8", cloud.random.randrange(1, 59)) for _ in range(30)]
    expect_fargate(cloud, short, "for thirty short tasks")


@check("Blocks are rounded up for each request", points=1)
def blocks(cloud: Cloud) -> None:
    for size in (0, 1, 1024, 1025, 4096, 4097, cloud.random.randrange(8193, 400_000)):
        for consistency in ("strong", "transactional"):
            expect_units(
                cloud, [write(size, consistency)], f"for a {consistency} write of {size} B"
            )
        for consistency in ("eventual", "strong", "transactional"):
            expect_units(cloud, [read(size, consistency)], f"for a {consistency} read of {size} B")
    mixed = [read(cloud.random.randrange(1, 4097), "eventual") for _ in range(11)]
    expect_units(cloud, [*mixed, write(3000, "strong")], "for eleven reads and a write together")
    expect_units(cloud, [], "for no request at all")


def function(name: str, requests: int, duration_ms: str, *, cold_starts: int = 0,
             init_ms: str = "0", memory_mb: int = 1024) -> Row:  # fmt: skip
    return {
        "function": name, "requests": requests, "duration_ms": duration_ms,
        "cold_starts": cold_starts, "init_ms": init_ms, "memory_mb": memory_mb,
    }  # fmt: skip


def task(vcpu: str, memory_gb: str, seconds: int) -> Row:
    return {"vcpu": vcpu, "memory_gb": memory_gb, "seconds": seconds}


def read(size: int, consistency: str) -> Row:
    return {"operation": "read", "bytes": size, "consistency": consistency}


def write(size: int, consistency: str) -> Row:
    return {"operation": "write", "bytes": size, "consistency": consistency}


def expect_lambda(cloud: Cloud, rows: Sequence[Row], what: str) -> None:
    expect_money(cloud.call("meter.lambda_cost", rows), lambda_cost(rows), what)


def expect_fargate(cloud: Cloud, tasks: Sequence[Row], what: str) -> None:
    expect_money(cloud.call("meter.fargate_cost", tasks), fargate_cost(tasks), what)


def expect_money(found: object, right: Decimal, what: str) -> None:
    expect(isinstance(found, str), f"The cost {what} is no text: {found!r}.")
    shown = right.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    try:
        amount = Decimal(str(found))
    except ArithmeticError:
        expect(False, f"The cost {what} is no amount: {found!r}.")
        return
    how = "higher" if amount > shown else "lower"
    expect(amount == shown, f"Your bill {what} is {how} than what AWS takes: {found}.")
    expect(str(found) == f"{shown:f}", f"The cost {what} does not have six decimals: {found}.")


def expect_units(cloud: Cloud, requests: Sequence[Row], what: str) -> None:
    found, right = cloud.call("meter.dynamodb_units", requests), units(requests)
    expect(isinstance(found, dict) and set(found) == {"read", "write"},
           f"The units {what} are not told as read and write: {found!r}.")  # fmt: skip
    for kind in ("read", "write"):
        expect(
            found[kind] == right[kind], f"The {kind} units {what} do not add up: {found[kind]!r}."
        )


def lambda_cost(rows: Sequence[Row]) -> Decimal:
    requests, gb_ms = 0, Decimal(0)
    for row in rows:
        run = Decimal(row["duration_ms"])
        cold = row["cold_starts"] * ceiling(run + Decimal(row["init_ms"]))
        warm = (row["requests"] - row["cold_starts"]) * ceiling(run)
        requests += row["requests"]
        gb_ms += (cold + warm) * row["memory_mb"] / Decimal(1024)
    paid = max(0, requests - MILLION) * REQUEST_PRICE
    return paid + max(Decimal(0), gb_ms / 1000 - 400_000) * GB_SECOND_PRICE


def fargate_cost(tasks: Sequence[Row]) -> Decimal:
    total = Decimal(0)
    for one in tasks:
        hourly = Decimal(one["vcpu"]) * VCPU_HOUR_PRICE + Decimal(one["memory_gb"]) * GB_HOUR_PRICE
        total += max(60, one["seconds"]) * hourly
    return total / 3600


def units(requests: Sequence[Row]) -> dict[str, str]:
    halves = {"read": 0, "write": 0}
    weights = {"eventual": 1, "strong": 2, "transactional": 4}
    for request in requests:
        block = 4096 if request["operation"] == "read" else 1024
        count = max(1, -(-request["bytes"] // block))
        halves[request["operation"]] += count * weights[request["consistency"]]
    return {kind: f"{count // 2}" + (".5" if count % 2 else "") for kind, count in halves.items()}


def ceiling(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)
