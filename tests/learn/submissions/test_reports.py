import json
from typing import Any

import pytest

from labs import Verdict
from learn.submissions.reports import ReportError, dump_report, parse_report
from tests.learn.submissions.conftest import report_json


def test_it_reads_what_a_worker_sends() -> None:
    report = parse_report(json.loads(json.dumps(report_json())))
    assert report.grade.verdict is Verdict.PASSED
    assert report.grade.checks[1].title == "Bad orders wait"
    assert report.grade.trace[0].source == "handler.py:2"
    assert report.timings is not None
    assert (report.timings.finished_at - report.timings.started_at).microseconds == 412_000


def test_it_reads_a_trace_of_the_time_before_parameters_were_kept() -> None:
    call = {"service": "s3", "operation": "X", "status": 200, "source": "", "error": ""}

    [found] = parse_report(report_json(trace=[call])).grade.trace

    assert (found.operation, found.parameters, found.duration_ms) == ("X", "", 0)


def test_it_reads_what_it_has_written() -> None:
    report = parse_report(report_json())
    assert parse_report(dump_report(report)) == report


def test_it_reads_a_report_without_timings() -> None:
    assert parse_report({**report_json(), "timings": None}).timings is None


def test_it_stores_output_that_a_database_would_refuse() -> None:
    report = parse_report(report_json(stdout="nul \0, surrogate \ud800."))
    assert dump_report(report)["stdout"] == "nul \ufffd, surrogate ?."


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "passed",
        {},
        {"lab": "queues/worker"},
        report_json() | {"verdict": "wonderful"},
        report_json() | {"verdict": "not_run"},
        report_json() | {"score": "many"},
        report_json() | {"score": -1},
        report_json() | {"score": 4},
        report_json() | {"content_hash": "c" * 65},
        report_json() | {"score": 1, "max_score": 10**12},
        report_json() | {"checks": [{"id": "one"}]},
        report_json() | {"trace": "none"},
        report_json() | {"timings": {"started_at": "yesterday"}},
        report_json() | {"timings": {"started_at": "2026-11-21T08:00:00", "finished_at": ""}},
    ],
)
def test_it_refuses_what_is_no_report(broken: Any) -> None:
    with pytest.raises(ReportError):
        parse_report(broken)
