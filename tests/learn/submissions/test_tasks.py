import datetime as dt

import pytest
from django.utils import timezone

from learn.celery import app
from learn.submissions import tasks
from tests.learn.submissions.conftest import Broker, MakeSubmission, report_json

pytestmark = pytest.mark.django_db


def test_it_is_known_by_the_names_that_workers_use() -> None:
    assert {"submissions.record_report", "submissions.resend_lost"} <= set(app.tasks)
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "submissions.resend_lost" in scheduled


def test_it_records_a_report(make_submission: MakeSubmission) -> None:
    submission = make_submission()
    tasks.record_report(submission=str(submission.pk), report=report_json("failed"))
    submission.refresh_from_db()
    assert submission.verdict == "failed"


@pytest.mark.parametrize("report", [None, {}, [], report_json() | {"score": -5}])
def test_it_drops_a_broken_report(
    make_submission: MakeSubmission, report: object, caplog: pytest.LogCaptureFixture
) -> None:
    submission = make_submission()
    tasks.record_report(submission=str(submission.pk), report=report)
    submission.refresh_from_db()
    assert submission.is_queued
    assert str(submission.pk) in caplog.text


@pytest.mark.parametrize("submission", ["", "no uuid", "00000000-0000-0000-0000-000000000000"])
def test_it_drops_a_report_of_nothing(submission: str) -> None:
    tasks.record_report(submission=submission, report=report_json())


def test_it_sends_lost_submissions_again(make_submission: MakeSubmission, broker: Broker) -> None:
    lost = make_submission(sent_at=timezone.now() - dt.timedelta(seconds=100))
    tasks.resend_lost()
    tasks.resend_lost()
    assert broker.ids == [str(lost.pk)]
