"""A group for each zygote, where this machine has them, and elsewhere nothing."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from labs.sandbox import cgroups
from labs.sandbox.cgroups import Hierarchy
from tests.services.confined import python
from tests.services.processes import descendants

MOUNT = "30 20 0:26 {root} {target} rw,nosuid - {kind} {kind} {options}\n"


def process(folder: Path, groups: str, mounts: str) -> Path:
    """What /proc/self says."""
    folder.mkdir()
    (folder / "cgroup").write_text(groups)
    (folder / "mountinfo").write_text(mounts)
    return folder


def test_it_finds_version_2(tmp_path: Path) -> None:
    group = tmp_path / "mount" / "worker.service"
    group.mkdir(parents=True)
    (group / "cgroup.controllers").write_text("cpu memory\n")
    mounts = MOUNT.format(root="/", target=tmp_path / "mount", kind="cgroup2", options="rw")

    found = cgroups.find(process(tmp_path / "self", "0::/worker.service\n", mounts))

    assert found == Hierarchy(group, "cpu.weight", 50)


def test_it_finds_version_2_where_a_container_sees_its_own_group(tmp_path: Path) -> None:
    (tmp_path / "mount").mkdir()
    (tmp_path / "mount" / "cgroup.controllers").write_text("cpu\n")
    mounts = MOUNT.format(
        root="/docker/7", target=tmp_path / "mount", kind="cgroup2", options="rw"
    )

    found = cgroups.find(process(tmp_path / "self", "0::/docker/7\n", mounts))

    assert found.folder == tmp_path / "mount"


def test_it_finds_version_1(tmp_path: Path) -> None:
    mounts = MOUNT.format(root="/", target="/x/memory", kind="cgroup", options="rw,memory")
    mounts += MOUNT.format(root="/", target="/x/cpu", kind="cgroup", options="rw,cpu,cpuacct")
    groups = "5:memory:/a\n4:cpu,cpuacct:/user.slice\n0::/\n"

    found = cgroups.find(process(tmp_path / "self", groups, mounts))

    assert found == Hierarchy(Path("/x/cpu/user.slice"), "cpu.shares", 512)


def test_it_says_when_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no cgroup with the cpu controller"):
        cgroups.find(process(tmp_path / "self", "0::/\n", ""))


@pytest.fixture
def delegated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Files like those of a delegated group of version 2, which this machine may not have."""
    (tmp_path / "cgroup.subtree_control").write_text("")
    monkeypatch.setattr(cgroups, "find", lambda: Hierarchy(tmp_path, "cpu.weight", 50))
    cgroups._usable.cache_clear()
    yield tmp_path
    cgroups._usable.cache_clear()


def test_in_version_2_the_worker_moves_into_a_leaf_first(delegated: Path) -> None:
    group = cgroups.create()

    assert group
    assert (delegated / "cgroup.subtree_control").read_text() == "+cpu"
    assert (delegated / f"coldstart-{os.getpid()}-worker" / "cgroup.procs").read_text() == "0"
    assert (group / "cpu.weight").read_text() == "50"


def test_in_version_2_nothing_changes_where_others_are_in_the_group(delegated: Path) -> None:
    (delegated / "cgroup.subtree_control").unlink()
    (delegated / "cgroup.subtree_control").symlink_to("/proc/version")  # cannot be written to

    assert cgroups.create() is None
    assert (delegated / "cgroup.procs").read_text() == "0"  # moved back


def test_it_removes_the_empty_groups_of_killed_workers(delegated: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    (delegated / f"coldstart-{gone.pid}-1").mkdir()
    (delegated / f"coldstart-{os.getppid()}-1").mkdir()

    cgroups.create()

    assert not (delegated / f"coldstart-{gone.pid}-1").exists()
    assert (delegated / f"coldstart-{os.getppid()}-1").exists()


RUN = """
import os, signal, sys
from pathlib import Path
from labs import grader
from labs.sandbox import cgroups
grader.warm_up()
print("ready", flush=True)
sys.stdin.readline()
grader.zygotes().close()
print("closed", flush=True)
sys.stdin.readline()
"""


def groups_of(worker: int) -> set[str]:
    """The worker's groups on this machine; none if it may make none."""
    try:
        folder = cgroups.find().folder
    except OSError:
        return set()
    return {path.name for path in folder.glob(f"coldstart-{worker}-[0-9]*")}


def can_make_groups() -> bool:
    try:
        return bool(cgroups.probe())
    except OSError:
        return False


@pytest.mark.slow
def test_a_workers_zygotes_have_groups_which_end_with_them() -> None:
    with subprocess.Popen(
        python(RUN), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdin
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
        during = groups_of(worker.pid)
        inside = {
            Path(f"/proc/{running.pid}/cgroup").read_text() for running in descendants(worker.pid)
        }
        worker.stdin.write("\n")
        worker.stdin.flush()
        assert worker.stdout.readline() == "closed\n"
        after = groups_of(worker.pid)
        worker.stdin.write("\n")

    assert len(during) == (2 if can_make_groups() else 0)
    assert all(any(name in text for text in inside) for name in during)
    assert after == set()


@pytest.mark.slow
def test_kill_9_of_a_worker_leaves_empty_groups_at_most() -> None:
    with subprocess.Popen(
        python(RUN), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    next_one = subprocess.run(python(RUN), input="\n\n", capture_output=True, text=True)

    assert next_one.stdout == "ready\nclosed\n"
    assert groups_of(worker.pid) == set()
