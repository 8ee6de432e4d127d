"""A run has the visible checks run, and counts nowhere."""

import pytest
from django.utils import timezone

from labs import LabSpec
from learn.accounts.models import User
from learn.submissions import actions, queries
from learn.submissions.models import Kind, Submission
from learn.submissions.reports import parse_report
from learn.submissions.signals import report_recorded
from tests.learn.submissions.conftest import FILES, LAB, Broker, MakeSubmission, report_json

pytestmark = pytest.mark.django_db(transaction=True)


def run(user: User, spec: LabSpec) -> Submission:
    return actions.submit(user, spec, FILES, Kind.RUN)


def test_it_asks_for_the_visible_checks_alone(alice: User, spec: LabSpec, broker: Broker) -> None:
    run(alice, spec)
    assert broker.jobs[0]["only_visible"] is True


def test_it_counts_nowhere(alice: User, broker: Broker, make_submission: MakeSubmission) -> None:
    make_submission(kind=Kind.RUN, verdict="failed")
    make_submission(kind=Kind.RUN, verdict="passed")

    assert Submission.objects.count() == 0
    assert queries.lab_state(alice, LAB) is None


def test_its_report_goes_to_nobody_else(alice: User, spec: LabSpec, broker: Broker) -> None:
    heard: list[object] = []

    def hear(**facts: object) -> None:
        heard.append(facts)

    report_recorded.connect(hear)
    try:
        assert actions.record_report(run(alice, spec).pk, parse_report(report_json("failed")))
    finally:
        report_recorded.disconnect(hear)

    assert heard == []
    assert Submission.with_runs.get().verdict == "failed"


def test_it_takes_no_submissions_place(alice: User, spec: LabSpec, broker: Broker) -> None:
    submission = actions.submit(alice, spec, FILES)
    first, second = run(alice, spec), run(alice, spec)

    for row in (submission, first):
        row.refresh_from_db()
    assert submission.is_queued
    assert first.is_superseded
    assert second.is_queued


def test_a_submission_takes_its_place(alice: User, spec: LabSpec, broker: Broker) -> None:
    earlier = run(alice, spec)
    actions.submit(alice, spec, FILES)

    earlier.refresh_from_db()
    assert earlier.is_superseded


def test_old_runs_go(
    alice: User,
    spec: LabSpec,
    broker: Broker,
    make_submission: MakeSubmission,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "RUNS_KEPT", 2)
    submitted = make_submission(verdict="failed")
    for _ in range(3):
        make_submission(kind=Kind.RUN, verdict="failed")

    newest = run(alice, spec)
    actions.record_report(newest.pk, parse_report(report_json()))

    assert Submission.with_runs.filter(kind=Kind.RUN).count() == 2
    assert set(Submission.with_runs.all()) >= {submitted, newest}


def test_it_knows_its_place_in_the_queue(ines: User, make_submission: MakeSubmission) -> None:
    first = make_submission()
    second = make_submission(user=ines)
    assert [queries.place_in_queue(one) for one in (first, second)] == [1, 2]

    actions.record_start(first.pk, timezone.now())

    assert queries.place_in_queue(second) == 1
