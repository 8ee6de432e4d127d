"""The outcome of a grading: verdicts, checks, the trace and the report that carries them."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from labs.resources import AccountChange, Resource

type Json = dict[str, Any]


class Verdict(StrEnum):
    """What became of a submission, or of one check of it."""

    PASSED = "passed"
    FAILED = "failed"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    CPU_EXCEEDED = "cpu_exceeded"
    MEMORY_EXCEEDED = "memory_exceeded"
    PROCESSES_EXCEEDED = "processes_exceeded"
    DISK_EXCEEDED = "disk_exceeded"
    FILES_EXCEEDED = "files_exceeded"
    OUTPUT_EXCEEDED = "output_exceeded"
    CALLS_EXCEEDED = "calls_exceeded"
    NOT_SIMULATED = "not_simulated"
    REJECTED = "rejected"
    ENGINE_ERROR = "engine_error"
    NOT_RUN = "not_run"  # of a check alone: something before it ended the grading

    @property
    def costs_attempt(self) -> bool:
        """Whether the learner's count of attempts goes up by it."""
        return self not in (Verdict.NOT_SIMULATED, Verdict.REJECTED, Verdict.ENGINE_ERROR)


# By the name under which the learner's process tells that it hit a limit of its own.
LIMIT_VERDICTS = {
    "memory": Verdict.MEMORY_EXCEEDED,
    "processes": Verdict.PROCESSES_EXCEEDED,
    "disk": Verdict.DISK_EXCEEDED,
    "files": Verdict.FILES_EXCEEDED,
}


@dataclass(frozen=True)
class CheckResult:
    """One check's outcome; `feedback` is the sentence for the learner, empty when it passed."""

    id: str
    title: str
    verdict: Verdict
    points: int
    max_points: int
    feedback: str
    visible: bool


@dataclass(frozen=True)
class Call:
    """One AWS call of the learner's code.

    `status` is the HTTP status, 0 if no answer ever came; `source` the place in the learner's
    code ("handler.py:14", empty if unknown); `error` the AWS error code (empty when the call
    succeeded). `parameters` and `answer` are JSON, cut and without secrets. `at_ms` (since the
    account began) and `duration_ms` are time of the account's clock. `made_by` is "script" or
    "function worker", `request_id` the invocation's; or it is a service ("rule nightly", "topic
    orders"), for what that does by itself. `resources` are those that it names, in the same way.
    `check` is the id of the check during which it was made, "" for what was made before all.
    """

    service: str
    operation: str
    status: int
    source: str
    error: str
    # Reports from before these were kept lack them.
    parameters: str = ""
    duration_ms: int = 0
    made_by: str = ""
    request_id: str = ""
    at_ms: int = 0
    answer: str = ""
    resources: tuple[str, ...] = ()
    check: str = ""

    @property
    def is_by_learner(self) -> bool:
        """Whether the learner's code made it, and not a service."""
        return not self.made_by or self.made_by.partition(" ")[0] in ("script", "function", "task")


@dataclass(frozen=True)
class CodeError:
    """An exception that ended an invocation of the learner's function.

    `source` is the innermost line of the learner's own files ("handler.py:14"), or empty.
    """

    source: str
    message: str


@dataclass(frozen=True)
class Fault:
    """What broke on our side. `line` is that of the lab's checks.py; 0 if it was not there."""

    line: int
    message: str


@dataclass(frozen=True)
class GradeReport:
    """Everything that one grading found out. `message` is one sentence on the whole, or empty.

    `sandbox` is the tier of the sandbox that ran the code, "" if none did. `fault` is set where
    the verdict is engine_error: it is for the lab's author. `accounts` has the account around each
    check that ran, as far as there is room.
    """

    lab: str
    verdict: Verdict
    score: int = 0
    max_score: int = 0
    duration_ms: int = 0
    message: str = ""
    stdout: str = ""
    checks: tuple[CheckResult, ...] = ()
    trace: tuple[Call, ...] = ()
    errors: tuple[CodeError, ...] = ()
    accounts: tuple[AccountChange, ...] = ()
    content_hash: str = ""
    engine_version: str = ""
    seed: int = 0
    sandbox: str = ""
    fault: Fault | None = None

    def to_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True)
class PlaygroundReport:
    """What a program did in an empty account.

    `resources` maps a service to what exists at the end: `{"sqs": ["queue orders (2 messages)"]}`;
    `account` is the same with what is inside.
    """

    verdict: Verdict
    duration_ms: int = 0
    message: str = ""
    stdout: str = ""
    trace: tuple[Call, ...] = ()
    resources: dict[str, list[str]] = field(default_factory=dict)
    account: tuple[Resource, ...] = ()

    def to_json(self) -> Json:
        return asdict(self)
