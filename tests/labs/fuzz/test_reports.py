"""A cloud process that was taken over reports to the worker, which must make a report of it."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

import labs
from labs import GradeReport, LabSpec, Verdict, grader
from labs.sandbox.run import Outcome
from tests.labs.conftest import RIGHT
from tests.labs.fuzz.bounded import examples, objects, values

pytestmark = pytest.mark.slow

CHECK = {
    "id": "it_works",
    "title": "It works",
    "verdict": "passed",
    "points": 1,
    "max_points": 1,
    "feedback": "",
    "visible": True,
}
checks = st.builds(lambda odd: {**CHECK, **odd}, objects(*CHECK)) | st.just(CHECK) | values
reports = st.fixed_dictionaries(
    {},
    optional={
        "checks": st.lists(checks, max_size=3) | values,
        "trace": st.lists(objects("service", "operation", "status"), max_size=2) | values,
        "fault": objects("line", "message") | values,
        **dict.fromkeys(("last_line", "error", "limit", "note", "stopped", "rejected"), values),
        "resources": st.dictionaries(st.text(), values) | values,
    },
)
stops = st.sampled_from([None, Verdict.TIMED_OUT, Verdict.OUTPUT_EXCEEDED, Verdict.CPU_EXCEEDED])
outcomes = st.builds(Outcome, reports | st.none(), stops, st.binary(max_size=20))


def with_check(**odd: Any) -> Outcome:
    return Outcome({"checks": [{**CHECK, **odd}]}, None, b"")


@pytest.fixture
def lab_(lab: LabSpec, monkeypatch: pytest.MonkeyPatch) -> LabSpec:
    grader.warm_up()
    return lab


@given(outcomes)
@example(with_check(points=float("nan")))
@example(with_check(points="1"))
@example(with_check(points=10**400))
@example(with_check(points=5, max_points=1))
@example(with_check(points=-5))
@example(with_check(verdict="rejected"))
@example(with_check(title=["<script>"], feedback={"a": 1}))
@example(with_check(feedback="\ud800"))
@example(Outcome({"checks": 5}, None, b""))
@example(Outcome({"checks": [], "fault": {"line": 1}}, None, b""))
@example(Outcome({"rejected": ["x"], "checks": []}, None, b""))
@examples(300)
def test_a_grading_always_ends_in_a_report(lab_: LabSpec, outcome: Outcome) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grader, "run_job", lambda *_arguments: outcome)
        report = labs.grade(lab_, {"handler.py": RIGHT}, seed=1)

    text = json.dumps(report.to_json(), allow_nan=False, ensure_ascii=False)
    assert TypeAdapter(GradeReport).validate_json(text) == report
    assert 0 <= report.score <= report.max_score
    assert isinstance(report.message, str)


@given(outcomes)
@example(Outcome({"limit": [], "error": "x"}, None, b""))
@example(Outcome({"limit": "passed", "error": 5}, None, b""))
@example(Outcome({"stopped": "x"}, None, b""))
@example(Outcome({"resources": [], "note": 5, "last_line": 5}, Verdict.TIMED_OUT, b""))
@example(Outcome({"trace": [{}]}, None, b""))
@examples(200)
def test_a_playground_always_ends_in_a_report(lab_: LabSpec, outcome: Outcome) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grader, "run_job", lambda *_arguments: outcome)
        report = labs.play({"main.py": ""}, seed=1)

    text = json.dumps(report.to_json(), allow_nan=False, ensure_ascii=False)
    text.encode()
    assert isinstance(report.message, str)
    assert all(isinstance(line, str) for lines in report.resources.values() for line in lines)
