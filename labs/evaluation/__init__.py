"""What is asked of an evaluator and what it answers: the job's shape, the result's shape."""

from labs.evaluation.job import (
    MAX_ARTEFACT_CHARS,
    MAX_CASES,
    Job,
    JobError,
    artefact_problem,
    evaluator_names,
    job_problems,
    read_job,
)
from labs.evaluation.result import CaseOutcome, Evaluation, EvaluationVerdict

__all__ = [
    "MAX_ARTEFACT_CHARS",
    "MAX_CASES",
    "CaseOutcome",
    "Evaluation",
    "EvaluationVerdict",
    "Job",
    "JobError",
    "artefact_problem",
    "evaluator_names",
    "job_problems",
    "read_job",
]
