"""Workers are killed, messages vanish, reports come twice: each submission is graded once."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import lab_code, slow_code
from tests.services.processes import alive, descendants, suspended
from tests.services.programs import wait_until
from tests.services.site import Site, run_site
from tests.services.visitor import Visitor

pytestmark = pytest.mark.slow  # it starts the whole site, and kills parts of it

GRADED_SECONDS = 60

# Counts what the database really did, whatever the site believes.
COUNT_RECORDINGS = (
    "CREATE TABLE recording (submission TEXT)",
    """
    CREATE TRIGGER count_recordings AFTER UPDATE OF report, verdict, graded_at, status
    ON submissions_submission WHEN NEW.status = 'graded'
    BEGIN INSERT INTO recording VALUES (NEW.id); END
    """,
)


@pytest.fixture(scope="module")
def first_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("lost") / "data"
    with run_site(data, SUBMISSION_RESEND_SECONDS="1") as site:
        for statement in COUNT_RECORDINGS:
            site.rows(statement)
        yield site


@pytest.fixture
def site(first_site: Site) -> Site:
    """Running, also after a test that has killed it."""
    if not first_site.is_running():
        first_site.start_again()
    return first_site


@pytest.fixture
def alice(site: Site) -> Visitor:
    visitor = Visitor(site.url)
    visitor.log_in("alice@example.com")
    return visitor


def test_a_submission_outlives_the_worker_that_was_grading_it(site: Site, alice: Visitor) -> None:
    with site.waiting_for_sandbox():
        submission = alice.submit(slow_code())
    everything = descendants(site.process.pid)

    os.kill(site.grading_worker, signal.SIGKILL)

    assert site.wait_until_ended() == 1
    assert "The grading worker 1 stopped unexpectedly (signal SIGKILL)" in site.output
    wait_until(lambda: not alive(everything), 10, f"all gone: {alive(everything)}")
    assert column(site, "status", submission) == "queued"

    site.start_again()

    assert alice.wait_for_verdict(submission) == "passed"
    assert_recorded_once(site, submission)


def test_a_submission_outlives_its_message(site: Site, alice: Visitor) -> None:
    with suspended(site.grading_worker):
        submission = alice.submit(lab_code("solutions/loop"))
        assert site.messages("grading")
        for message in site.messages("grading"):
            message.unlink()
    assert column(site, "status", submission) == "queued"

    assert alice.wait_for_verdict(submission) == "passed"

    assert_recorded_once(site, submission)
    assert column(site, "send_count", submission) > 1


def test_a_report_that_comes_twice_is_recorded_once(site: Site, alice: Visitor) -> None:
    with suspended(site.site_worker):
        submission = alice.submit(lab_code("mistakes/order-id"))
        wait_until(lambda: bool(reports(site)), GRADED_SECONDS, "the report is sent")
        (report,) = reports(site)
        shutil.copy(report, report.with_name(f"{report.name[:20]}_again.results.msg"))

    assert alice.wait_for_verdict(submission) == "failed"

    late = f"report for {submission} came too late, or twice"
    wait_until(lambda: late in site.log("site-worker"), GRADED_SECONDS, "the second one is read")
    assert_recorded_once(site, submission)


def reports(site: Site) -> list[Path]:
    """The reports that wait for the site; a worker sends other messages, too."""
    return [path for path in site.messages("results") if b"record_report" in path.read_bytes()]


def column(site: Site, name: str, submission: str) -> Any:
    """One value of the submission's row."""
    sql = f"SELECT {name} FROM submissions_submission WHERE id = ?"  # noqa: S608 (our own names)
    ((found,),) = site.rows(sql, key(submission))
    return found


def key(submission: str) -> str:
    """As Django keeps a UUID in SQLite."""
    return submission.replace("-", "")


def assert_recorded_once(site: Site, submission: str) -> None:
    """Also after all messages that were sent again are worked off."""
    wait_until(
        lambda: not site.messages("grading") and not site.messages("results"),
        GRADED_SECONDS,
        "no message is left",
    )
    recordings = site.rows("SELECT count(*) FROM recording WHERE submission = ?", key(submission))
    assert recordings == [(1,)]
