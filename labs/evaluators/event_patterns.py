"""Event patterns of EventBridge, run on events."""

from labs.cloud import event_patterns
from labs.evaluation import CaseOutcome, Job
from labs.evaluators.refusal import InvalidArtefactError


def evaluate(job: Job) -> list[CaseOutcome]:
    """Whether the pattern matches each event."""
    try:
        pattern = event_patterns.compile(job.artefact)
    except event_patterns.InvalidPatternError as error:
        raise InvalidArtefactError(error.message) from None
    return [CaseOutcome(pattern.matches(case.event)) for case in job.cases]
