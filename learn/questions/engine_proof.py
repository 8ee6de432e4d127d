"""Proves questions by running them: artefacts on their evaluator, snippets in the sandbox."""

from collections.abc import Iterator
from operator import contains
from pathlib import Path

import labs
from labs import Problem, read_text
from learn.questions.kinds.artefact import Artefact, ArtefactMark
from learn.questions.kinds.artefact_documents import INVALID, ArtefactDocument
from learn.questions.kinds.output import OutputDocument
from learn.questions.question import Question
from learn.questions.recordings import prove_recording
from learn.questions.variants import variant_of

# With parameters, so many variants are run; the rules of all are checked without running them.
VARIANTS_RUN = 5


def prove(path: Path, question: Question) -> Iterator[Problem]:
    """What does not come out as the question says; nothing for kinds that run nothing."""
    document = question.document
    if isinstance(document, OutputDocument):
        yield from prove_recording(path, document, question.recorded)
    if isinstance(document, ArtefactDocument):
        seeds = range(VARIANTS_RUN if document.parameters else 1)
        for seed in seeds:
            if problems := list(_prove_artefact(path, question, document, seed)):
                yield from problems
                return


def _prove_artefact(
    path: Path, question: Question, document: ArtefactDocument, seed: int
) -> Iterator[Problem]:
    variant = variant_of(question, seed)
    if not isinstance(variant, Artefact):
        raise TypeError(f"{question.path} is no artefact")
    for text, written in zip(variant.solutions, document.solutions, strict=True):
        came = _outcome(variant, text)
        if came:
            yield Problem(path, _line(path, written), f"a solution must pass, but {came[1]}")
    for mistake, known in zip(variant.mistakes, document.mistakes, strict=True):
        came = _outcome(variant, mistake.text)
        if came is None or came[0] != mistake.caught_by:
            what = came[1] if came else "it passes"
            message = f"this mistake must be caught by '{mistake.caught_by}' first, but {what}"
            yield Problem(path, _line(path, known.text), message)


def _outcome(variant: Artefact, text: str) -> tuple[str, str] | None:
    """None if it passes; else what caught it (a case's name, or "invalid"), and a sentence."""
    evaluation = labs.evaluate(variant.job(text)).to_json()
    if evaluation["verdict"] != "evaluated":
        caught_by = INVALID if evaluation["verdict"] == "invalid" else ""
        return caught_by, f"it is {evaluation['verdict']}: {evaluation['message']}"
    mark: ArtefactMark = variant.mark_evaluated(text, evaluation)
    if mark.failure is None:
        return None
    case, got = mark.failure.case, " ".join(mark.failure.got.split())
    return case.name, f"the case '{case.name}' gives: {got}"


def _line(path: Path, text: str) -> int:
    """Where a text of several lines stands in the file, as its author wrote it; else 1."""
    wanted = [line.strip() for line in text.strip().split("\n")]
    lines = read_text(path).split("\n")
    for start in range(len(lines)):
        there = lines[start : start + len(wanted)]
        if len(there) == len(wanted) and all(map(contains, there, wanted)):
            return start + 1
    return 1
