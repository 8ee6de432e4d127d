"""The benchmark of the cloud's journeys runs and prints its table."""

import re
import subprocess
import sys

import pytest

from tests.services.site import ROOT

JOURNEYS = (
    "plain invocations, three",
    "S3 -> Lambda -> DynamoDB -> stream -> Lambda",
    "a Map of 20 items, a Lambda task each",
    "a saga of five tasks",
)


@pytest.mark.slow
def test_it_prints_each_journey() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.cloud", "--count", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    for journey in JOURNEYS:
        assert re.search(
            rf"^{re.escape(journey)} +[\d.]+ ms +[\d.]+ ms$", done.stdout, re.MULTILINE
        )
