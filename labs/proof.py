"""Proves a lab: its solutions pass, its starter does not, its mistakes are caught as they say."""

import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from labs.errors import ContentError, Problem
from labs.grader import grade
from labs.spec import LabSpec, Mistake, mistake_line, read_code
from labs.verdict import Fault, GradeReport, Verdict

# Hidden inputs differ with the seed; a fixed one makes the check's result repeatable.
SEED = 1


type Step = Callable[[], list[Problem]]
"""One grading of a proof; another process can do it as well."""


class BrokenLabError(Exception):
    """Our side broke: no other grading of this lab would tell more."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def proof_steps(spec: LabSpec, *, whole: bool = False) -> list[Step]:
    """The gradings that prove a lab.

    A mistake is run against the check that must catch it, and only if that does not, or if
    `whole`, against all of them: a lab has many mistakes, and each has one claim.
    """
    steps = [
        *(partial(_prove_solution, spec, folder) for folder in spec.solutions),
        partial(_prove_starter, spec),
        *(partial(_prove_mistake, spec, mistake, whole) for mistake in spec.mistakes),
    ]
    return [partial(_done, step) for step in steps]


def problems_of(steps: Iterable[Step]) -> Iterator[Problem]:
    """What is wrong by each step. A fault of checks.py is told once, and ends the proof."""
    try:
        for step in steps:
            yield from step()
    except BrokenLabError as broken:
        yield broken.problem


def _done(prove: Callable[[], Iterator[Problem]]) -> list[Problem]:
    try:
        return list(prove())
    except ContentError as error:
        return list(error.problems)


def _prove_solution(spec: LabSpec, folder: Path) -> Iterator[Problem]:
    report = _graded(spec, folder)
    if report.verdict is not Verdict.PASSED:
        path = folder / spec.file_names[0]
        yield Problem(path, 1, f"the solution must pass, but {_outcome(report)}")
    if folder == spec.solutions[0]:
        yield from _concept_problems(spec, [check.id for check in report.checks])


def _prove_starter(spec: LabSpec) -> Iterator[Problem]:
    folder = spec.folder / "starter"
    if _graded(spec, folder).verdict is Verdict.PASSED:
        message = "the starter must leave something to do, but it passes"
        yield Problem(folder / spec.file_names[0], 1, message)


def _concept_problems(spec: LabSpec, known: list[str]) -> Iterator[Problem]:
    """Concepts are given to checks that there are."""
    for check in spec.concepts:
        if known and check not in known:
            message = f"concepts: there is no check '{check}': the checks are {', '.join(known)}"
            yield Problem(spec.folder / "lab.toml", spec.concepts_line(check), message)


def _prove_mistake(spec: LabSpec, mistake: Mistake, whole: bool) -> Iterator[Problem]:
    folder = spec.folder / "mistakes" / mistake.name
    alone = "" if whole else mistake.caught_by
    if alone and alone in _caught(_graded(spec, folder, only=alone)):
        return
    report = _graded(spec, folder)
    line = mistake_line(spec.folder / "lab.toml", mistake.name)
    problem = partial(Problem, spec.folder / "lab.toml", line)
    known = [check.id for check in report.checks]
    if known and mistake.caught_by not in known:
        yield problem(
            f"there is no check '{mistake.caught_by}': the checks are {', '.join(known)}"
        )
        return
    if mistake.caught_by not in _caught(report):
        wanted = f"the mistake '{mistake.name}' must be caught by '{mistake.caught_by}'"
        yield problem(f"{wanted}, but {_outcome(report)}")


def _caught(report: GradeReport) -> set[str]:
    return {check.id for check in report.checks if check.verdict is not Verdict.PASSED}


def _graded(spec: LabSpec, folder: Path, *, only: str = "") -> GradeReport:
    """The report on the files of a folder.

    Raises:
        ContentError: a file is no Python, or could not be submitted.
        BrokenLabError: nothing of this lab can be graded.
    """
    files = {name: read_code(folder / name) for name in spec.file_names}
    for name, text in files.items():
        if name.endswith(".py"):
            _check_syntax(folder / name, text)
    report = grade(spec, files, seed=SEED, only_check=only)
    if report.fault:
        raise BrokenLabError(_fault_problem(spec, report.fault))
    if report.verdict is Verdict.TIMED_OUT and not report.checks:
        # The learner's processes are ended at the limit; what went on were the checks.
        endless = Fault(1, "does not come to an end: a check runs without limit")
        raise BrokenLabError(_fault_problem(spec, endless))
    return report


def _check_syntax(path: Path, text: str) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        problem = Problem(path, error.lineno or 1, f"is not Python: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        problem = Problem(path, 1, f"is not Python: {str(error) or type(error).__name__}")
    else:
        return
    raise ContentError([problem])


def _fault_problem(spec: LabSpec, fault: Fault) -> Problem:
    if fault.line:
        return Problem(spec.checks_path, fault.line, fault.message)
    return Problem(spec.folder / "lab.toml", 1, f"cannot be graded here: {fault.message}")


def _outcome(report: GradeReport) -> str:
    for check in report.checks:
        if check.verdict not in (Verdict.PASSED, Verdict.NOT_RUN):
            return _one_line(f"{check.id} gave {check.verdict}: {check.feedback}")
    return _one_line(f"it gave {report.verdict}. {report.message}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
