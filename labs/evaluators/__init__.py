"""Evaluators of artefacts, in the cloud process: each runs one kind of artefact on its cases.

An evaluator is a function of a checked job that gives one outcome for each case, and raises
`InvalidArtefactError` where AWS would refuse the artefact.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from labs.evaluation import CaseOutcome, Evaluation, EvaluationVerdict, Job, JobError, read_job
from labs.evaluators import (
    dynamodb_expressions,
    event_filters,
    event_patterns,
    filter_policies,
    iam_policies,
    state_machines,
)
from labs.evaluators.refusal import (
    InvalidArtefactError,
    NotSimulatedError,
    ResultsTooLargeError,
)

type Evaluator = Callable[[Job], list[CaseOutcome]]

EVALUATORS: dict[str, Evaluator] = {
    "event_pattern": event_patterns.evaluate,
    "filter_policy": filter_policies.evaluate,
    "event_filter": event_filters.evaluate,
    "iam_policy": iam_policies.evaluate,
    "dynamodb_expression": dynamodb_expressions.evaluate,
    "asl": state_machines.evaluate,
}
MAX_MESSAGE_CHARS = 1000
MAX_RESULT_CHARS = 500_000


def evaluate(job: dict[str, Any]) -> dict[str, Any]:
    """The job's evaluation as JSON. What breaks is noted as a gap of ours."""
    found = _evaluated(read_job(job))
    return asdict(found)


def _evaluated(job: Job) -> Evaluation:
    try:
        outcomes = EVALUATORS[job.evaluator](job)
        return Evaluation(EvaluationVerdict.EVALUATED, outcomes=_bounded(outcomes))
    except InvalidArtefactError as error:
        return Evaluation(EvaluationVerdict.INVALID, str(error)[:MAX_MESSAGE_CHARS])
    except JobError as error:
        return Evaluation(EvaluationVerdict.ENGINE_ERROR, f"On our side the job is wrong: {error}")
    except ResultsTooLargeError:
        return Evaluation(EvaluationVerdict.OUTPUT_EXCEEDED)
    except NotSimulatedError as error:
        told = f"Your answer cannot be evaluated here, and no attempt was used. {error}"
        return Evaluation(EvaluationVerdict.NOT_SIMULATED, told[:MAX_MESSAGE_CHARS])
    except RecursionError:
        return Evaluation(EvaluationVerdict.INVALID, "Your answer is nested too deeply.")
    except MemoryError:
        return Evaluation(EvaluationVerdict.MEMORY_EXCEEDED)
    except Exception:  # a learner can cause no error of the engine, which would be tried again
        return Evaluation(EvaluationVerdict.NOT_SIMULATED)


def _bounded(outcomes: list[CaseOutcome]) -> tuple[CaseOutcome, ...]:
    """Raises ResultsTooLargeError for more than the worker is sent."""
    size = sum(len(json.dumps(asdict(outcome))) for outcome in outcomes)
    if size > MAX_RESULT_CHARS:
        raise ResultsTooLargeError
    return tuple(outcomes)
