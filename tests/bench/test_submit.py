"""The benchmark runs; how fast it must be, no test says."""

import re
import subprocess
import sys

import pytest

from tests.bench.submit import ROWS, p95
from tests.services.browser import chromium_program
from tests.services.site import ROOT

__all__ = ["chromium_program"]


@pytest.mark.slow
@pytest.mark.usefixtures("chromium_program")
def test_it_prints_a_table() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.submit", "--count", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("2 submissions, one after the other") == 2
    rows = dict(re.findall(r"^(.*?) +\d+ +(\d+)$", done.stdout, re.MULTILINE))
    assert list(rows) == [title.rstrip() for title in ROWS.values()]
    assert int(rows[ROWS["on_screen"]]) > int(rows[ROWS["graded"]]) > 0


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (20, 19), (50, 48), (100, 95)])
def test_it_finds_the_value_that_95_percent_do_not_exceed(count: int, expected: int) -> None:
    assert p95(list(range(count, 0, -1))) == expected
