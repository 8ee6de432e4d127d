"""Evaluates artefacts: a job goes in, what each case came to comes out.

It runs in the worker, which parses no artefact: that is done in the cloud process, as the
simulated cloud is there and as a hostile artefact may break it.
"""

import functools
import json
import time
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from labs import grader
from labs.errors import EngineError
from labs.evaluation import (
    CaseOutcome,
    Evaluation,
    EvaluationVerdict,
    JobError,
    artefact_problem,
    read_job,
)
from labs.sandbox.limits import ProcessLimits
from labs.sandbox.run import Outcome, RunLimits, run_job
from labs.version import __version__

WALL_SECONDS = 4.0
# A second line: what runs longer than the wall clock allows is ended before this.
CPU_SECONDS = 6
MEMORY_MB = 256
MAX_REPORT_CHARS = 1_000_000
LIMITS = RunLimits(
    wall_seconds=WALL_SECONDS,
    cpu_seconds=CPU_SECONDS,
    memory_mb=MEMORY_MB,
    output_bytes=0,
    cloud=ProcessLimits(memory_mb=MEMORY_MB, cpu_seconds=CPU_SECONDS),
    grace_seconds=0,
)
_SENTENCES = {
    EvaluationVerdict.TIMED_OUT: (
        f"Your answer could not be evaluated within {WALL_SECONDS:g} s. Write it in a simpler way."
    ),
    EvaluationVerdict.MEMORY_EXCEEDED: (
        f"Your answer took more than {MEMORY_MB} MB to evaluate. Write it in a simpler way."
    ),
    EvaluationVerdict.OUTPUT_EXCEEDED: (
        "Your answer gives results that are too large to be compared. Write it so that it gives "
        "less."
    ),
    EvaluationVerdict.NOT_SIMULATED: (
        "Your answer uses something that the cloud of this course cannot evaluate (yet). It is "
        "our gap and says nothing about your answer; no attempt was used."
    ),
}


def evaluate(job: object) -> Evaluation:
    """Run an artefact on its cases; see `labs.evaluation.job` for the job.

    Never raises for what the job contains; what breaks on our side, and a job that is none, is
    the verdict engine_error.
    """
    artefact = job.get("artefact") if isinstance(job, Mapping) else None
    if isinstance(artefact, str) and (problem := artefact_problem(artefact)):
        return _evaluation(EvaluationVerdict.INVALID, problem)
    try:
        checked = read_job(job)
        grader.warm_up()
        started = time.monotonic()
        request = {"do": "evaluate", "job": job, "files": {}, "aws_calls": 0}
        outcome = run_job(grader.zygotes(), request, LIMITS)
    except EngineError as error:
        kind = "the job is wrong" if isinstance(error, JobError) else "evaluating failed"
        return _evaluation(EvaluationVerdict.ENGINE_ERROR, f"On our side {kind}: {error}"[:2000])
    duration_ms = round((time.monotonic() - started) * 1000)
    grader.zygotes().renew()
    return _read(outcome, len(checked.cases), duration_ms)


def _read(outcome: Outcome, cases: int, duration_ms: int) -> Evaluation:
    """What the cloud process reported, checked: the artefact may have taken it over."""
    if outcome.stopped:
        return _evaluation(EvaluationVerdict.TIMED_OUT, duration_ms=duration_ms)
    if outcome.report is None:
        # It died under the artefact. An error of ours would be tried again, for ever.
        return _evaluation(EvaluationVerdict.MEMORY_EXCEEDED, duration_ms=duration_ms)
    # Halves of a character, which JSON can hold, are taken by no database.
    text = json.dumps(outcome.report, ensure_ascii=False).encode("utf-8", "replace")
    try:
        found = _reader().validate_json(text, strict=True)
    except ValidationError:
        return _evaluation(EvaluationVerdict.NOT_SIMULATED, duration_ms=duration_ms)
    if found.verdict is EvaluationVerdict.EVALUATED and len(found.outcomes) != cases:
        return _evaluation(EvaluationVerdict.NOT_SIMULATED, duration_ms=duration_ms)
    return _evaluation(
        found.verdict, found.message, outcomes=found.outcomes, duration_ms=duration_ms
    )


@functools.cache
def _reader() -> TypeAdapter[Evaluation]:
    return TypeAdapter(Evaluation)


def _evaluation(
    verdict: EvaluationVerdict,
    message: str = "",
    *,
    outcomes: tuple[CaseOutcome, ...] = (),
    duration_ms: int = 0,
) -> Evaluation:
    return Evaluation(
        verdict,
        message or _SENTENCES.get(verdict, ""),
        outcomes if verdict is EvaluationVerdict.EVALUATED else (),
        duration_ms,
        __version__,
    )
