"""What a month of usage costs, in exact fractions."""

import math
from fractions import Fraction

PRICES = {
    "request": Fraction("0.0000002"),
    "gb_second": Fraction("0.0000166667"),
    "vcpu_second": Fraction("0.04048") / 3600,
    "gb_held_second": Fraction("0.004445") / 3600,
}


class LambdaMeter:
    """Adds up a month of one account."""

    def __init__(self):
        self.requests = 0
        self.mb_ms = 0

    def add(self, row):
        run = Fraction(row["duration_ms"])
        for count, milliseconds in (
            (row["cold_starts"], run + Fraction(row["init_ms"])),
            (row["requests"] - row["cold_starts"], run),
        ):
            self.requests += count
            self.mb_ms += count * math.ceil(milliseconds) * row["memory_mb"]

    @property
    def cost(self):
        gb_seconds = Fraction(self.mb_ms, 1024 * 1000)
        return (
            max(0, self.requests - 1_000_000) * PRICES["request"]
            + max(0, gb_seconds - 400_000) * PRICES["gb_second"]
        )


def lambda_cost(rows):
    meter = LambdaMeter()
    for row in rows:
        meter.add(row)
    return as_text(meter.cost)


def fargate_cost(tasks):
    return as_text(
        sum(
            max(task["seconds"], 60)
            * (
                Fraction(task["vcpu"]) * PRICES["vcpu_second"]
                + Fraction(task["memory_gb"]) * PRICES["gb_held_second"]
            )
            for task in tasks
        )
    )


def dynamodb_units(requests):
    totals = {"read": Fraction(0), "write": Fraction(0)}
    for request in requests:
        kind = request["operation"]
        size = {"read": 4096, "write": 1024}[kind]
        factor = {"eventual": Fraction(1, 2), "strong": 1, "transactional": 2}
        blocks = math.ceil(Fraction(request["bytes"], size)) or 1
        totals[kind] += blocks * factor[request["consistency"]]
    return {kind: str(total) if total.denominator == 1 else f"{float(total)}" for kind, total in totals.items()}


def as_text(dollars):
    millionths = math.floor(dollars * 1_000_000 + Fraction(1, 2))
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}"
