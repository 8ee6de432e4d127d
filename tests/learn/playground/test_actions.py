"""A run is sent once, done once, and one of a person is under way at a time."""

import uuid

import pytest

from labs import SubmissionError
from learn.accounts.models import User
from learn.playground import actions
from learn.playground.actions import RUNS_KEPT
from learn.playground.limits import MAX_QUEUED
from learn.playground.models import PlaygroundRun
from learn.playground.programs import MAIN
from learn.playground.reports import parse_report
from tests.learn.playground.conftest import FILES, Broker, MakeRun, ago, report_json

pytestmark = pytest.mark.django_db(transaction=True)


def reloaded(run: PlaygroundRun) -> PlaygroundRun:
    return PlaygroundRun.objects.get(pk=run.pk)


def test_it_stores_the_program_and_sends_it(alice: User, broker: Broker) -> None:
    run = actions.run(alice, FILES)

    assert broker.jobs == [{"run": str(run.pk), "files": FILES, "seed": run.seed}]
    assert (run.is_queued, run.send_count) == (True, 1)


@pytest.mark.parametrize(
    "files",
    [{}, {"other.py": "1"}, {MAIN: "x" * 200_000}, {MAIN: b"\xff"}, {MAIN: "1", "../x.py": "1"}],
)
def test_it_stores_nothing_that_breaks_a_rule(
    alice: User, broker: Broker, files: dict[str, str | bytes]
) -> None:
    with pytest.raises(SubmissionError):
        actions.run(alice, files)

    assert not PlaygroundRun.objects.exists()
    assert not broker.jobs


def test_one_of_a_user_is_under_way_at_a_time(alice: User, ines: User, broker: Broker) -> None:
    first, second, of_another = (
        actions.run(alice, FILES),
        actions.run(alice, FILES),
        actions.run(ines, FILES),
    )
    assert broker.ids == [str(first.pk), str(of_another.pk)]

    assert actions.record_report(first.pk, parse_report(report_json()))

    assert broker.ids[2:] == [str(second.pk)]


def test_it_takes_no_more_than_a_few_that_wait(alice: User, broker: Broker) -> None:
    for _turn in range(MAX_QUEUED):
        actions.run(alice, FILES)

    with pytest.raises(actions.BusyError, match="not done yet"):
        actions.run(alice, FILES)

    assert PlaygroundRun.objects.count() == MAX_QUEUED


def test_it_records_a_report_once(make_run: MakeRun) -> None:
    run = make_run()

    assert actions.record_report(run.pk, parse_report(report_json()))
    assert not actions.record_report(run.pk, parse_report(report_json("crashed")))
    assert not actions.record_report(uuid.uuid4(), parse_report(report_json()))

    kept = reloaded(run)
    assert (kept.status, kept.verdict) == ("done", "passed")
    assert kept.report is not None
    assert kept.report["stdout"] == "hello <you>\n"


def test_it_keeps_the_newest_runs_of_each(alice: User, ines: User, make_run: MakeRun) -> None:
    oldest = make_run(verdict="passed", created_at=ago(1000))
    of_another = make_run(user=ines, verdict="passed", created_at=ago(2000))
    waiting = make_run(created_at=ago(3000), sent_at=ago(1))
    for _turn in range(RUNS_KEPT - 1):
        make_run(verdict="passed")
    last = make_run()

    actions.record_report(last.pk, parse_report(report_json()))

    left = set(PlaygroundRun.objects.values_list("pk", flat=True))
    assert oldest.pk not in left
    assert {of_another.pk, waiting.pk, last.pk} <= left


def test_a_broker_that_is_down_loses_nothing(alice: User, broker: Broker) -> None:
    broker.is_down = True
    run = actions.run(alice, FILES)
    assert (run.sent_at, run.send_count) == (None, 0)
    assert actions.resend_lost() == 0

    broker.is_down = False

    assert actions.resend_lost() == 1
    assert broker.ids == [str(run.pk)]


def test_it_sends_lost_runs_again(make_run: MakeRun, broker: Broker) -> None:
    lost = make_run(sent_at=ago(100))
    make_run(verdict="passed", sent_at=ago(5_000), done_at=ago(4_000))

    assert actions.resend_lost() == 1
    assert actions.resend_lost() == 0
    assert broker.ids == [str(lost.pk)]


def test_a_run_behind_a_long_queue_is_not_lost(
    make_run: MakeRun, ines: User, broker: Broker
) -> None:
    make_run(sent_at=ago(100))
    make_run(user=ines, verdict="passed", sent_at=ago(200), done_at=ago(2))

    assert actions.resend_lost() == 0


def test_it_gives_up_at_last(make_run: MakeRun, broker: Broker) -> None:
    run = make_run(sent_at=ago(100_000), send_count=6)

    assert actions.resend_lost() == 0

    assert reloaded(run).verdict == "engine_error"
    assert not broker.jobs
