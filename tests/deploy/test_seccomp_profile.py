"""deploy/seccomp.json lets a grading worker work, and no more than it needs through."""

import json
import platform
import sys
from pathlib import Path
from typing import Any

import pytest

from labs.sandbox.system_calls import ALLOWED, BY_ARGUMENT, BY_FLAG
from tests.services.confined import ROOT, as_ordinary_user, manage, python, run

PROFILE = ROOT / "deploy" / "seccomp.json"
GRADE = """
import labs
lab = labs.find_lab("sqs/partial-batch")
report = labs.grade(lab, labs.read_files(lab.folder / "solutions" / SOLUTION), seed=7)
print(report.verdict, report.sandbox)
"""
# What a container has besides its profile: no capability, and settings that cannot be changed.
READ_ONLY_SETTINGS = (
    "mount --rbind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && "
    'exec setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$@"'
)
# Nobody who grades needs these; a container's default profile forbids them as well.
DANGEROUS = {
    "add_key", "bpf", "delete_module", "fanotify_init", "finit_module", "init_module",
    "io_uring_enter", "io_uring_register", "io_uring_setup", "kcmp", "kexec_load", "keyctl",
    "open_by_handle_at", "perf_event_open", "personality", "process_vm_readv",
    "process_vm_writev", "ptrace", "reboot", "request_key", "swapon", "syslog", "userfaultfd",
}  # fmt: skip

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are x86_64's")


def names() -> set[str]:
    profile: dict[str, Any] = json.loads(PROFILE.read_text())
    return {name for group in profile["syscalls"] for name in group["names"]}


def under_profile(command: list[str], *forbidden: str) -> list[str]:
    """As in a container: the profile, an ordinary user, no capability, read-only settings."""
    loader = str(Path(__file__).with_name("oci_profile.py"))
    confined = [sys.executable, loader, str(PROFILE), ",".join(forbidden), *command]
    return as_ordinary_user(
        ["sh", "-c", READ_ONLY_SETTINGS, "sh", *confined], "--keep-caps", "--mount"
    )


def solution() -> str:
    folder = ROOT / "content" / "sqs" / "labs" / "partial-batch" / "solutions"
    return min(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_a_submission_is_graded_under_it() -> None:
    done = run(under_profile(python(GRADE.replace("SOLUTION", repr(solution())))))

    assert done.stdout == "passed strict\n", done.stderr


@pytest.mark.slow
def test_the_machine_is_ready_under_it_and_tells_of_read_only_settings() -> None:
    done = run(under_profile(manage("sandbox_status", "--json")))

    found = json.loads(done.stdout)
    absent = {one["layer"]: one["said"] for one in found["findings"] if not one["works"]}
    assert found["ok"]
    assert "Read-only file system" in absent["namespace limit"]
    assert set(absent) <= {"namespace limit", "cgroups"}


@pytest.mark.slow
def test_without_namespaces_nothing_is_graded_and_it_says_what_to_do() -> None:
    command = under_profile(
        python("from labs import tasks; tasks.prove_sandbox()"), "unshare", "mount", "setns"
    )

    done = run(command)

    assert done.returncode == 1
    assert "tier strict" in done.stderr
    assert "A seccomp filter forbids unshare, setns, mount" in done.stderr
    assert "--security-opt seccomp=deploy/seccomp.json" in done.stderr


@pytest.mark.slow
def test_without_landlock_nothing_is_graded_and_it_says_what_to_do() -> None:
    command = under_profile(
        python("from labs import tasks; tasks.prove_sandbox()"), "landlock_create_ruleset"
    )

    done = run(command)

    assert done.returncode == 1
    assert "Of landlock: A seccomp filter forbids landlock_create_ruleset" in done.stderr


def test_it_lets_through_what_the_sandbox_allows() -> None:
    assert {*ALLOWED, *BY_ARGUMENT, *BY_FLAG} <= names()


def test_it_lets_nothing_dangerous_through() -> None:
    assert names() & DANGEROUS == set()
