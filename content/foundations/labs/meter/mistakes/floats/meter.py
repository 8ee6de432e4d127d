"""What a month of usage costs."""

import math


def lambda_cost(rows):
    requests = sum(row["requests"] for row in rows)
    gb_seconds = 0.0
    for row in rows:
        run = float(row["duration_ms"])
        cold = row["cold_starts"] * math.ceil(run + float(row["init_ms"]))
        warm = (row["requests"] - row["cold_starts"]) * math.ceil(run)
        gb_seconds += (cold + warm) / 1000 * row["memory_mb"] / 1024
    cost = max(0, requests - 1_000_000) * 0.0000002
    cost += max(0.0, gb_seconds - 400_000) * 0.0000166667
    return f"{cost:.6f}"


def fargate_cost(tasks):
    cost = 0.0
    for task in tasks:
        hourly = float(task["vcpu"]) * 0.04048 + float(task["memory_gb"]) * 0.004445
        cost += hourly * max(60, task["seconds"]) / 3600
    return f"{cost:.6f}"


def dynamodb_units(requests):
    units = {"read": 0.0, "write": 0.0}
    for request in requests:
        block = 4096 if request["operation"] == "read" else 1024
        blocks = max(1, math.ceil(request["bytes"] / block))
        factor = {"eventual": 0.5, "strong": 1, "transactional": 2}[request["consistency"]]
        units[request["operation"]] += blocks * factor
    return {kind: f"{amount:g}" for kind, amount in units.items()}
