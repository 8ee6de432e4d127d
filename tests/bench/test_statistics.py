"""The benchmark of statistics runs on both databases, and finds what plain Python finds."""

import re
import subprocess
import sys

import pytest

from tests.services.programs import require
from tests.services.site import ROOT


@pytest.mark.slow
def test_it_measures_both_databases() -> None:
    require("pg_ctl", product="PostgreSQL", package="postgresql")

    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.bench.statistics"),
            *("--learners", "300", "--questions", "70", "--runs", "1"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for database in ("sqlite", "postgres"):
        assert re.search(rf"^{database}( +[\d.]+ s){{6}}$", done.stdout, re.MULTILINE)
