"""What grading workers tell of themselves."""

from typing import Any

import pytest

from learn.celery import app
from learn.submissions import queries, tasks
from learn.submissions.models import Worker

pytestmark = pytest.mark.django_db

FINDING = {
    "layer": "landlock",
    "purpose": "a second lock on files",
    "tiers": ["strict", "lite"],
    "works": True,
    "said": "version 7",
    "remedy": "",
}


def introduction(**fields: Any) -> dict[str, Any]:
    """As `labs.tasks.introduce` sends it."""
    return {
        "name": "grading1@host",
        "tier": "strict",
        "problem": "",
        "runs": {"strict": True, "lite": True, "none": True},
        "engine_version": "0.1.0",
        "kernel": "Linux 6.8.0 x86_64",
        "findings": [FINDING],
        "started_at": "2026-11-21T10:00:00+00:00",
        **fields,
    }


def test_it_is_known_by_the_name_that_workers_use() -> None:
    assert "submissions.record_worker" in app.tasks


def test_it_records_a_worker() -> None:
    tasks.record_worker(worker=introduction())

    [worker] = queries.workers()
    assert (worker.name, worker.tier, worker.kernel) == (
        "grading1@host",
        "strict",
        "Linux 6.8.0 x86_64",
    )
    assert worker.findings == [FINDING]


def test_a_worker_that_starts_again_replaces_what_it_said() -> None:
    tasks.record_worker(worker=introduction())
    tasks.record_worker(worker=introduction(tier="lite"))

    [worker] = queries.workers()
    assert worker.tier == "lite"


def test_it_keeps_what_every_database_takes() -> None:
    tasks.record_worker(worker=introduction(kernel="Linux\0 6"))

    assert Worker.objects.get().kernel == "Linux\ufffd 6"


@pytest.mark.parametrize(
    "worker",
    [
        None,
        {},
        introduction(name=""),
        introduction(tier="open"),
        introduction(kernel="x" * 201),
        introduction(findings=[{"layer": 1}]),
        introduction(findings=[FINDING] * 51),
        introduction(started_at="2026-11-21T10:00:00"),
    ],
)
def test_it_drops_what_is_no_introduction(
    worker: object, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.record_worker(worker=worker)

    assert not Worker.objects.exists()
    assert "did not say who it is" in caplog.text
