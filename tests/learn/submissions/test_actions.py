import datetime as dt
import uuid

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import Settings

from labs import LabSpec, SubmissionError, Verdict
from learn.accounts.models import User
from learn.submissions import actions
from learn.submissions.models import Status, Submission
from learn.submissions.reports import parse_report
from tests.learn.submissions.conftest import FILES, LAB, Broker, MakeSubmission, report_json

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_stores_a_submission_and_sends_its_message(
    alice: User, spec: LabSpec, broker: Broker
) -> None:
    submission = actions.submit(alice, spec, FILES)
    stored = Submission.objects.get()
    assert stored == submission
    assert (stored.status, stored.send_count) == (Status.QUEUED, 1)
    assert stored.content_hash == spec.content_hash
    assert broker.jobs == [
        {
            "submission": str(stored.pk),
            "lab": LAB,
            "files": FILES,
            "seed": stored.seed,
            "content_hash": spec.content_hash,
        }
    ]


def test_it_sends_the_message_after_the_commit(
    alice: User, spec: LabSpec, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(Submission.with_runs, "create", fail)
    with pytest.raises(IntegrityError):
        actions.submit(alice, spec, FILES)
    assert broker.jobs == []


def test_it_supersedes_what_is_still_queued(alice: User, spec: LabSpec, broker: Broker) -> None:
    first = actions.submit(alice, spec, FILES)
    second = actions.submit(alice, spec, FILES)
    first.refresh_from_db()
    assert first.is_superseded
    assert second.is_queued


def test_it_leaves_other_people_labs_and_graded_code_alone(
    alice: User, ines: User, spec: LabSpec, broker: Broker, make_submission: MakeSubmission
) -> None:
    others = [
        make_submission(user=ines),
        make_submission(lab="queues/other"),
        make_submission(verdict="failed"),
    ]
    actions.submit(alice, spec, FILES)
    for submission in others:
        status = submission.status
        submission.refresh_from_db()
        assert submission.status == status


def test_it_leaves_it_to_the_database_that_one_submission_is_queued(
    make_submission: MakeSubmission,
) -> None:
    make_submission()
    with pytest.raises(IntegrityError):
        make_submission()


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"other.py": ""},
        {"handler.py": "", "other.py": ""},
        {"handler.py": "x" * 70_000},
        {"handler.py": "a\0b"},
        {"handler.py": "\ud800"},
        {"handler.py": b"\xff\xfe"},
    ],
)
def test_it_stores_nothing_of_bad_files(
    alice: User, spec: LabSpec, broker: Broker, files: dict[str, str | bytes]
) -> None:
    with pytest.raises(SubmissionError):
        actions.submit(alice, spec, files)
    assert not Submission.objects.exists()
    assert broker.jobs == []


def test_it_keeps_a_submission_that_the_broker_does_not_take(
    alice: User, spec: LabSpec, broker: Broker
) -> None:
    broker.is_down = True
    submission = actions.submit(alice, spec, FILES)
    assert submission.sent_at is None
    stored = Submission.objects.get()
    assert (stored.status, stored.sent_at, stored.send_count) == (Status.QUEUED, None, 0)
    broker.is_down = False
    assert actions.resend_lost() == 1
    assert broker.ids == [str(submission.pk)]


def test_it_records_a_report_once(make_submission: MakeSubmission) -> None:
    submission = make_submission()
    assert actions.record_report(submission.pk, parse_report(report_json()))
    assert not actions.record_report(submission.pk, parse_report(report_json("failed")))
    submission.refresh_from_db()
    assert (submission.status, submission.verdict) == (Status.GRADED, Verdict.PASSED)
    assert (submission.score, submission.max_score) == (3, 3)
    assert submission.graded_at is not None
    assert submission.report is not None
    assert submission.report["checks"][0]["title"] == "Good orders arrive"


def test_it_records_no_report_of_a_superseded_submission(make_submission: MakeSubmission) -> None:
    submission = make_submission(status=Status.SUPERSEDED)
    assert not actions.record_report(submission.pk, parse_report(report_json()))
    submission.refresh_from_db()
    assert submission.is_superseded
    assert submission.report is None


def test_it_records_no_report_of_another_lab(make_submission: MakeSubmission) -> None:
    submission = make_submission()
    assert not actions.record_report(submission.pk, parse_report(report_json(lab="queues/x")))
    assert not actions.record_report(uuid.uuid4(), parse_report(report_json()))
    submission.refresh_from_db()
    assert submission.is_queued


def test_it_stores_the_hash_of_the_content_that_graded(make_submission: MakeSubmission) -> None:
    submission = make_submission(content_hash="c" * 64)
    actions.record_report(submission.pk, parse_report(report_json(content_hash="d" * 64)))
    submission.refresh_from_db()
    assert submission.content_hash == "d" * 64


def test_it_keeps_the_hash_if_the_worker_had_no_such_content(
    make_submission: MakeSubmission,
) -> None:
    submission = make_submission(content_hash="c" * 64)
    report = report_json("engine_error", content_hash="")
    actions.record_report(submission.pk, parse_report(report))
    submission.refresh_from_db()
    assert submission.content_hash == "c" * 64


def test_it_records_an_engine_error_that_costs_nothing(make_submission: MakeSubmission) -> None:
    submission = make_submission()
    actions.record_report(submission.pk, parse_report(report_json("engine_error")))
    submission.refresh_from_db()
    assert submission.verdict == Verdict.ENGINE_ERROR
    assert not Verdict(submission.verdict).costs_attempt


def ago(seconds: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("send_count", "waited", "is_sent"),
    [
        (1, 29, False),
        (1, 31, True),
        (2, 59, False),
        (2, 61, True),
        (5, 479, False),
        (5, 481, True),
    ],
)
def test_it_waits_twice_as_long_before_each_message(
    make_submission: MakeSubmission,
    broker: Broker,
    settings: Settings,
    send_count: int,
    waited: int,
    is_sent: bool,
) -> None:
    settings.SUBMISSION_RESEND_SECONDS = 30
    submission = make_submission(sent_at=ago(waited), send_count=send_count)
    assert actions.resend_lost() == is_sent
    submission.refresh_from_db()
    assert submission.send_count == send_count + is_sent
    assert broker.ids == [str(submission.pk)] * is_sent


def test_it_sends_nothing_that_is_done(make_submission: MakeSubmission, broker: Broker) -> None:
    make_submission(sent_at=ago(10_000), verdict="failed")
    make_submission(sent_at=ago(10_000), status=Status.SUPERSEDED)
    assert actions.resend_lost() == 0
    assert broker.jobs == []


def test_it_gives_up_after_six_messages(make_submission: MakeSubmission, broker: Broker) -> None:
    submission = make_submission(sent_at=ago(10_000), send_count=6)
    assert actions.resend_lost() == 0
    submission.refresh_from_db()
    assert submission.verdict == Verdict.ENGINE_ERROR
    assert parse_report(submission.report).grade.message == actions.GIVEN_UP
    assert broker.jobs == []


def test_it_gives_up_no_submission_that_was_graded_meanwhile(
    make_submission: MakeSubmission, broker: Broker
) -> None:
    submission = make_submission(sent_at=ago(10_000), send_count=6)
    seen = Submission.objects.get()
    actions.record_report(submission.pk, parse_report(report_json()))
    actions._give_up(seen)
    submission.refresh_from_db()
    assert submission.verdict == Verdict.PASSED


def test_it_sends_once_when_two_sweepers_saw_the_same_row(
    make_submission: MakeSubmission, broker: Broker
) -> None:
    make_submission(sent_at=ago(100))
    one, other = Submission.objects.get(), Submission.objects.get()
    assert [actions._claim(one), actions._claim(other)] == [True, False]


def test_it_stops_the_sweep_at_a_dead_broker(
    make_submission: MakeSubmission, broker: Broker, alice: User, ines: User
) -> None:
    first = make_submission(created_at=ago(200), sent_at=ago(100))
    second = make_submission(user=ines, created_at=ago(100), sent_at=ago(100))
    broker.is_down = True
    assert actions.resend_lost() == 0
    for submission in (first, second):
        submission.refresh_from_db()
        assert submission.is_queued
        assert submission.send_count == 1
    assert (first.sent_at, second.sent_at is None) == (None, False)
    broker.is_down = False
    assert actions.resend_lost() == 2
