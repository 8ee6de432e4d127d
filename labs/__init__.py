"""Coldstart's engine: grades code against a simulated AWS. Usable without Django.

This is the front door. Importing it loads neither moto nor Django; `grade`, `play` and `evaluate`
load what they need when they are first called.
"""

import importlib
from typing import TYPE_CHECKING

from labs.behaviours import Behaviour, How, behaviours_of
from labs.broker import (
    EVALUATE_TASK,
    GRADE_TASK,
    GRADING_QUEUE,
    PLAY_TASK,
    RECORD_EVALUATION_TASK,
    RECORD_RUN_TASK,
    RECORD_START_TASK,
    RECORD_TASK,
    RECORD_WORKER_TASK,
    RESULTS_QUEUE,
    celery_settings,
    data_folder,
)
from labs.documents import (
    Document,
    line_of,
    read_front_matter,
    read_text,
    read_toml,
    read_yaml,
)
from labs.errors import (
    ContentError,
    EngineError,
    LabsError,
    Problem,
    SandboxUnavailableError,
    SubmissionError,
)
from labs.evaluation import (
    MAX_ARTEFACT_CHARS,
    MAX_CASES,
    CaseOutcome,
    Evaluation,
    EvaluationVerdict,
    artefact_problem,
    evaluator_names,
    job_problems,
)
from labs.files import MAX_FILE_BYTES, check_files, read_files
from labs.resources import AccountChange, Execution, Resource, Table, VisitedState
from labs.sandbox.tiers import Tier
from labs.sandbox.tiers import configured as configured_tier
from labs.spec import LabSpec, content_dirs, find_lab, load_lab
from labs.verdict import Call, CheckResult, GradeReport, PlaygroundReport, Verdict
from labs.version import __version__

if TYPE_CHECKING:
    from labs.canaries import Canary
    from labs.canaries import release as release_canaries
    from labs.evaluator import evaluate
    from labs.grader import grade, play
    from labs.proof import problems_of, proof_steps
    from labs.sandbox.machine import Finding, MachineReport
    from labs.sandbox.machine import examine as examine_machine

__all__ = [
    "EVALUATE_TASK",
    "GRADE_TASK",
    "GRADING_QUEUE",
    "MAX_ARTEFACT_CHARS",
    "MAX_CASES",
    "MAX_FILE_BYTES",
    "PLAY_TASK",
    "RECORD_EVALUATION_TASK",
    "RECORD_RUN_TASK",
    "RECORD_START_TASK",
    "RECORD_TASK",
    "RECORD_WORKER_TASK",
    "RESULTS_QUEUE",
    "AccountChange",
    "Behaviour",
    "Call",
    "Canary",
    "CaseOutcome",
    "CheckResult",
    "ContentError",
    "Document",
    "EngineError",
    "Evaluation",
    "EvaluationVerdict",
    "Execution",
    "Finding",
    "GradeReport",
    "How",
    "LabSpec",
    "LabsError",
    "MachineReport",
    "PlaygroundReport",
    "Problem",
    "Resource",
    "SandboxUnavailableError",
    "SubmissionError",
    "Table",
    "Tier",
    "Verdict",
    "VisitedState",
    "__version__",
    "artefact_problem",
    "behaviours_of",
    "celery_settings",
    "check_files",
    "configured_tier",
    "content_dirs",
    "data_folder",
    "evaluate",
    "evaluator_names",
    "examine_machine",
    "find_lab",
    "grade",
    "job_problems",
    "line_of",
    "load_lab",
    "play",
    "problems_of",
    "proof_steps",
    "read_files",
    "read_front_matter",
    "read_text",
    "read_toml",
    "read_yaml",
    "release_canaries",
]


# What loads the grader, and with it the sandbox: name -> (module, name there).
_HEAVY = {
    "Canary": ("labs.canaries", "Canary"),
    "Finding": ("labs.sandbox.machine", "Finding"),
    "MachineReport": ("labs.sandbox.machine", "MachineReport"),
    "evaluate": ("labs.evaluator", "evaluate"),
    "examine_machine": ("labs.sandbox.machine", "examine"),
    "grade": ("labs.grader", "grade"),
    "play": ("labs.grader", "play"),
    "problems_of": ("labs.proof", "problems_of"),
    "proof_steps": ("labs.proof", "proof_steps"),
    "release_canaries": ("labs.canaries", "release"),
}


def __getattr__(name: str) -> object:
    """Load what is heavy when it is first asked for."""
    if name not in _HEAVY:
        raise AttributeError(f"module 'labs' has no attribute '{name}'")
    module, there = _HEAVY[name]
    return getattr(importlib.import_module(module), there)
