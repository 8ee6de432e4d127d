"""How long a learner waits for a verdict: from pressing Submit until it is on the screen.

    uv run python -m tests.bench.submit [--count N]

The page measures itself; the phases are those of its report.
"""

import argparse
import os
import platform
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.services.browser import run_chromium, watched_page
from tests.services.programs import require
from tests.services.site import ROOT, run_site
from tests.services.visitor import DEMO_PASSWORD, LAB

SOLUTION = ROOT / "content/sqs/labs/partial-batch/solutions/loop/handler.py"
# The first submissions meet cold caches, which a running site does not.
WARM_UP = 2


@dataclass(frozen=True)
class Sample:
    """Milliseconds of one submission."""

    on_screen: int
    queued: int
    graded: int
    recorded: int


ROWS = {
    "on_screen": "pressed Submit -> verdict on the screen",
    "queued": "  submitted -> grading started",
    "graded": "  grading",
    "recorded": "  graded -> recorded",
}


def main() -> None:
    """Runs the site, submits, prints the table."""
    parser = argparse.ArgumentParser(prog="tests.bench.submit", description=__doc__)
    parser.add_argument("--count", type=int, default=50, metavar="N", help="default: 50")
    count = parser.parse_args().count
    try:
        print_table(list(measure(count)))
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))


def measure(count: int) -> Iterator[Sample]:
    """Submits the reference solution `count` times, one after the other."""
    program = require("chromium", product="Chromium", package="chromium")
    with (
        tempfile.TemporaryDirectory(prefix="coldstart-bench-") as folder,
        # No learner submits fifty times in a row: the limit on that is switched off.
        run_site(Path(folder) / "data", SUBMISSIONS_PER_MINUTE="0") as site,
        run_chromium(program) as browser,
        watched_page(browser, site.url) as page,
    ):
        open_lab(page)
        for number in range(WARM_UP + count):
            sample = submit(page)
            if number >= WARM_UP:
                yield sample
                show_progress(number - WARM_UP + 1, count)


def open_lab(page: Page) -> None:
    """As a learner, with the solution in the editor."""
    page.goto(f"/accounts/login/?next={LAB}")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("handler.py").fill(SOLUTION.read_text())


def submit(page: Page) -> Sample:
    """One submission, and what the page says about its way."""
    last = page.locator("#lab_results [data-submission]")
    previous = last.get_attribute("data-submission") if last.count() else ""
    page.get_by_role("button", name="Submit").click()
    report = page.locator(f'[data-verdict]:not([data-submission="{previous}"])')
    elapsed = report.locator("[data-elapsed-ms]:not(:empty)").inner_text()
    verdict = report.get_attribute("data-verdict")
    if verdict != "passed":
        sys.exit(f"The solution did not pass but {verdict}: the times would mean nothing.")
    started, finished, recorded = moments(report.locator(".moments").inner_text())
    return Sample(int(elapsed), started, finished - started, recorded - finished)


def moments(text: str) -> list[int]:
    """Milliseconds after the submission: when it was started, finished, recorded."""
    return [int(number) for number in re.findall(r"\+(-?\d+) ms", text)]


def show_progress(done: int, count: int) -> None:
    """On a terminal only."""
    if sys.stderr.isatty():
        print(f"\r{done} of {count}", end="\n" if done == count else "", file=sys.stderr)


def print_table(samples: list[Sample]) -> None:
    """Median and p95 of each phase."""
    print(f"{len(samples)} submissions of {SOLUTION.relative_to(ROOT)}, one after the other")
    print(f"{machine()}\n")
    print(f"{'milliseconds':<40} {'median':>8} {'p95':>8}")
    for name, title in ROWS.items():
        values = [getattr(sample, name) for sample in samples]
        print(f"{title:<40} {statistics.median(values):>8.0f} {p95(values):>8.0f}")


def p95(values: list[int]) -> int:
    """The value that 95 % of all do not exceed (nearest rank)."""
    return sorted(values)[-(-len(values) * 95 // 100) - 1]


def machine() -> str:
    """What it ran on."""
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", info, re.MULTILINE)
    name = model[1] if model else platform.machine()
    return f"{os.cpu_count()} cores, {name}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
