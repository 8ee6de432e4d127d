"""What a month of usage costs."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

REQUEST_PRICE = Decimal("0.0000002")
GB_SECOND_PRICE = Decimal("0.0000166667")
FREE_REQUESTS = 1_000_000
FREE_GB_SECONDS = 400_000

VCPU_HOUR_PRICE = Decimal("0.04048")
GB_HOUR_PRICE = Decimal("0.004445")

BLOCKS = {"read": 4096, "write": 1024}
WEIGHTS = {"eventual": Decimal("0.5"), "strong": Decimal(1), "transactional": Decimal(2)}


def lambda_cost(rows):
    """Dollars for all rows together, as a text with six decimals."""
    requests = sum(row["requests"] for row in rows)
    gb_seconds = sum((gb_seconds_of(row) for row in rows), Decimal(0))
    cost = max(0, requests - FREE_REQUESTS) * REQUEST_PRICE
    cost += max(Decimal(0), gb_seconds - FREE_GB_SECONDS) * GB_SECOND_PRICE
    return dollars(cost)


def gb_seconds_of(row):
    run, init = Decimal(row["duration_ms"]), Decimal(row["init_ms"])
    cold = row["cold_starts"] * whole(run + init)
    warm = (row["requests"] - row["cold_starts"]) * whole(run)
    return (cold + warm) / 1000 * row["memory_mb"] / 1024


def whole(milliseconds):
    return milliseconds.to_integral_value(ROUND_CEILING)


def fargate_cost(tasks):
    """Dollars for all tasks together, as a text with six decimals."""
    cost = Decimal(0)
    for task in tasks:
        hourly = Decimal(task["vcpu"]) * VCPU_HOUR_PRICE + Decimal(task["memory_gb"]) * GB_HOUR_PRICE
        cost += hourly * max(60, task["seconds"])
    return dollars(cost / 3600)


def dynamodb_units(requests):
    """{"read": units, "write": units} as texts."""
    units = {"read": Decimal(0), "write": Decimal(0)}
    for request in requests:
        block = BLOCKS[request["operation"]]
        blocks = max(1, (request["bytes"] + block - 1) // block)
        units[request["operation"]] += blocks * WEIGHTS[request["consistency"]]
    return {kind: f"{amount.normalize():f}" for kind, amount in units.items()}


def dollars(amount):
    return f"{amount.quantize(Decimal('0.000001'), ROUND_HALF_UP):f}"
