"""Canaries: attacks that a worker runs against its own sandbox before it takes a job.

They go the way of a learner's program, so that what they find holds for learners as well. In tier
none, which has no walls, they only say what is not held.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from labs import grader
from labs.errors import EngineError, SandboxUnavailableError
from labs.sandbox import guest
from labs.sandbox.environment import ENVIRONMENT
from labs.sandbox.tiers import Tier, configured
from labs.spec import content_dirs
from labs.verdict import Verdict

PROGRAM = Path(guest.__path__[0]) / "canary.py"
WALL_SECONDS = 10


@dataclass(frozen=True)
class Canary:
    """One attack: what it tried, and what it got, or "" if that was refused."""

    tried: str
    got: str

    @property
    def is_held(self) -> bool:
        return not self.got


def release() -> tuple[Canary, ...]:
    """Run all attacks, in the configured tier.

    Raises:
        SandboxUnavailableError: that tier cannot be had here.
        EngineError: the attacks did not come to their end.
    """
    grader.warm_up()
    files = {"main.py": PROGRAM.read_text(), "targets.json": json.dumps(_targets())}
    report = grader.play(files, wall_seconds=WALL_SECONDS)
    if report.verdict is not Verdict.PASSED:
        raise EngineError(f"the canaries ended with {report.verdict}: {report.message}")
    return tuple(Canary(tried, got) for tried, got in json.loads(report.stdout).items())


def require_held(canaries: tuple[Canary, ...]) -> None:
    """
    Raises:
        SandboxUnavailableError: one was not held, and the tier is one that should hold it.
    """
    loose = describe(canaries)
    if loose and configured() is not Tier.NONE:
        raise SandboxUnavailableError(f"The sandbox does not hold here: code can {loose}.")


def describe(canaries: tuple[Canary, ...]) -> str:
    """What was not held: "start a process (process 12), ...", or ""."""
    return ", ".join(f"{one.tried} ({one.got})" for one in canaries if not one.is_held)


def _targets() -> dict[str, object]:
    ours = {*ENVIRONMENT, "TMPDIR"}
    python = ("PYTHON", "LC_")  # Python sets these itself
    secret = [name for name in os.environ if name not in ours and not name.startswith(python)]
    folders = [str(folder) for folder in content_dirs()]
    return {"folders": folders, "pid": os.getpid(), "variables": secret}
