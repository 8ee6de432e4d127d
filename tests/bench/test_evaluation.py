"""The benchmark of the evaluators runs and prints its table."""

import re
import subprocess
import sys

import pytest

from tests.bench.evaluation import JOBS
from tests.services.site import ROOT


@pytest.mark.slow
def test_it_prints_each_kind_of_artefact() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.evaluation", "--count", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    for name in JOBS:
        assert re.search(rf"^{re.escape(name)} +[\d.]+ ms +[\d.]+ ms$", done.stdout, re.MULTILINE)
