"""The benchmark runs; how fast it must be, no test says."""

import re
import subprocess
import sys

import pytest

from tests.services.site import ROOT


@pytest.mark.slow
def test_it_prints_a_line_for_each_page() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.review", "--cards", "40", "--count", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("40 cards, 200 answers, 2 loads\n")
    assert len(re.findall(r" +[\d.]+ ms +[\d.]+ ms$", done.stdout, re.MULTILINE)) == 4
