"""Commands for machines that this one is not: another user, or something forbidden."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def as_ordinary_user(command: Sequence[str], *options: str) -> list[str]:
    """For a user who is not root and has no capability, whoever runs the tests."""
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000", *options, *command]


def without_user_namespaces(command: Sequence[str]) -> list[str]:
    """On a machine with user.max_user_namespaces=0."""
    forbid = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"'
    return as_ordinary_user(["sh", "-c", forbid, "sh", *command], "--keep-caps")


def run(
    command: Sequence[str], *, folder: Path = ROOT, seconds: float = 60, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end, with nothing but these variables in its environment."""
    return subprocess.run(
        command,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin:/usr/sbin", "SECRET_KEY": "only for tests", **environment},
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]
