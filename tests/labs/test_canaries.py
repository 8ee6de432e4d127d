"""Attacks before the first job: held here, and told by name where they are not."""

import json
import shutil
import sys
from pathlib import Path

import pytest

import labs
from labs import SandboxUnavailableError, canaries
from labs.canaries import Canary
from tests.services.confined import as_ordinary_user, python, run

# Each test starts workers and zygotes of its own.
pytestmark = pytest.mark.slow

START = "from labs import tasks; tasks.prove_sandbox(); print('takes jobs')"
RELEASE = """
import json
from labs import canaries
print(json.dumps([vars(canary) for canary in canaries.release()]))
"""


@pytest.fixture(scope="module")
def broken_engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the engine whose filter of system calls lets everything through."""
    folder = tmp_path_factory.mktemp("engine")
    shutil.copytree(Path(labs.__file__).parent, folder / "labs")
    module = folder / "labs" / "sandbox" / "seccomp.py"
    module.write_text(module.read_text() + "\n\ndef restrict(**_options): pass\n")
    return folder


def in_engine(folder: Path, program: str) -> list[str]:
    return python(f"import sys; sys.path.insert(0, {str(folder)!r}); {program}")


def test_the_sandbox_holds_them_all() -> None:
    found = canaries.release()

    assert len(found) > 12
    assert canaries.describe(found) == ""
    canaries.require_held(found)


def test_the_lite_tier_holds_them_too() -> None:
    done = run(as_ordinary_user(python(RELEASE)), SANDBOX_TIER="lite")

    assert [one for one in json.loads(done.stdout) if one["got"]] == []


def test_without_walls_hardly_any_is_held() -> None:
    done = run(as_ordinary_user(python(RELEASE)), SANDBOX_TIER="none", DEBUG="1")

    held = {one["tried"] for one in json.loads(done.stdout) if not one["got"]}
    assert held <= {"use a descriptor that it inherited", "see other processes"}


def test_a_worker_with_a_hole_takes_no_job_and_names_it(broken_engine: Path) -> None:
    done = run(in_engine(broken_engine, START))

    assert done.returncode == 1
    assert "takes jobs" not in done.stdout
    assert "The sandbox does not hold here: code can" in done.stderr
    assert "start a process (process " in done.stderr
    assert "/etc/passwd" not in done.stderr  # other walls hold that


def test_a_worker_without_walls_says_so_loudly_and_works() -> None:
    done = run(as_ordinary_user(python(START)), SANDBOX_TIER="none", DEBUG="1")

    assert done.stdout == "takes jobs\n"
    assert "THIS WORKER HAS NO SANDBOX. Submitted code can read /etc/passwd" in done.stderr


@pytest.mark.parametrize("tier", ["none", "medium"])
def test_a_worker_with_a_wrong_tier_takes_no_job(tier: str) -> None:
    done = run(python(START), SANDBOX_TIER=tier)

    assert (done.returncode, done.stdout) == (1, "")
    assert "SANDBOX_TIER" in done.stderr


def test_the_real_worker_ends_when_it_has_a_hole(broken_engine: Path, tmp_path: Path) -> None:
    command = ["-m", "celery", "-A", "labs.tasks", "worker", "-P", "solo", "-Q", "grading"]

    done = run([sys.executable, *command], folder=broken_engine, COLDSTART_DATA=str(tmp_path))

    assert done.returncode != 0
    assert "The sandbox does not hold here" in done.stderr
    assert "ready." not in done.stderr


def test_one_that_is_not_held_is_our_fault() -> None:
    with pytest.raises(SandboxUnavailableError, match=r"code can fly \(a mile\)"):
        canaries.require_held((Canary("walk", ""), Canary("fly", "a mile")))
