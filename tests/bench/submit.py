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

from tests.bench import workload
from tests.learn.course_files import write_course
from tests.services.browser import run_chromium, watched_page, write_code
from tests.services.programs import require
from tests.services.site import ROOT, run_site
from tests.services.visitor import DEMO_PASSWORD, LAB

# The first submissions meet cold caches, which a running site does not.
WARM_UP = 2


@dataclass(frozen=True)
class Work:
    """What is submitted, and on which page."""

    title: str
    page: str
    solution: str


SMALL = Work("10 AWS calls, 5 checks", "/modules/queues/labs/worker/", workload.SOLUTION)
REAL = Work(
    "sqs/partial-batch: 63 AWS calls, 34 invocations, 8 checks",
    LAB,
    (ROOT / "content/sqs/labs/partial-batch/solutions/loop/handler.py").read_text(),
)


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
        for work in (SMALL, REAL):
            print_table(work, list(measure(work, count)))
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))


def measure(work: Work, count: int) -> Iterator[Sample]:
    """Submits the solution `count` times, one after the other."""
    program = require("chromium", product="Chromium", package="chromium")
    with (
        tempfile.TemporaryDirectory(prefix="coldstart-bench-") as folder,
        # No learner submits fifty times in a row: the limit on that is switched off.
        run_site(
            Path(folder) / "data",
            SUBMISSIONS_PER_MINUTE="0",
            CONTENT_DIRS=str(content_of(work, Path(folder))),
        ) as site,
        run_chromium(program) as browser,
        watched_page(browser, site.url) as page,
    ):
        open_lab(page, work)
        for number in range(WARM_UP + count):
            sample = submit(page)
            if number >= WARM_UP:
                yield sample
                show_progress(number - WARM_UP + 1, count)


def content_of(work: Work, folder: Path) -> Path:
    """The course with that lab."""
    if work is REAL:
        return ROOT / "content"
    course = write_course(folder / "content")
    workload.write_lab(course / "queues" / "labs" / "worker")
    return course


def open_lab(page: Page, work: Work) -> None:
    """As a learner, with the solution in the editor."""
    page.goto(f"/accounts/login/?next={work.page}")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    write_code(page, work.solution)


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


def print_table(work: Work, samples: list[Sample]) -> None:
    """Median and p95 of each phase."""
    print(f"{len(samples)} submissions, one after the other: {work.title}")
    print(f"{machine()}\n")
    print(f"{'milliseconds':<40} {'median':>8} {'p95':>8}")
    for name, title in ROWS.items():
        values = [getattr(sample, name) for sample in samples]
        print(f"{title:<40} {statistics.median(values):>8.0f} {p95(values):>8.0f}")
    print()


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
