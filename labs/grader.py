"""The one pipeline: a lab and files go in, a report comes out.

It runs in the worker, which never runs the learner's code nor the checks, and never believes the
learner's process. Verdicts about limits are the worker's own; verdicts about checks come from the
cloud process.
"""

import atexit
import functools
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from labs.errors import EngineError, SubmissionError
from labs.files import check_files
from labs.sandbox.run import Outcome, RunLimits, Zygotes, run_job
from labs.spec import LabSpec, Limits
from labs.verdict import Call, CheckResult, Fault, GradeReport, PlaygroundReport, Verdict
from labs.version import __version__

PLAYGROUND_MEMORY_MB = 256
PLAYGROUND_OUTPUT_KB = 64
MAIN = "main.py"


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
) -> GradeReport:
    """Grade a submission. The same seed gives the same hidden inputs.

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
        _check_syntax(checked)
    except SubmissionError as error:
        return report(verdict=Verdict.REJECTED, message=str(error))
    job = {
        "do": "grade",
        "files": checked,
        "checks": spec.checks_path.read_text(),
        "path": str(spec.checks_path),
        "seed": seed,
        "only_visible": only_visible,
    }
    try:
        outcome, duration_ms = _timed(job, spec.limits)
    except EngineError as error:
        fault = Fault(0, str(error))
        return report(verdict=Verdict.ENGINE_ERROR, message=_ours(fault.message), fault=fault)
    parts = _printable(outcome)
    checks = _blamed(
        outcome, spec.limits, tuple(map(CheckResult.from_json, parts.get("checks", ())))
    )
    verdict = _verdict(outcome, checks)
    return report(
        verdict=verdict,
        score=sum(check.points for check in checks),
        max_score=sum(check.max_points for check in checks),
        duration_ms=duration_ms,
        message=_message(verdict, spec.limits, parts),
        stdout=outcome.output.decode("utf-8", "replace"),
        checks=checks,
        trace=_trace(parts),
        fault=_fault(parts) if verdict is Verdict.ENGINE_ERROR else None,
    )


def play(
    files: Mapping[str, str | bytes], *, main: str = MAIN, wall_seconds: float = 10
) -> PlaygroundReport:
    """Run a Python program against an empty account."""
    try:
        checked = check_files(files)
        if main not in checked:
            raise SubmissionError(f"The file {main} is missing: it is what the playground runs.")
        _check_syntax(checked)
    except SubmissionError as error:
        return PlaygroundReport(Verdict.REJECTED, message=str(error))
    limits = Limits(
        wall_seconds=wall_seconds, memory_mb=PLAYGROUND_MEMORY_MB, output_kb=PLAYGROUND_OUTPUT_KB
    )
    job = {"do": "play", "files": checked, "file": main, "seed": secrets.randbelow(2**31)}
    try:
        outcome, duration_ms = _timed(job, limits)
    except EngineError as error:
        return PlaygroundReport(Verdict.ENGINE_ERROR, message=_ours(str(error)))
    parts = _printable(outcome)
    verdict = outcome.stopped or _played(parts, has_report=outcome.report is not None)
    return PlaygroundReport(
        verdict=verdict,
        duration_ms=duration_ms,
        message=_message(verdict, limits, parts) or _error_text(parts) or parts.get("note", ""),
        stdout=outcome.output.decode("utf-8", "replace"),
        trace=_trace(parts),
        resources=parts.get("resources", {}),
    )


def _timed(job: dict[str, Any], limits: Limits) -> tuple[Outcome, int]:
    """Run a job; how it ended, and after how many milliseconds, without the start of zygotes.

    Raises:
        EngineError: our side failed.
    """
    warm_up()
    started = time.monotonic()
    run_limits = RunLimits(limits.wall_seconds, limits.memory_mb, limits.output_kb * 1024)
    outcome = run_job(zygotes(), job, run_limits)
    return outcome, round((time.monotonic() - started) * 1000)


def _check_syntax(files: Mapping[str, str]) -> None:
    """A syntax error is shown at once, with its line, and costs no attempt."""
    for name, text in files.items():
        if name.endswith(".py"):
            try:
                compile(text, name, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise SubmissionError(_syntax_sentence(name, error)) from None


def _syntax_sentence(name: str, error: Exception) -> str:
    if not isinstance(error, SyntaxError):
        return f"{name} cannot be compiled: {str(error) or type(error).__name__}."
    caret = ""
    if error.text and error.offset:
        line = error.text.rstrip("\n")[:200]
        caret = f"\n    {line}\n    {' ' * (error.offset - 1)}^"
    return f"{name} line {error.lineno}: {error.msg}.{caret}"


def _verdict(outcome: Outcome, checks: tuple[CheckResult, ...]) -> Verdict:
    found = {check.verdict for check in checks}
    # Time that ran out after the last check was done is nobody's loss.
    done_in_time = checks and Verdict.TIMED_OUT not in found
    if outcome.stopped and not (outcome.stopped is Verdict.TIMED_OUT and done_in_time):
        return outcome.stopped
    if outcome.report is None:
        # The account's process died under the learner's calls: were it our fault, endless retries
        # could be had by killing it.
        return Verdict.CRASHED
    for verdict in (
        Verdict.ENGINE_ERROR,
        Verdict.MEMORY_EXCEEDED,
        Verdict.CRASHED,
        Verdict.FAILED,
        Verdict.NOT_RUN,
    ):
        if verdict in found:
            return Verdict.FAILED if verdict is Verdict.NOT_RUN else verdict
    return Verdict.PASSED if checks else Verdict.ENGINE_ERROR


def _blamed(
    outcome: Outcome, limits: Limits, checks: tuple[CheckResult, ...]
) -> tuple[CheckResult, ...]:
    """The check during which a limit was hit says so; the cloud process does not know which."""
    if not outcome.stopped:
        return checks
    blamed = next((check for check in checks if check.verdict is Verdict.NOT_RUN), None)
    sentence = _message(outcome.stopped, limits, {})
    return tuple(
        replace(check, verdict=outcome.stopped, feedback=sentence) if check is blamed else check
        for check in checks
    )


def _message(verdict: Verdict, limits: Limits, parts: Mapping[str, Any]) -> str:
    match verdict:
        case Verdict.TIMED_OUT:
            return f"Your code was still running after {limits.wall_seconds:g} s and was stopped."
        case Verdict.OUTPUT_EXCEEDED:
            return f"Your code printed more than {limits.output_kb} KiB and was stopped."
        case Verdict.MEMORY_EXCEEDED:
            return f"Your code needed more than {limits.memory_mb} MB of memory."
        case Verdict.CRASHED if not parts:
            return "The simulated account broke down under the calls of your code."
        case Verdict.ENGINE_ERROR:
            return _ours(_fault(parts).message)
    return ""


def _fault(parts: Mapping[str, Any]) -> Fault:
    return Fault(**(parts.get("fault") or {"line": 0, "message": "no detail"}))


def _ours(detail: str) -> str:
    return f"Grading failed on our side, and no attempt was used ({detail[:300]})."


def _played(parts: Mapping[str, Any], *, has_report: bool) -> Verdict:
    error = parts.get("error")
    if not error:
        return Verdict.PASSED if has_report else Verdict.CRASHED
    return Verdict.MEMORY_EXCEEDED if error.get("errorType") == "MemoryError" else Verdict.CRASHED


def _error_text(parts: Mapping[str, Any]) -> str:
    error = parts.get("error") or {}
    return f"{error.get('errorType')}: {error.get('errorMessage')}" if error else ""


def _printable(outcome: Outcome) -> dict[str, Any]:
    """The report without lone surrogates, which no terminal and no database takes."""
    text = json.dumps(outcome.report or {}, ensure_ascii=False)
    parts: dict[str, Any] = json.loads(text.encode("utf-8", "replace"))
    return parts


def _trace(parts: Mapping[str, Any]) -> tuple[Call, ...]:
    return tuple(Call(**call) for call in parts.get("trace", ()))
