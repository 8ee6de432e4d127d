"""A recorder in place of the broker, runs, and reports as workers send them."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import Settings

from labs import Call, PlaygroundReport, Resource, Verdict
from learn.accounts.models import User
from learn.celery import app
from learn.playground.models import PlaygroundRun
from tests.learn.course_files import write_course

CODE = "print('hello')\n"
FILES = {"main.py": CODE}

type MakeRun = Callable[..., PlaygroundRun]


@pytest.fixture(autouse=True)
def _small_course(tmp_path: Path, settings: Settings) -> None:
    settings.CONTENT_DIRS = (write_course(tmp_path / "content"),)


class Broker:
    """Records the messages that would be sent, or is down."""

    def __init__(self) -> None:
        self.jobs: list[dict[str, Any]] = []
        self.is_down = False

    def send_task(self, name: str, *, kwargs: dict[str, Any], queue: str) -> None:
        assert (name, queue) == ("labs.play", "grading")
        if self.is_down:
            raise OperationalError("nobody listens")
        self.jobs.append(kwargs)

    @property
    def ids(self) -> list[str]:
        """The runs that were sent, in order."""
        return [job["run"] for job in self.jobs]


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    broker = Broker()
    monkeypatch.setattr(app, "send_task", broker.send_task)
    return broker


@pytest.fixture
def make_run(alice: User) -> MakeRun:
    """Stores a run of Alice's as the fields say; by default it was just sent."""

    def make(**fields: Any) -> PlaygroundRun:
        now = timezone.now()
        defaults: dict[str, Any] = {
            "user": alice,
            "files": FILES,
            "seed": 7,
            "created_at": now,
            "sent_at": now,
            "send_count": 1,
        }
        if verdict := fields.get("verdict"):
            defaults |= {"status": "done", "done_at": now, "report": report_json(verdict)}
        return PlaygroundRun.objects.create(**{**defaults, **fields})

    return make


def ago(seconds: float) -> dt.datetime:
    """The moment so long ago."""
    return timezone.now() - dt.timedelta(seconds=seconds)


def report_json(verdict: str = Verdict.PASSED, **fields: Any) -> dict[str, Any]:
    """A report as a grading worker sends it."""
    report = PlaygroundReport(
        verdict=Verdict(verdict),
        duration_ms=123,
        stdout="hello <you>\n",
        trace=(
            Call(
                "sqs",
                "CreateQueue",
                200,
                "main.py:2",
                "",
                parameters='{"QueueName": "orders"}',
                duration_ms=1,
                made_by="script",
                resources=("queue orders",),
            ),
        ),
        resources={"sqs": ["queue orders"]},
        account=(Resource("sqs", "queue", "orders", facts=(("Messages", "0"),)),),
    )
    return {**report.to_json(), **fields}
