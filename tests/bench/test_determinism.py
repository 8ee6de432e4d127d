"""The same submission with the same seed gives the same report, ids and times included."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def graded(*, runs: int, seed: int) -> str:
    """What a worker of its own says of so many gradings."""
    command = [sys.executable, "-m", "tests.bench.determinism"]
    options = ["--runs", str(runs), "--seed", str(seed)]
    found = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def test_it_gives_the_same_report_in_each_run_and_in_each_worker() -> None:
    one, other = graded(runs=3, seed=5), graded(runs=3, seed=5)

    assert one.startswith("1 different of 3: ")
    assert one == other


def test_another_seed_gives_another_report() -> None:
    assert graded(runs=1, seed=5) != graded(runs=1, seed=6)
