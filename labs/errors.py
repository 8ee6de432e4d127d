"""What can go wrong, as one tree.

LabsError
├── ContentError            a file of the course is wrong; `problems` says where
├── SubmissionError         the submitted files cannot be graded: costs no attempt
└── EngineError             our fault: verdict `engine_error`, retried, costs no attempt
    └── SandboxUnavailableError  this machine, or a setting, refuses the sandbox

What a learner's code does wrong is no exception but a value: a verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import override


class LabsError(Exception):
    """Base of all errors that the engine raises on purpose."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a content file, with what would be right."""

    path: Path
    line: int
    message: str

    @override
    def __str__(self) -> str:
        return f"{shortest(self.path)}:{self.line}: {self.message}"


class ContentError(LabsError):
    """Content files are wrong; all problems that were found, not the first alone."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class SubmissionError(LabsError):
    """The submitted files cannot be graded. The text is shown to the learner."""


class EngineError(LabsError):
    """The engine failed; nothing follows from it for the learner."""


class SandboxUnavailableError(EngineError):
    """The configured sandbox cannot be had on this machine, or does not hold."""


def shortest(path: Path) -> Path:
    """The path as seen from the working directory where that is shorter, as compilers print it."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
