"""Coldstart's engine: grades code against a simulated AWS. Usable without Django.

This is the front door. Importing it loads neither moto nor Django; `grade` and `play` load what
they need when they are first called.
"""

from typing import TYPE_CHECKING

from labs.broker import (
    GRADE_TASK,
    GRADING_QUEUE,
    RECORD_TASK,
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
from labs.files import MAX_FILE_BYTES, check_files, read_files
from labs.spec import LabSpec, content_dirs, find_lab, load_lab
from labs.verdict import Call, CheckResult, GradeReport, PlaygroundReport, Verdict
from labs.version import __version__

if TYPE_CHECKING:
    from labs.grader import grade, play
    from labs.proof import prove_lab

__all__ = [
    "GRADE_TASK",
    "GRADING_QUEUE",
    "MAX_FILE_BYTES",
    "RECORD_TASK",
    "RESULTS_QUEUE",
    "Call",
    "CheckResult",
    "ContentError",
    "Document",
    "EngineError",
    "GradeReport",
    "LabSpec",
    "LabsError",
    "PlaygroundReport",
    "Problem",
    "SandboxUnavailableError",
    "SubmissionError",
    "Verdict",
    "__version__",
    "celery_settings",
    "check_files",
    "content_dirs",
    "data_folder",
    "find_lab",
    "grade",
    "line_of",
    "load_lab",
    "play",
    "prove_lab",
    "read_files",
    "read_front_matter",
    "read_text",
    "read_toml",
    "read_yaml",
]


def __getattr__(name: str) -> object:
    """Load the grader, and with it the sandbox, when it is first asked for."""
    if name in ("grade", "play"):
        from labs import grader

        return getattr(grader, name)
    if name == "prove_lab":
        from labs.proof import prove_lab

        return prove_lab
    raise AttributeError(f"module 'labs' has no attribute '{name}'")
