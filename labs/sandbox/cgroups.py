"""A cgroup for each zygote, so that one busy learner cannot starve the other workers: cgroups(7).

The scheduler shares the processor among groups, and within a group among threads: whatever a
learner starts, his zygote's group gets no more than another's. Where this process may not make
groups below its own (version 2: it is not delegated), there are none, and nothing else changes.
"""

import functools
import itertools
import os
import select
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PREFIX = "coldstart-"
REMOVE_SECONDS = 1
_PAUSE_SECONDS = 0.01
_numbers = itertools.count()


@dataclass(frozen=True)
class Hierarchy:
    """Where this process's group lies; `weight` is half of what the worker and the site have."""

    folder: Path
    weight_file: str
    weight: int


def create() -> Path | None:
    """A new group for a zygote, or None where there can be none."""
    try:
        hierarchy = _usable()
        _sweep(hierarchy.folder)
        return _make(hierarchy, str(next(_numbers)))
    except OSError:
        return None


def enter(group: str) -> None:
    """Move this process, and with it all that it will fork, into a group."""
    with suppress(OSError):
        Path(group, "cgroup.procs").write_text("0")


def remove(group: Path | None) -> None:
    """Remove a group whose processes have been killed, as soon as they are gone."""
    if group is None:
        return
    with suppress(OSError):
        (group / "cgroup.kill").write_text("1")  # version 2, Linux 5.14
    for _ in range(int(REMOVE_SECONDS / _PAUSE_SECONDS)):
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            select.select([], [], [], _PAUSE_SECONDS)  # one is still dying


def probe() -> str:
    """Which hierarchy would be used: "cgroup v2 at /sys/fs/cgroup/x".

    Raises:
        OSError: none can be.
    """
    hierarchy = find()
    group = hierarchy.folder / f"{PREFIX}{os.getpid()}-probe"
    group.mkdir()
    group.rmdir()
    version = 2 if hierarchy.weight_file == "cpu.weight" else 1
    return f"cgroup v{version} at {hierarchy.folder}"


def find(proc: Path = Path("/proc/self")) -> Hierarchy:
    """The hierarchy with the cpu controller.

    Raises:
        OSError: there is none here.
    """
    for line in (proc / "cgroup").read_text().splitlines():
        _number, names, path = line.split(":", 2)
        folder = _mounted(proc, names, path)
        if names == "" and folder and "cpu" in _words(folder / "cgroup.controllers"):
            return Hierarchy(folder, "cpu.weight", 50)
        if "cpu" in names.split(",") and folder:
            return Hierarchy(folder, "cpu.shares", 512)
    raise FileNotFoundError("no cgroup with the cpu controller is mounted")


def _mounted(proc: Path, names: str, path: str) -> Path | None:
    """The folder of a group: proc_pid_mountinfo(5). Version 2 has no controllers in its name."""
    for line in (proc / "mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        root, target = before.split()[3:5]
        kind, _source, options = after.split()[:3]
        is_version_2 = names == "" and kind == "cgroup2"
        is_version_1 = names != "" and kind == "cgroup" and "cpu" in options.split(",")
        if (is_version_1 or is_version_2) and Path(path).is_relative_to(root):
            return Path(target, Path(path).relative_to(root))
    return None


@functools.cache
def _usable() -> Hierarchy:
    """The hierarchy, made ready. In version 2, a group that has groups may hold no processes."""
    hierarchy = find()
    folder, control = hierarchy.folder, hierarchy.folder / "cgroup.subtree_control"
    if hierarchy.weight_file == "cpu.weight" and "cpu" not in _words(control):
        leaf = folder / f"{PREFIX}{os.getpid()}-worker"
        leaf.mkdir()
        try:
            enter(str(leaf))
            control.write_text("+cpu")
        except OSError:  # somebody else is in there as well
            enter(str(folder))
            leaf.rmdir()
            raise
    return hierarchy


def _make(hierarchy: Hierarchy, name: str) -> Path:
    group = hierarchy.folder / f"{PREFIX}{os.getpid()}-{name}"
    group.mkdir()
    (group / hierarchy.weight_file).write_text(str(hierarchy.weight))
    return group


def _sweep(folder: Path) -> None:
    """Remove the empty groups of workers that were killed."""
    for group in folder.glob(f"{PREFIX}*"):
        if not Path("/proc", group.name.removeprefix(PREFIX).partition("-")[0]).exists():
            with suppress(OSError):
                group.rmdir()


def _words(file: Path) -> list[str]:
    return file.read_text().split()
