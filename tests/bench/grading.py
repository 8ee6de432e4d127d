"""How fast a submission is graded, beside how fast the same work is without an engine.

    uv run python -m tests.bench.grading [--count N]

Everything is measured in the same run: this engine with all its walls; a warm process that forks
and does the work in one process without any; a cold `pytest` for each submission.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import labs
from tests.bench import workload
from tests.bench.memory import unique_mb
from tests.services.site import ROOT

AT_ONCE = 2
TITLES = {
    "engine": "this engine, all walls",
    "warm_fork": "warm fork, one process, no walls",
    "cold_pytest": "pytest in a fresh process",
}


@dataclass(frozen=True)
class Row:
    """One way to grade: milliseconds of each, and how many a second two processes do."""

    one_ms: list[float]
    per_second: float

    @property
    def median_ms(self) -> float:
        return statistics.median(self.one_ms)

    @property
    def p95_ms(self) -> float:
        return p95(self.one_ms)


def main() -> None:
    """Measures and prints the tables."""
    parser = argparse.ArgumentParser(prog="tests.bench.grading", description=__doc__)
    parser.add_argument("--count", type=int, default=100, metavar="N", help="default: 100")
    count = parser.parse_args().count
    print(f"{count} gradings of 10 AWS calls and 5 checks; {platform.platform()}")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, moto, {AT_ONCE} at once")
    with tempfile.TemporaryDirectory() as folder:
        workload.write_lab(Path(folder))
        rows = {
            method: measure(method, folder, count if method != "cold_pytest" else count // 10 + 1)
            for method in TITLES
        }
        share = trace_share(folder, count)
    print_rows(rows)
    print_invocations()
    print(f"{'share of the trace':34}{share:>7.1f} %")
    print_memory()


def measure(method: str, folder: str, count: int) -> Row:
    """One after the other, then two processes at once."""
    (one,) = run([method, folder, str(count)], processes=1)
    started = [*run([method, folder, str(count)], processes=AT_ONCE)]
    slowest = max(sum(times) for times in started) / 1000
    return Row(one, AT_ONCE * count / slowest)


def run(arguments: list[str], *, processes: int) -> list[list[float]]:
    """The times of each process's gradings; all begin when the last is ready."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.methods", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for process in running:
        assert process.stdout
        if process.stdout.readline() != "ready\n":
            sys.exit(f"{arguments[0]} cannot be measured here; see the message above.")
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return [json.loads(process.communicate()[0]) for process in running]


def trace_share(folder: str, count: int) -> float:
    """What the trace takes of a grading, in percent."""
    command = [sys.executable, "-m", "tests.bench.trace", folder, str(count)]
    return float(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)


def print_rows(rows: dict[str, Row]) -> None:
    """The comparison, with the ratios to this engine."""
    engine = rows["engine"]
    print(f"\n{'':34}{'median':>10}{'p95':>10}{'per s':>8}{'slower':>9}{'fewer':>8}")
    for method, row in rows.items():
        print(
            f"{TITLES[method]:34}{row.median_ms:>7.1f} ms{row.p95_ms:>7.1f} ms"
            f"{row.per_second:>8.1f}{row.median_ms / engine.median_ms:>8.2f}x"
            f"{engine.per_second / row.per_second:>7.2f}x"
        )


def print_invocations() -> None:
    """How long a function behind a queue takes, cold and warm."""
    with tempfile.TemporaryDirectory() as folder:
        spec = workload.write_lab(
            Path(folder), checks=workload.FUNCTION_CHECKS, solution=workload.FUNCTION
        )
        cold, warm = [], []
        for _ in range(10):
            report = labs.grade(spec, {"handler.py": workload.FUNCTION}, seed=1)
            first, *others = json.loads(report.checks[0].feedback)
            cold.append(first)
            warm += others
    print()
    for how, times in (("cold", cold), ("warm", warm)):
        title = f"invocation from a queue, {how}"
        print(f"{title:34}{statistics.median(times):>7.1f} ms{p95(times):>7.1f} ms")


def print_memory() -> None:
    """What a running grading has for itself."""
    found = unique_mb()
    for name, megabytes in found.items():
        print(f"{'unique memory, ' + name:34}{megabytes:>7.1f} MB")


def p95(values: list[float]) -> float:
    """The value that 95 percent do not exceed."""
    return sorted(values)[-(-95 * len(values) // 100) - 1]


if __name__ == "__main__":
    main()
