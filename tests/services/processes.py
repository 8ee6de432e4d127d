"""Looks at running processes through /proc: see proc_pid_stat(5)."""

import os
import signal
from collections import defaultdict
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.programs import wait_until


@dataclass(frozen=True)
class Running:
    """One process; its start time tells it from a later one with the same number."""

    pid: int
    parent: int
    started: int
    state: str

    def is_alive(self) -> bool:
        """Whether it still runs. Who has ended, and waits to be reaped, does not."""
        found = look_at(Path(f"/proc/{self.pid}/stat"))
        return found is not None and found.started == self.started and found.state not in "ZX"


def look_at(stat: Path) -> Running | None:
    """The process in /proc/<pid>/stat: "pid (name) state parent ...". None if it is gone."""
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return Running(int(stat.parent.name), int(fields[1]), int(fields[19]), fields[0])


def descendants(pid: int) -> frozenset[Running]:
    """All processes below this one."""
    children = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if running := look_at(stat):
            children[running.parent].append(running)
    found: set[Running] = set()
    todo = [pid]
    while todo:
        below = children[todo.pop()]
        found.update(below)
        todo += [running.pid for running in below]
    return frozenset(found)


def alive(processes: Set[Running]) -> set[Running]:
    """Those that still run."""
    return {running for running in processes if running.is_alive()}


@contextmanager
def suspended(pid: int) -> Iterator[None]:
    """The process stands still, as if it had not been started yet."""
    os.kill(pid, signal.SIGSTOP)
    try:
        wait_until(lambda: _state(pid) == "T", 10, f"process {pid} stands still")
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _state(pid: int) -> str:
    running = look_at(Path(f"/proc/{pid}/stat"))
    return running.state if running else ""


def levels_below(pid: int, levels: int) -> list[int]:
    """The processes so many generations below this one."""
    everything, above = descendants(pid), {pid}
    for _ in range(levels):
        above = {running.pid for running in everything if running.parent in above}
    return sorted(above)


def command(pid: int) -> str:
    """The words of its command line, or "" if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
