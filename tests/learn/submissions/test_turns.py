"""One message of a learner is under way at a time, and the sweeper leaves a long queue alone."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from labs import LabSpec, Verdict
from learn.accounts.models import User
from learn.submissions import actions, queries
from learn.submissions.models import Status, Submission
from learn.submissions.reports import Report, parse_report
from tests.learn.submissions.conftest import FILES, Broker, MakeSubmission, report_json

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_LAB = "queues/other"


@pytest.fixture(autouse=True)
def _thirty_seconds(settings: Settings) -> None:
    settings.SUBMISSION_RESEND_SECONDS = 30


def ago(seconds: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(seconds=seconds)


def report_on(submission: Submission) -> Report:
    return parse_report(report_json(lab=submission.lab))


def record(submission: Submission) -> bool:
    return actions.record_report(submission.pk, report_on(submission))


def lose_time(seconds: float) -> None:
    """As if everything had happened so much earlier."""
    earlier = dt.timedelta(seconds=seconds)
    for submission in Submission.objects.all():
        for name in ("created_at", "sent_at", "graded_at"):
            if moment := getattr(submission, name):
                setattr(submission, name, moment - earlier)
        submission.save()


# --- One at a time ----------------------------------------------------------------------------


def test_it_grades_forty_quick_submits_twice(alice: User, spec: LabSpec, broker: Broker) -> None:
    first, *_, last = [actions.submit(alice, spec, FILES) for _ in range(40)]
    assert broker.ids == [str(first.pk)]
    assert (last.sent_at, last.send_count) == (None, 0)
    assert not record(first)
    assert broker.ids == [str(first.pk), str(last.pk)]
    assert record(last)
    assert len(broker.ids) == 2
    assert Submission.objects.filter(status=Status.SUPERSEDED).count() == 39
    assert actions.resend_lost() == 0


def test_it_makes_nobody_else_wait(alice: User, ines: User, spec: LabSpec, broker: Broker) -> None:
    submitted = [actions.submit(user, spec, FILES) for user in (alice, ines)]
    assert broker.ids == [str(submission.pk) for submission in submitted]


def test_it_sends_at_once_after_a_verdict(alice: User, spec: LabSpec, broker: Broker) -> None:
    record(actions.submit(alice, spec, FILES))
    assert actions.submit(alice, spec, FILES).sent_at
    assert len(broker.jobs) == 2


def test_it_waits_for_a_submission_to_another_lab(
    make_submission: MakeSubmission, alice: User, spec: LabSpec, broker: Broker
) -> None:
    other = make_submission(lab=OTHER_LAB)
    mine = actions.submit(alice, spec, FILES)
    assert broker.jobs == []
    assert record(other)
    assert broker.ids == [str(mine.pk)]


def test_it_sends_those_that_wait_one_after_the_other(
    make_submission: MakeSubmission, broker: Broker
) -> None:
    under_way = make_submission(created_at=ago(9), sent_at=ago(9), lab="queues/third")
    older = make_submission(created_at=ago(8), sent_at=None, send_count=0)
    newer = make_submission(created_at=ago(7), sent_at=None, send_count=0, lab=OTHER_LAB)
    assert actions.resend_lost() == 0
    record(under_way)
    assert broker.ids == [str(newer.pk)]
    assert actions.resend_lost() == 0
    record(newer)
    assert broker.ids == [str(newer.pk), str(older.pk)]


def test_it_keeps_the_turn_if_the_report_is_of_another_lab(
    alice: User, spec: LabSpec, broker: Broker
) -> None:
    first = actions.submit(alice, spec, FILES)
    actions.submit(alice, spec, FILES)
    wrong = parse_report(report_json(lab=OTHER_LAB))
    assert not actions.record_report(first.pk, wrong)
    assert broker.ids == [str(first.pk)]


def test_it_sends_the_next_once_if_a_report_comes_twice(
    alice: User, spec: LabSpec, broker: Broker
) -> None:
    first = actions.submit(alice, spec, FILES)
    second = actions.submit(alice, spec, FILES)
    record(first)
    first.refresh_from_db()
    reported_at = first.graded_at
    record(first)
    assert broker.ids == [str(first.pk), str(second.pk)]
    first.refresh_from_db()
    assert (first.graded_at, first.verdict, first.report) == (reported_at, "", None)


def test_it_sends_the_next_when_the_report_is_committed(
    make_submission: MakeSubmission, broker: Broker
) -> None:
    first = make_submission(status=Status.SUPERSEDED)
    second = make_submission(sent_at=None, send_count=0)
    with transaction.atomic():
        record(first)
        assert broker.jobs == []
        transaction.set_rollback(True)
    assert broker.jobs == []
    record(first)
    assert broker.ids == [str(second.pk)]


# --- Races ------------------------------------------------------------------------------------


def claims(*submissions: Submission) -> list[bool]:
    return [actions._claim_alone(submission) for submission in submissions]


def test_it_lets_one_of_two_processes_send_what_waits(make_submission: MakeSubmission) -> None:
    make_submission(sent_at=None, send_count=0)
    one, other = Submission.objects.get(), Submission.objects.get()
    assert claims(one, other) == [True, False]
    assert Submission.objects.get().send_count == 1


def test_it_sends_one_of_two_that_two_processes_chose(make_submission: MakeSubmission) -> None:
    one = make_submission(sent_at=None, send_count=0)
    other = make_submission(sent_at=None, send_count=0, lab=OTHER_LAB)
    assert claims(one, other) == [True, False]


def test_it_sends_nothing_that_was_superseded_since_it_was_read(
    make_submission: MakeSubmission,
) -> None:
    seen = make_submission(sent_at=None, send_count=0)
    Submission.objects.update(status=Status.SUPERSEDED)
    assert claims(seen) == [False]
    assert Submission.objects.get().sent_at is None


def test_it_sends_nothing_that_was_graded_since_it_was_read(
    make_submission: MakeSubmission,
) -> None:
    seen = make_submission(sent_at=ago(100))
    record(seen)
    assert claims(seen) == [False]


def test_it_sends_one_at_a_time_in_one_sweep(
    make_submission: MakeSubmission, broker: Broker
) -> None:
    first = make_submission(created_at=ago(9), sent_at=None, send_count=0)
    make_submission(created_at=ago(8), sent_at=None, send_count=0, lab=OTHER_LAB)
    assert actions.resend_lost() == 1
    assert broker.ids == [str(first.pk)]


def test_it_frees_the_turn_of_a_superseded_row_that_the_broker_did_not_take(
    alice: User, make_submission: MakeSubmission, broker: Broker
) -> None:
    seen = make_submission()
    Submission.objects.update(status=Status.SUPERSEDED)
    broker.is_down = True
    assert not actions._deliver(seen)
    assert not queries.under_way(alice.pk, timezone.now()).exists()


# --- Losses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "is_sent"), [(25, False), (35, True)])
def test_it_sends_what_waits_for_a_lost_message(
    alice: User, spec: LabSpec, broker: Broker, seconds: int, is_sent: bool
) -> None:
    first = actions.submit(alice, spec, FILES)
    second = actions.submit(alice, spec, FILES)
    lose_time(seconds)
    assert actions.resend_lost() == is_sent
    assert broker.ids == [str(first.pk), str(second.pk)][: 1 + is_sent]


def test_it_sends_the_next_although_the_process_died_before_it_sent(
    alice: User, spec: LabSpec, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = actions.submit(alice, spec, FILES)
    second = actions.submit(alice, spec, FILES)

    def die(submission: Submission) -> None:
        raise SystemExit

    with monkeypatch.context() as context:
        context.setattr(actions, "_deliver", die)
        with pytest.raises(SystemExit):
            record(first)
    assert broker.ids == [str(first.pk)]
    lose_time(35)
    assert actions.resend_lost() == 1
    assert broker.ids == [str(first.pk), str(second.pk)]


def test_it_sends_the_next_when_the_broker_is_back(
    alice: User, spec: LabSpec, broker: Broker
) -> None:
    first = actions.submit(alice, spec, FILES)
    second = actions.submit(alice, spec, FILES)
    broker.is_down = True
    record(first)
    broker.is_down = False
    assert actions.resend_lost() == 1
    assert broker.ids == [str(first.pk), str(second.pk)]


def test_it_lets_no_lost_submission_hold_up_another_lab(
    make_submission: MakeSubmission, broker: Broker
) -> None:
    lost = make_submission(created_at=ago(40), sent_at=ago(31))
    waits = make_submission(created_at=ago(20), sent_at=None, send_count=0, lab=OTHER_LAB)
    assert actions.resend_lost() == 1
    assert broker.ids == [str(waits.pk)]
    record(waits)
    lose_time(31)
    assert actions.resend_lost() == 1
    assert broker.ids == [str(waits.pk), str(lost.pk)]


# --- A long queue -----------------------------------------------------------------------------

type Reported = Callable[..., Submission]


@pytest.fixture
def reported(make_submission: MakeSubmission, ines: User) -> Reported:
    """Stores a submission of somebody else that a worker has reported on."""

    def make(*, sent: float, came: float, **fields: object) -> Submission:
        defaults = {"user": ines, "verdict": Verdict.FAILED, "created_at": ago(sent)}
        times = {"sent_at": ago(sent), "graded_at": ago(came)}
        return make_submission(**{**defaults, **times, **fields})

    return make


@pytest.mark.parametrize(("waited", "sends"), [(100, 1), (400, 4), (1_000, 6), (50_000, 6)])
def test_it_lets_a_long_queue_be_worked_off(
    make_submission: MakeSubmission,
    reported: Reported,
    broker: Broker,
    waited: int,
    sends: int,
) -> None:
    submission = make_submission(sent_at=ago(waited), send_count=sends)
    reported(sent=waited + 1, came=5)
    assert actions.resend_lost() == 0
    submission.refresh_from_db()
    assert (submission.status, submission.send_count) == (Status.QUEUED, sends)


def test_it_knows_a_busy_worker_by_superseded_submissions_too(
    make_submission: MakeSubmission, reported: Reported, broker: Broker
) -> None:
    make_submission(sent_at=ago(100))
    reported(sent=101, came=5, status=Status.SUPERSEDED, verdict="", report=None)
    assert actions.resend_lost() == 0


def test_it_sends_again_what_a_later_message_has_overtaken(
    make_submission: MakeSubmission, reported: Reported, broker: Broker
) -> None:
    make_submission(sent_at=ago(100))
    reported(sent=99, came=5)
    assert actions.resend_lost() == 1


def test_it_gives_up_what_was_overtaken_after_six_messages(
    make_submission: MakeSubmission, reported: Reported, broker: Broker
) -> None:
    submission = make_submission(sent_at=ago(1_000), send_count=6)
    reported(sent=900, came=5)
    assert actions.resend_lost() == 0
    submission.refresh_from_db()
    assert submission.verdict == Verdict.ENGINE_ERROR


def test_it_is_not_deceived_by_a_message_that_was_sent_again(
    make_submission: MakeSubmission, reported: Reported, broker: Broker
) -> None:
    """The report may be that of the first message, which overtook nothing."""
    make_submission(sent_at=ago(100))
    reported(sent=99, came=5, send_count=2)
    assert actions.resend_lost() == 0


@pytest.mark.parametrize(
    ("sends", "waited", "silence", "is_late"),
    [
        (1, 40, 29, False),
        (1, 40, 31, True),
        (2, 70, 59, False),
        (2, 70, 61, True),
        (6, 5_000, 959, False),
        (6, 5_000, 961, True),
    ],
)
def test_it_loses_patience_when_no_report_comes(
    make_submission: MakeSubmission,
    reported: Reported,
    broker: Broker,
    sends: int,
    waited: int,
    silence: int,
    is_late: bool,
) -> None:
    submission = make_submission(sent_at=ago(waited), send_count=sends)
    reported(sent=waited + 1, came=silence)
    assert queries.overdue(timezone.now()).contains(submission) == is_late


def test_it_takes_no_engine_error_for_a_worker(
    make_submission: MakeSubmission, reported: Reported, broker: Broker
) -> None:
    """Otherwise giving up one submission would keep all others waiting."""
    submission = make_submission(sent_at=ago(1_000), send_count=6)
    reported(sent=1_001, came=5, verdict=Verdict.ENGINE_ERROR)
    actions.resend_lost()
    submission.refresh_from_db()
    assert submission.verdict == Verdict.ENGINE_ERROR


def test_it_waits_behind_a_message_that_is_only_far_back_in_the_queue(
    alice: User, spec: LabSpec, reported: Reported, broker: Broker
) -> None:
    actions.submit(alice, spec, FILES)
    actions.submit(alice, spec, FILES)
    lose_time(400)
    reported(sent=401, came=5)
    assert actions.resend_lost() == 0
    assert len(broker.jobs) == 1
