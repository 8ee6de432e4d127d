"""Proves a lab: its solutions pass, its starter does not, its mistakes are caught as they say."""

from collections.abc import Iterator
from pathlib import Path

from labs.errors import Problem
from labs.files import read_files
from labs.grader import grade
from labs.spec import LabSpec, Mistake
from labs.verdict import GradeReport, Verdict

# Hidden inputs differ with the seed; a fixed one makes the check's result repeatable.
SEED = 1


def prove_lab(spec: LabSpec) -> Iterator[Problem]:
    """Grade everything that the lab ships; yields what does not come out as it should."""
    for folder in spec.solutions:
        report = grade(spec, read_files(folder), seed=SEED)
        if report.verdict is not Verdict.PASSED:
            yield Problem(folder, 1, f"the solution must pass, but {_outcome(report)}")
    starter = grade(spec, dict(spec.starter), seed=SEED)
    if starter.verdict in (Verdict.PASSED, Verdict.REJECTED, Verdict.ENGINE_ERROR):
        wanted = "the starter must run and leave something to do"
        yield Problem(spec.folder / "starter", 1, f"{wanted}, but {_outcome(starter)}")
    for mistake in spec.mistakes:
        yield from _prove_mistake(spec, mistake)


def _prove_mistake(spec: LabSpec, mistake: Mistake) -> Iterator[Problem]:
    toml = spec.folder / "lab.toml"
    line = line_of(toml, f'"{mistake.name}"')
    report = grade(spec, read_files(spec.folder / "mistakes" / mistake.name), seed=SEED)
    known = [check.id for check in report.checks]
    if report.checks and mistake.caught_by not in known:
        message = f"there is no check '{mistake.caught_by}': the checks are {', '.join(known)}"
        yield Problem(toml, line, message)
        return
    caught = {check.id for check in report.checks if check.verdict is not Verdict.PASSED}
    if mistake.caught_by not in caught:
        wanted = f"the mistake '{mistake.name}' must be caught by '{mistake.caught_by}'"
        yield Problem(toml, line, f"{wanted}, but {_outcome(report)}")


def _outcome(report: GradeReport) -> str:
    for check in report.checks:
        if check.verdict not in (Verdict.PASSED, Verdict.NOT_RUN):
            return f"{check.id} gave {check.verdict}: {check.feedback or report.message}"
    return f"it gave {report.verdict}. {report.message}".rstrip()


def line_of(path: Path, text: str) -> int:
    """The first line that holds `text`, or 1."""
    lines = path.read_text().split("\n")
    return next((number for number, line in enumerate(lines, start=1) if text in line), 1)
