import datetime as dt

import pytest
from django.utils import timezone

from labs import Verdict
from learn.submissions.models import Submission
from learn.submissions.presentation import BADGES, HEADLINES, ShownSubmission
from tests.learn.submissions.conftest import LAB, report_json


def shown(verdict: str = "failed", **report: object) -> ShownSubmission:
    now = timezone.now()
    return ShownSubmission(
        Submission(
            lab=LAB,
            status="graded",
            verdict=verdict,
            score=1,
            max_score=3,
            report=report_json(verdict) | report,
            created_at=now,
            graded_at=now + dt.timedelta(milliseconds=500),
        )
    )


@pytest.mark.parametrize("verdict", Verdict)
def test_it_has_words_for_every_verdict(verdict: Verdict) -> None:
    assert HEADLINES[verdict]
    assert BADGES.get(verdict, "failed") in {"passed", "failed", "warning"}


def test_it_announces_verdict_and_score() -> None:
    assert shown().announcement == "Not there yet. 1 of 3 points."


def test_it_tells_the_way_of_a_submission_in_milliseconds() -> None:
    moments = shown().moments
    assert [moment.name for moment in moments] == ["Submitted", "Started", "Finished", "Recorded"]
    assert moments[0].after_ms == 0
    assert moments[-1].after_ms == 500


def test_it_tells_what_is_known_without_timings() -> None:
    moments = shown(timings=None).moments
    assert [moment.name for moment in moments] == ["Submitted", "Recorded"]


def test_it_cuts_long_output() -> None:
    long = shown(stdout="x" * 5_000)
    assert (len(long.output), long.output_left_out) == (4_000, 1_000)


def test_it_gives_the_pictures_what_they_are_made_from() -> None:
    evidence = shown().evidence
    assert evidence.url.endswith("/pictures/")
    assert [(check.number, check.failed) for check in evidence.checks] == [(1, False), (2, True)]
    assert [str(name) for name, _url in evidence.links] == ["trace", "map"]


def test_it_marks_a_check_that_was_not_run() -> None:
    check = {**report_json()["checks"][0], "verdict": "not_run"}
    [line] = shown(checks=[check]).checks
    assert (line.badge, line.label) == ("none", "not run")
