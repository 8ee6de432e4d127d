"""What a failed submission to a lab asks to be reviewed. Rules without the database."""

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest

from labs import GradeReport, Verdict
from learn.questions.question import Question

# More would be a punishment: the learner wants to go on with the lab.
MAX_QUESTIONS = 5
# Of a check: these say nothing about what the learner knows.
SILENT = (Verdict.PASSED, Verdict.NOT_RUN, Verdict.NOT_SIMULATED, Verdict.ENGINE_ERROR)


def failed_concepts(report: GradeReport, concepts: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What the failed checks are about, each once; `concepts` is lab.toml's."""
    if not report.verdict.costs_attempt:
        return ()
    failed = [check.id for check in report.checks if check.verdict not in SILENT]
    return tuple(dict.fromkeys(chain.from_iterable(concepts.get(name, ()) for name in failed)))


def share_out(candidates: Mapping[str, Sequence[Question]]) -> dict[str, list[Question]]:
    """At most MAX_QUESTIONS of all concepts' questions, in turn, none twice."""
    turns = zip_longest(*([(concept, one) for one in of] for concept, of in candidates.items()))
    found: dict[str, tuple[str, Question]] = {}
    for concept, question in filter(None, chain.from_iterable(turns)):
        found.setdefault(question.path, (concept, question))
    shared: dict[str, list[Question]] = {}
    for concept, question in list(found.values())[:MAX_QUESTIONS]:
        shared.setdefault(concept, []).append(question)
    return shared
