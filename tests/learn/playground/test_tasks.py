import pytest

from learn.celery import app
from learn.playground import tasks
from tests.learn.playground.conftest import Broker, MakeRun, ago, report_json

pytestmark = pytest.mark.django_db


def test_it_is_known_by_the_names_that_workers_use() -> None:
    assert {"playground.record_run", "playground.resend_lost"} <= set(app.tasks)


def test_it_records_a_report(make_run: MakeRun) -> None:
    run = make_run()
    tasks.record_run(run=str(run.pk), report=report_json("crashed"))
    run.refresh_from_db()
    assert run.verdict == "crashed"


@pytest.mark.parametrize("report", [None, {}, [], report_json() | {"verdict": "not_run"}])
def test_it_drops_a_broken_report(
    make_run: MakeRun, report: object, caplog: pytest.LogCaptureFixture
) -> None:
    run = make_run()
    tasks.record_run(run=str(run.pk), report=report)
    run.refresh_from_db()
    assert run.is_queued
    assert str(run.pk) in caplog.text


@pytest.mark.parametrize("run", ["", "no uuid", "00000000-0000-0000-0000-000000000000"])
def test_it_drops_a_report_of_nothing(run: str) -> None:
    tasks.record_run(run=run, report=report_json())


def test_it_sends_lost_runs_again(make_run: MakeRun, broker: Broker) -> None:
    lost = make_run(sent_at=ago(100))
    tasks.resend_lost()
    tasks.resend_lost()
    assert broker.ids == [str(lost.pk)]
