"""The benchmark of gradings runs and compares; how fast it must be, no test says."""

import re
import subprocess
import sys

import pytest

from tests.bench.grading import TITLES, Row
from tests.services.site import ROOT


@pytest.mark.slow
def test_it_prints_a_comparison() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.grading", "--count", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for title in TITLES.values():
        assert re.search(rf"^{title} +[\d.]+ ms +[\d.]+ ms", done.stdout, re.MULTILINE), (
            done.stdout
        )
    assert re.search(r"^invocation from a queue, warm +[\d.]+ ms", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(("times", "median", "p95"), [([3.0, 1.0, 2.0], 2.0, 3.0)])
def test_a_row_tells_median_and_p95(times: list[float], median: float, p95: float) -> None:
    row = Row(times, per_second=1.0)

    assert (row.median_ms, row.p95_ms) == (median, p95)
