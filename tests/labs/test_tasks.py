"""The grading worker's task: JSON in, JSON out."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from kombu.exceptions import OperationalError
from pydantic import TypeAdapter

from labs import Evaluation, EvaluationVerdict, LabSpec, Verdict, evaluator, grader, tasks
from labs.verdict import GradeReport, PlaygroundReport
from tests.labs.conftest import RIGHT

type Sent = list[dict[str, Any]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What the task sent, each as {"name", "queue", ...} with its keyword arguments."""
    messages: Sent = []

    def send_task(name: str, *, kwargs: dict[str, Any], queue: str) -> None:
        messages.append({"name": name, "queue": queue, **json.loads(json.dumps(kwargs))})

    monkeypatch.setattr(tasks.app, "send_task", send_task)
    return messages


@pytest.fixture
def shipped(lab: LabSpec, monkeypatch: pytest.MonkeyPatch) -> LabSpec:
    monkeypatch.setenv("CONTENT_DIRS", str(lab.folder.parents[2]))
    return lab


def run(lab: str, code: str = RIGHT) -> None:
    tasks.grade("the-id", lab, {"handler.py": code}, 5)


def test_it_sends_the_report_to_the_queue_of_results(shipped: LabSpec, sent: Sent) -> None:
    run("test/job")

    [start, message] = sent
    assert (start["name"], start["queue"]) == ("submissions.record_start", "results")
    assert start["submission"] == "the-id"
    report = TypeAdapter(GradeReport).validate_python(message["report"])
    assert (message["name"], message["queue"]) == ("submissions.record_report", "results")
    assert message["submission"] == "the-id"
    assert (report.verdict, report.seed) == (Verdict.PASSED, 5)
    timings = message["report"]["timings"]
    assert start["started_at"] == timings["started_at"]
    assert timings["started_at"] < timings["finished_at"]


def test_it_runs_the_visible_checks_alone(shipped: LabSpec, sent: Sent) -> None:
    tasks.grade("the-id", "test/job", {"handler.py": RIGHT}, 5, only_visible=True)

    assert [check["id"] for check in sent[-1]["report"]["checks"]] == ["it_works"]


def test_an_unknown_lab_is_our_fault(shipped: LabSpec, sent: Sent) -> None:
    run("test/unknown")

    assert sent[-1]["report"]["verdict"] == "engine_error"
    assert "does not have the lab test/unknown" in sent[-1]["report"]["message"]


def test_broken_content_is_our_fault(shipped: LabSpec, sent: Sent) -> None:
    (shipped.folder / "lab.toml").write_text("broken")

    run("test/job")

    assert sent[-1]["report"]["verdict"] == "engine_error"


def test_our_fault_is_tried_again(
    shipped: LabSpec, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = [Verdict.ENGINE_ERROR, Verdict.PASSED]
    monkeypatch.setattr(
        grader, "grade", lambda *_args, **_options: GradeReport("test/job", verdicts.pop(0))
    )

    run("test/job")

    assert sent[-1]["report"]["verdict"] == "passed"


PATTERN = {
    "evaluator": "event_pattern",
    "artefact": '{"source": ["shop"]}',
    "cases": [{"event": {"source": "shop"}}, {"event": {"source": "bank"}}],
}


def test_it_sends_an_evaluation_with_the_answer_that_it_is_for(sent: Sent) -> None:
    tasks.evaluate("the-answer", PATTERN)

    [message] = sent
    evaluation = Evaluation.from_json(message["evaluation"])
    assert (message["name"], message["queue"]) == ("quizzes.record_evaluation", "results")
    assert message["answer"] == "the-answer"
    assert evaluation.verdict is EvaluationVerdict.EVALUATED
    assert [outcome.got for outcome in evaluation.outcomes] == [True, False]


def test_a_forged_job_is_answered_as_our_fault(sent: Sent) -> None:
    tasks.evaluate("the-answer", {"evaluator": "shell", "artefact": "id", "cases": []})

    assert sent[0]["evaluation"]["verdict"] == "engine_error"
    assert "there is no evaluator 'shell'" in sent[0]["evaluation"]["message"]


def test_our_fault_in_an_evaluation_is_tried_again(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = [EvaluationVerdict.ENGINE_ERROR, EvaluationVerdict.INVALID]
    monkeypatch.setattr(evaluator, "evaluate", lambda _job: Evaluation(verdicts.pop(0)))

    tasks.evaluate("the-answer", PATTERN)

    assert sent[0]["evaluation"]["verdict"] == "invalid"


def test_it_runs_a_program_and_sends_what_it_did(sent: Sent) -> None:
    tasks.play(
        "the-run", {"main.py": "import boto3\nboto3.client('s3').list_buckets()\nprint(1)"}, 5
    )

    [message] = sent
    report = TypeAdapter(PlaygroundReport).validate_python(message["report"])
    assert (message["name"], message["queue"]) == ("playground.record_run", "results")
    assert message["run"] == "the-run"
    assert (report.verdict, report.stdout) == (Verdict.PASSED, "1\n")
    assert [call.operation for call in report.trace] == ["ListBuckets"]


def test_our_fault_in_a_program_is_tried_again(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = [Verdict.ENGINE_ERROR, Verdict.PASSED]
    monkeypatch.setattr(
        grader, "play", lambda _files, **_options: PlaygroundReport(verdicts.pop(0))
    )

    tasks.play("the-run", {"main.py": ""}, 5)

    assert sent[0]["report"]["verdict"] == "passed"


def test_a_worker_that_is_ready_introduces_itself(sent: Sent) -> None:
    tasks.introduce(SimpleNamespace(hostname="grading1@host"))

    [message] = sent
    worker = message["worker"]
    assert (message["name"], message["queue"]) == ("submissions.record_worker", "results")
    assert (worker["name"], worker["tier"]) == ("grading1@host", "strict")
    assert {finding["layer"] for finding in worker["findings"]} >= {"landlock", "seccomp"}


def test_a_worker_works_though_the_site_does_not_hear_of_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def send_task(*_arguments: object, **_options: object) -> None:
        raise OperationalError("nobody listens")

    monkeypatch.setattr(tasks.app, "send_task", send_task)

    tasks.introduce(SimpleNamespace(hostname="grading1@host"))

    assert "The site will not know of this worker: nobody listens" in caplog.text


def test_its_worker_reads_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any("django" in name.lower() for name in tasks.app.conf.imports or ())
    assert set(tasks.app.tasks) >= {"labs.grade", "labs.evaluate", "labs.play"}
