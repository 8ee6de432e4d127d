"""What is wrong with the cases of an evaluated artefact, once they are filled in."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from labs import artefact_problem, job_problems
from learn.questions.kinds.artefact_documents import INVALID, MIN_HIDDEN
from learn.questions.kinds.expectations import expectation_problem
from learn.questions.question import Fault

if TYPE_CHECKING:
    from learn.questions.kinds.artefact import Artefact


def check(variant: "Artefact") -> Iterator[Fault]:
    """What is wrong with the cases, and with solutions that nobody could send."""
    yield from _visibility_faults(variant)
    yield from _case_faults(variant)
    names = [case.name for case in variant.cases]
    for mistake in variant.mistakes:
        if mistake.caught_by not in (*names, INVALID):
            known = ", ".join((*names, INVALID))
            message = f"caught_by: there is no case '{mistake.caught_by}'; there are: {known}"
            yield Fault(message, rf"caught_by:.*{re.escape(mistake.caught_by)}")
    texts = [("solution", text) for text in variant.solutions]
    texts += [("mistake", one.text) for one in variant.mistakes if one.caught_by != INVALID]
    for role, text in texts:
        if problem := artefact_problem(text) or variant.json_problem(text):
            yield Fault(f"the {role} cannot be sent: {problem}", _first_line(text))


def _visibility_faults(variant: "Artefact") -> Iterator[Fault]:
    if not variant.visible_cases:
        yield Fault("no case is visible; mark one with 'visible: true'", "^cases:")
    if variant.hidden_count < MIN_HIDDEN:
        message = f"{variant.hidden_count} cases are hidden; {MIN_HIDDEN} near misses must be"
        yield Fault(message, "^cases:")
    for case in variant.cases:
        if not case.is_visible and not case.feedback:
            message = f"the hidden case '{case.name}' needs 'feedback': the symptom"
            yield Fault(message, re.escape(case.name))


def _case_faults(variant: "Artefact") -> Iterator[Fault]:
    seen = set()
    for case in variant.cases:
        place = re.escape(case.name)
        if case.name in seen or case.name == INVALID:
            yield Fault(f"the case '{case.name}' needs a name of its own", place)
        seen.add(case.name)
        if problem := expectation_problem(case.expectations, case.expect):
            yield Fault(f"the case '{case.name}': expect: {problem}", place)
    jobs = [case.job for case in variant.cases]
    for problem in job_problems(variant.evaluator, variant.setting, jobs):
        yield Fault(problem, _place(problem, variant))


def _place(problem: str, variant: "Artefact") -> str:
    """A pattern of the line that "case 2: ..." is about."""
    case = re.match(r"case (\d+)\b", problem)
    if case and int(case[1]) <= len(variant.cases):
        return re.escape(variant.cases[int(case[1]) - 1].name)
    return "^options:" if problem.startswith("options") else "^evaluator:"


def _first_line(text: str) -> str:
    """A pattern that finds where the text begins in the file."""
    return re.escape(text.strip().partition("\n")[0])
