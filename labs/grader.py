"""The one pipeline: a lab and files go in, a report comes out.

It runs in the worker, which never runs the learner's code nor the checks, and never believes the
learner's process. Verdicts about limits are the worker's own; verdicts about checks come from the
cloud process.
"""

import atexit
import functools
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from labs.cloud_report import CloudReport, read
from labs.errors import EngineError, SubmissionError
from labs.files import check_files
from labs.sandbox.pool import Zygotes
from labs.sandbox.run import Outcome, RunLimits, run_job
from labs.sentences import limit_sentence
from labs.spec import LabSpec, Limits
from labs.verdict import (
    LIMIT_VERDICTS,
    CheckResult,
    Fault,
    GradeReport,
    PlaygroundReport,
    Verdict,
)
from labs.version import __version__

PLAYGROUND_MEMORY_MB = 256
PLAYGROUND_OUTPUT_KB = 64
MAIN = "main.py"
NO_FAULT = Fault(0, "no detail")
NOTHING_VISIBLE = "All checks of this lab are hidden, so there was nothing to run."
# Of the checks' verdicts, the one furthest down is the whole grading's.
SEVERITY = (
    Verdict.PASSED,
    Verdict.NOT_RUN,
    Verdict.NOT_SIMULATED,
    Verdict.FAILED,
    Verdict.CRASHED,
    Verdict.FILES_EXCEEDED,
    Verdict.DISK_EXCEEDED,
    Verdict.PROCESSES_EXCEEDED,
    Verdict.MEMORY_EXCEEDED,
    Verdict.CALLS_EXCEEDED,
    Verdict.OUTPUT_EXCEEDED,
    Verdict.CPU_EXCEEDED,
    Verdict.TIMED_OUT,
    Verdict.REJECTED,
    Verdict.ENGINE_ERROR,
)


# How a program's error begins when it asked for what the account lacks.
NOT_SIMULATED_ERROR = "NotSimulatedError: "


@functools.cache
def zygotes() -> Zygotes:
    """This process's zygotes; ended with it."""
    found = Zygotes()
    atexit.register(found.close)
    return found


def warm_up() -> None:
    """Start what the first grading would have to wait for.

    Raises:
        SandboxUnavailableError: this machine refuses a layer of the sandbox.
    """
    zygotes().start()


def grade(
    spec: LabSpec,
    files: Mapping[str, str | bytes],
    *,
    seed: int | None = None,
    only_visible: bool = False,
    only_check: str = "",
) -> GradeReport:
    """Grade a submission. The same seed gives the same hidden inputs.

    `only_check` is the id of a check to be run alone, if there is such a one; where all checks
    share an account, those before it are run too.

    Never raises for what the files contain; what breaks on our side is the verdict engine_error.
    """
    seed = secrets.randbelow(2**31) if seed is None else seed
    report = functools.partial(
        GradeReport,
        lab=spec.slug,
        content_hash=spec.content_hash,
        engine_version=__version__,
        seed=seed,
    )
    try:
        checked = check_files(files, allowed=spec.file_names)
    except SubmissionError as error:
        return report(verdict=Verdict.REJECTED, message=str(error))
    job = {
        "do": "grade",
        "files": checked,
        "checks": spec.checks_path.read_text(),
        "path": str(spec.checks_path),
        "seed": seed,
        "only_visible": only_visible,
        "only_check": only_check,
        "aws_calls": spec.limits.aws_calls,
    }
    try:
        outcome, duration_ms = _timed(job, spec.limits)
    except EngineError as error:
        fault = Fault(0, str(error))
        return report(verdict=Verdict.ENGINE_ERROR, message=_ours(fault.message), fault=fault)
    said = read(outcome.report)
    if said.rejected:
        return report(verdict=Verdict.REJECTED, message=said.rejected)
    if only_visible and _has_nothing_to_run(outcome, said):
        return report(verdict=Verdict.PASSED, message=NOTHING_VISIBLE)
    last_line = outcome.last_line or said.last_line
    checks = _with_sentences(outcome, said.checks, spec.limits, last_line)
    verdict = _verdict(outcome, said, checks)
    return report(
        verdict=verdict,
        score=sum(check.points for check in checks),
        max_score=sum(check.max_points for check in checks),
        duration_ms=duration_ms,
        sandbox=zygotes().tier,
        message=_message(verdict, said, spec.limits, last_line),
        stdout=outcome.output.decode("utf-8", "replace"),
        checks=checks,
        trace=said.trace,
        errors=said.errors,
        accounts=said.accounts,
        fault=(said.fault or NO_FAULT) if verdict is Verdict.ENGINE_ERROR else None,
    )


def play(
    files: Mapping[str, str | bytes],
    *,
    main: str = MAIN,
    wall_seconds: float = 10,
    seed: int | None = None,
) -> PlaygroundReport:
    """Run a Python program against an empty account. The same seed gives the same ids."""
    try:
        checked = check_files(files)
        if main not in checked:
            raise SubmissionError(f"The file {main} is missing: it is what the playground runs.")
    except SubmissionError as error:
        return PlaygroundReport(Verdict.REJECTED, message=str(error))
    limits = Limits(
        wall_seconds=wall_seconds,
        memory_mb=PLAYGROUND_MEMORY_MB,
        output_kb=PLAYGROUND_OUTPUT_KB,
    )
    job = {
        "do": "play",
        "files": checked,
        "file": main,
        "seed": secrets.randbelow(2**31) if seed is None else seed,
        "aws_calls": limits.aws_calls,
    }
    try:
        outcome, duration_ms = _timed(job, limits)
    except EngineError as error:
        return PlaygroundReport(Verdict.ENGINE_ERROR, message=_ours(str(error)))
    said = read(outcome.report)
    if said.rejected:
        return PlaygroundReport(Verdict.REJECTED, message=said.rejected)
    verdict = outcome.stopped or _played(said)
    last_line = outcome.last_line or said.last_line
    return PlaygroundReport(
        verdict=verdict,
        duration_ms=duration_ms,
        message=said.error
        if verdict is Verdict.NOT_SIMULATED
        else (_message(verdict, said, limits, last_line) or said.error or said.note),
        stdout=outcome.output.decode("utf-8", "replace"),
        trace=said.trace,
        account=said.account,
        resources=said.resources,
    )


def _timed(job: dict[str, Any], limits: Limits) -> tuple[Outcome, int]:
    """Run a job; how it ended, and after how many milliseconds, without the start of zygotes.

    Raises:
        EngineError: our side failed.
    """
    warm_up()
    started = time.monotonic()
    run_limits = RunLimits(
        limits.wall_seconds, limits.cpu_seconds, limits.memory_mb, limits.output_kb * 1024
    )
    outcome = run_job(zygotes(), job, run_limits)
    duration_ms = round((time.monotonic() - started) * 1000)
    zygotes().renew()
    return outcome, duration_ms


def _verdict(outcome: Outcome, said: CloudReport, checks: tuple[CheckResult, ...]) -> Verdict:
    found = {check.verdict for check in checks}
    # Time that ran out after the last check was done is nobody's loss.
    done_in_time = checks and Verdict.TIMED_OUT not in found
    if outcome.stopped and not (outcome.stopped is Verdict.TIMED_OUT and done_in_time):
        return outcome.stopped
    if said.is_lost:
        # The account's process died under the learner's calls: were it our fault, endless retries
        # could be had by killing it.
        return Verdict.CRASHED
    worst = max(found, key=SEVERITY.index, default=Verdict.ENGINE_ERROR)
    return Verdict.FAILED if worst is Verdict.NOT_RUN else worst


def _has_nothing_to_run(outcome: Outcome, said: CloudReport) -> bool:
    """Whether the grading went well, but the lab has no visible check."""
    return not (outcome.stopped or said.is_lost or said.fault or said.checks)


def _with_sentences(
    outcome: Outcome, checks: tuple[CheckResult, ...], limits: Limits, last_line: str
) -> tuple[CheckResult, ...]:
    """The check during which a limit was hit says so; the cloud process does not know which."""
    if outcome.stopped:
        blamed = next((check for check in checks if check.verdict is Verdict.NOT_RUN), None)
        checks = tuple(
            replace(check, verdict=outcome.stopped) if check is blamed else check
            for check in checks
        )
    return tuple(
        replace(check, feedback=limit_sentence(check.verdict, limits, last_line) or check.feedback)
        for check in checks
    )


def _message(verdict: Verdict, said: CloudReport, limits: Limits, last_line: str) -> str:
    if verdict is Verdict.CRASHED and said.is_lost:
        return "The simulated account broke down under the calls of your code."
    if verdict is Verdict.ENGINE_ERROR:
        return _ours((said.fault or NO_FAULT).message)
    if verdict is Verdict.NOT_SIMULATED:
        missing = "the cloud of this course does not simulate (yet); no attempt was used"
        return f"Your code asked for something that {missing}."
    return limit_sentence(verdict, limits, last_line)


def _ours(detail: str) -> str:
    return f"Grading failed on our side, and no attempt was used ({detail[:300]})."


def _played(said: CloudReport) -> Verdict:
    if said.stopped:
        return said.stopped
    if said.error.startswith(NOT_SIMULATED_ERROR):
        return Verdict.NOT_SIMULATED
    if said.error:
        return LIMIT_VERDICTS.get(said.limit, Verdict.CRASHED)
    return Verdict.CRASHED if said.is_lost else Verdict.PASSED
