"""The grading worker's Celery app: JSON in, JSON out, no Django, no database.

    celery -A labs.tasks worker --pool solo -Q grading

One worker is one process that grades one submission at a time; start as many as there are cores.
"""

import logging
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready
from kombu.exceptions import OperationalError

from labs import canaries, evaluator, grader
from labs.broker import (
    EVALUATE_TASK,
    GRADE_TASK,
    PLAY_TASK,
    RECORD_EVALUATION_TASK,
    RECORD_RUN_TASK,
    RECORD_START_TASK,
    RECORD_TASK,
    RECORD_WORKER_TASK,
    RESULTS_QUEUE,
    celery_settings,
)
from labs.errors import ContentError, EngineError
from labs.evaluation import Evaluation, EvaluationVerdict
from labs.sandbox import machine
from labs.spec import find_lab
from labs.verdict import GradeReport, PlaygroundReport, Verdict

ATTEMPTS = 2

logger = logging.getLogger(__name__)
# Not the current app: where the site runs in the same process, that is the site's.
app = Celery("coldstart-grading", set_as_current=False)
app.conf.update(celery_settings())


@worker_init.connect
def prove_sandbox(**_kwargs: object) -> None:
    """Take no job before the sandbox has shown that it works here, and holds."""
    try:
        found = canaries.release()
        canaries.require_held(found)
    except EngineError as error:
        raise SystemExit(str(error)) from None
    if loose := canaries.describe(found):
        logger.warning("THIS WORKER HAS NO SANDBOX. Submitted code can %s", loose)


@worker_ready.connect
def introduce(sender: Any, **_kwargs: object) -> None:
    """Tell the site which worker this is and what it stands on; nothing depends on it."""
    report = machine.examine().to_json()
    message = {"name": sender.hostname, "started_at": datetime.now(UTC).isoformat(), **report}
    try:
        app.send_task(RECORD_WORKER_TASK, kwargs={"worker": message}, queue=RESULTS_QUEUE)
    except OperationalError as error:
        logger.warning("The site will not know of this worker: %s", error)


@app.task(name=GRADE_TASK)
def grade(
    submission: str,
    lab: str,
    files: dict[str, str],
    seed: int,
    content_hash: str = "",
    only_visible: bool = False,
) -> None:
    """Grade and send the report to the queue of results. `submission` is only passed through.

    `content_hash` names the content that the learner saw. The report carries that of the content
    which graded. With `only_visible` no other checks are run.
    """
    started_at = datetime.now(UTC)
    _tell_start(submission, started_at)
    report = _report(lab, files, seed, only_visible=only_visible)
    timings = {
        "started_at": started_at.isoformat(),
        "finished_at": datetime.now(UTC).isoformat(),
    }
    message = {"submission": submission, "report": {**report.to_json(), "timings": timings}}
    app.send_task(RECORD_TASK, kwargs=message, queue=RESULTS_QUEUE)


def _tell_start(submission: str, started_at: datetime) -> None:
    """The learner's page shows it; nothing depends on it."""
    message = {"submission": submission, "started_at": started_at.isoformat()}
    try:
        app.send_task(RECORD_START_TASK, kwargs=message, queue=RESULTS_QUEUE)
    except OperationalError as error:
        logger.warning("The start of %s could not be told: %s", submission, error)


def _report(
    lab: str, files: dict[str, Any], seed: int, *, only_visible: bool = False
) -> GradeReport:
    try:
        spec = find_lab(lab)
    except ContentError as error:
        logger.error("The lab %s cannot be read: %s", lab, error)
        spec = None
    if spec is None:
        message = f"The grading worker does not have the lab {lab}; no attempt was used."
        return GradeReport(lab, Verdict.ENGINE_ERROR, message=message, seed=seed)
    for _attempt in range(ATTEMPTS):
        report = grader.grade(spec, files, seed=seed, only_visible=only_visible)
        if report.verdict is not Verdict.ENGINE_ERROR:
            break
        logger.error("Grading %s failed: %s", lab, report.message)
    return report


@app.task(name=EVALUATE_TASK)
def evaluate(answer: str, job: dict[str, Any]) -> None:
    """Run an artefact on its cases, and send what came out to the queue of results.

    `answer` is only passed through; `job` is as `labs.evaluation.job` has it.
    """
    message = {"answer": answer, "evaluation": _evaluation(job).to_json()}
    app.send_task(RECORD_EVALUATION_TASK, kwargs=message, queue=RESULTS_QUEUE)


def _evaluation(job: dict[str, Any]) -> Evaluation:
    for _attempt in range(ATTEMPTS):
        evaluation = evaluator.evaluate(job)
        if evaluation.verdict is not EvaluationVerdict.ENGINE_ERROR:
            break
        logger.error("An evaluation failed: %s", evaluation.message)
    return evaluation


@app.task(name=PLAY_TASK)
def play(run: str, files: dict[str, Any], seed: int) -> None:
    """Run a program against an empty account, and send what it did to the queue of results.

    `run` is only passed through.
    """
    message = {"run": run, "report": _played(files, seed).to_json()}
    app.send_task(RECORD_RUN_TASK, kwargs=message, queue=RESULTS_QUEUE)


def _played(files: dict[str, Any], seed: int) -> PlaygroundReport:
    for _attempt in range(ATTEMPTS):
        report = grader.play(files, seed=seed)
        if report.verdict is not Verdict.ENGINE_ERROR:
            break
        logger.error("A program could not be run: %s", report.message)
    return report
