"""The same submission with the same seed gives the same report, ids and times included."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def graded(*, runs: int, seed: int) -> str:
    """What a worker of its own says of so many gradings."""
    command = [sys.executable, "-m", "tests.bench.determinism"]
    options = ["--runs", str(runs), "--seed", str(seed)]
    found = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.mark.slow
def test_a_hundred_runs_in_two_workers_give_the_same_report() -> None:
    one, other = graded(runs=50, seed=5), graded(runs=50, seed=5)

    assert one.startswith("1 different of 50: ")
    assert one == other


@pytest.mark.slow
def test_another_seed_gives_another_report() -> None:
    assert graded(runs=1, seed=5) != graded(runs=1, seed=6)
