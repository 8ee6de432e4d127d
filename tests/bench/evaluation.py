"""How fast artefacts are evaluated, each kind on ten cases, behind the walls and warm.

uv run python -m tests.bench.evaluation [--count N]
"""

import argparse
import os
import platform
import statistics
import time
from typing import Any

import labs
from tests.bench.grading import p95

CASES = 10
TABLE = {"keys": [{"name": "pk"}, {"name": "sk", "type": "N"}]}
ITEMS = [{"pk": "a", "sk": number, "state": "open"} for number in range(10)]
MACHINE = """{
  "StartAt": "Pay",
  "States": {
    "Pay": {
      "Type": "Task", "Next": "Paid?",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:pay",
      "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}]
    },
    "Paid?": {
      "Type": "Choice", "Default": "No",
      "Choices": [{"Variable": "$.n", "NumericGreaterThan": 4, "Next": "Yes"}]
    },
    "Yes": {"Type": "Pass", "Result": "yes", "End": true},
    "No": {"Type": "Fail", "Error": "NotPaid"}
  }
}"""
RESULTS: list[dict[str, Any]] = [{"error": "Busy"}, {"result": {"n": 5}}]
POLICY = """{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::shop/${aws:username}/*"},
  {"Effect": "Deny", "Action": "*", "Resource": "*",
   "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
]}"""

type Row = tuple[str, str, dict[str, Any], list[dict[str, Any]]]

JOBS: dict[str, Row] = {
    "event pattern": (
        "event_pattern",
        '{"source": ["shop"], "detail": {"n": [{"numeric": [">", 4]}]}}',
        {},
        [{"event": {"source": "shop", "detail": {"n": n}}} for n in range(CASES)],
    ),
    "filter policy": (
        "filter_policy",
        '{"store": ["shop"], "price": [{"numeric": [">", 4]}]}',
        {},
        [{"attributes": {"store": "shop", "price": n}} for n in range(CASES)],
    ),
    "event filter": (
        "event_filter",
        '{"body": {"n": [{"numeric": [">", 4]}]}}',
        {"source": "sqs"},
        [{"record": {"body": {"n": n}}} for n in range(CASES)],
    ),
    "IAM policy": (
        "iam_policy",
        POLICY,
        {},
        [{"action": "s3:GetObject", "resource": f"arn:aws:s3:::shop/{n}/a"} for n in range(CASES)],
    ),
    "key condition, same items": (
        "dynamodb_expression",
        "pk = :p AND sk > :s",
        {"use": "key_condition", "table": TABLE, "values": {":p": "a"}},
        [{"items": ITEMS, "values": {":s": n}} for n in range(CASES)],
    ),
    "condition, other item each": (
        "dynamodb_expression",
        "attribute_not_exists(pk) OR sk > :s",
        {"use": "condition", "table": TABLE, "values": {":s": 4}},
        [{"item": item} for item in ITEMS],
    ),
    "state machine": (
        "asl",
        MACHINE,
        {},
        [{"input": {"id": n}, "tasks": {"Pay": RESULTS}} for n in range(CASES)],
    ),
}


def main() -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(prog="tests.bench.evaluation", description=__doc__)
    parser.add_argument("--count", type=int, default=50, metavar="N", help="default: 50")
    count = parser.parse_args().count
    print(f"{count} evaluations of {CASES} cases each; {platform.platform()}")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"\n{'':34}{'median':>10}{'p95':>10}")
    for name, row in JOBS.items():
        times = measure(row, count)
        print(f"{name:34}{statistics.median(times):>7.1f} ms{p95(times):>7.1f} ms")


def measure(row: Row, count: int) -> list[float]:
    """Milliseconds of each evaluation; the first ones, which warm up, do not count."""
    evaluator, artefact, options, cases = row
    job = {"evaluator": evaluator, "artefact": artefact, "options": options, "cases": cases}
    found = []
    for _ in range(count + 3):
        started = time.perf_counter()
        evaluation = labs.evaluate(job)
        found.append((time.perf_counter() - started) * 1000)
        assert evaluation.verdict == "evaluated", evaluation
    return found[3:]


if __name__ == "__main__":
    main()
