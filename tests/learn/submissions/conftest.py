"""The small course, a recorder in place of the broker, and reports as workers send them."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import Settings

from labs import Call, CheckResult, GradeReport, LabSpec, Verdict
from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.celery import app
from learn.submissions.models import Submission
from tests.learn.course_files import write_course

LAB = "queues/worker"
CODE = "def handler(event, context):\n    return 1\n"
FILES = {"handler.py": CODE}

type MakeSubmission = Callable[..., Submission]


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, settings: Settings) -> LabSpec:
    """The small course's lab; every test here sees that course."""
    settings.CONTENT_DIRS = (write_course(tmp_path / "content"),)
    lab = get_course().lab(LAB)
    assert lab is not None
    return lab.spec


class Broker:
    """Records the messages that would be sent, or is down."""

    def __init__(self) -> None:
        self.jobs: list[dict[str, Any]] = []
        self.is_down = False

    def send_task(self, name: str, *, kwargs: dict[str, Any], queue: str) -> None:
        assert (name, queue) == ("labs.grade", "grading")
        if self.is_down:
            raise OperationalError("nobody listens")
        self.jobs.append(kwargs)

    @property
    def ids(self) -> list[str]:
        """The submissions that were sent, in order."""
        return [job["submission"] for job in self.jobs]


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    broker = Broker()
    monkeypatch.setattr(app, "send_task", broker.send_task)
    return broker


@pytest.fixture
def make_submission(alice: User) -> MakeSubmission:
    """Stores a submission of Alice's as the fields say; by default it was just sent."""

    def make(**fields: Any) -> Submission:
        now = timezone.now()
        verdict = fields.get("verdict")
        defaults: dict[str, Any] = {
            "user": alice,
            "lab": LAB,
            "content_hash": "c" * 64,
            "files": FILES,
            "seed": 7,
            "created_at": now,
            "sent_at": now,
            "send_count": 1,
        }
        if verdict:
            defaults |= {"status": "graded", "graded_at": now, "report": report_json(verdict)}
        return Submission.objects.create(**{**defaults, **fields})

    return make


def report_json(verdict: str = Verdict.PASSED, lab: str = LAB, **fields: Any) -> dict[str, Any]:
    """A report as a grading worker sends it."""
    passed = verdict == Verdict.PASSED
    report = GradeReport(
        lab=lab,
        verdict=Verdict(verdict),
        score=3 if passed else 1,
        max_score=3,
        duration_ms=412,
        stdout="hello from the handler\n",
        checks=(
            CheckResult("one", "Good orders arrive", Verdict.PASSED, 1, 1, "", visible=True),
            CheckResult(
                id="two",
                title="Bad orders wait",
                verdict=Verdict.PASSED if passed else Verdict.FAILED,
                points=2 if passed else 0,
                max_points=2,
                feedback="" if passed else "A <bad> order was lost.",
                visible=False,
            ),
        ),
        trace=(
            Call(
                "sqs",
                "DeleteMessage",
                400,
                "handler.py:2",
                "AccessDenied",
                parameters='{"QueueUrl": "<queue>"}',
                duration_ms=7,
                made_by="function worker",
                request_id="8aa87985",
            ),
        ),
        content_hash="c" * 64,
        engine_version="1",
        seed=7,
    )
    now = timezone.now()
    timings = {
        "started_at": now.isoformat(),
        "finished_at": (now + dt.timedelta(milliseconds=412)).isoformat(),
    }
    return {**report.to_json(), "timings": timings, **fields}
