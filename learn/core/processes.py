"""Starts the programs that make up the site, watches them, and leaves none behind."""

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.05
READY_SECONDS = 120
# A grading worker finishes the submission at hand before it stops.
GRACE_SECONDS = 15

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

libc = ctypes.CDLL(None, use_errno=True)


class ProgramError(Exception):
    """A program died or did not start; the message is one sentence for the person at the shell."""


@dataclass(frozen=True)
class Program:
    """What to start, and how to tell that it works: `is_ready` gets its log so far."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    is_ready: Callable[[str], bool] = bool


class Child:
    """A running program."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        keep_previous(program.log)
        with program.log.open("wb") as log:
            self._process = start(program, folder, stdout=log.fileno(), stderr=log.fileno())

    def is_ready(self) -> bool:
        """Whether it can do its work."""
        return self.program.is_ready(self.program.log.read_text(errors="replace"))

    def check_alive(self) -> None:
        """Raises `ProgramError` if it has ended."""
        if (code := self._process.poll()) is not None:
            raise ProgramError(
                f"The {self.program.name} stopped unexpectedly ({describe(code)}); "
                f"its log is {self.program.log}."
            )

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def wait_until(self, deadline: float) -> bool:
        """Waits a moment. True if it has ended, or if `deadline` (monotonic) has passed."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(POLL_SECONDS)
        return self._process.returncode is not None or time.monotonic() > deadline

    def kill(self) -> None:
        """Ends it by force, if it has not ended."""
        self._process.kill()
        self._process.wait()


class Supervisor:
    """Runs programs until it is told to stop or until one of them dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._children: list[Child] = []
        self._stop = threading.Event()
        self._hurry = threading.Event()

    def stop_on_signals(self) -> None:
        """Ctrl-C and SIGTERM stop the programs, a second one at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # As under nohup.
            signal.signal(signal.SIGHUP, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def run_first(self, program: Program) -> str:
        """Runs a program to its end and returns what it printed. Only its errors are logged."""
        keep_previous(program.log)
        with program.log.open("wb") as log:
            process = start(program, self._folder, subprocess.PIPE, log.fileno())
        while process.poll() is None and not self._stop.wait(POLL_SECONDS):
            pass
        process.terminate()
        output, _ = process.communicate()
        if process.returncode and not self._stop.is_set():
            raise ProgramError(
                f"The {program.name} failed ({describe(process.returncode)}); "
                f"the reason is in {program.log}."
            )
        return output.decode()

    def run(self, programs: Iterable[Program], on_ready: Callable[[], None]) -> None:
        """Returns when all were stopped. Raises `ProgramError` if one dies or is not ready."""
        adopt_orphans()
        try:
            self._start(programs)
            if self._wait_until_ready():
                on_ready()
            self._watch()
        finally:
            self._stop_all()

    def _start(self, programs: Iterable[Program]) -> None:
        for program in programs:
            if not self._stop.is_set():
                self._children.append(Child(program, self._folder))

    def _wait_until_ready(self) -> bool:
        """False if it was told to stop meanwhile."""
        deadline = time.monotonic() + READY_SECONDS
        waiting = list(self._children)
        while waiting and not self._stop.wait(POLL_SECONDS):
            self._check_alive()
            waiting = [child for child in waiting if not child.is_ready()]
            if waiting and time.monotonic() > deadline:
                raise ProgramError(
                    f"The {waiting[0].program.name} was not ready after {READY_SECONDS} seconds; "
                    f"its log is {waiting[0].program.log}."
                )
        return not self._stop.is_set()

    def _watch(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            self._check_alive()

    def _check_alive(self) -> None:
        for child in self._children:
            child.check_alive()

    def _stop_all(self) -> None:
        """All at once: reports that no one records any more wait in their queue."""
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            while not self._hurry.is_set() and not child.wait_until(deadline):
                pass
            child.kill()
        kill_orphans()


def start(program: Program, folder: Path, stdout: int, stderr: int) -> subprocess.Popen[bytes]:
    """Starts a program that does not outlive this process."""
    return subprocess.Popen(  # noqa: S603 (our own command lines)
        program.command,
        cwd=folder,
        env=dict(program.environment),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        # Its own session: Ctrl-C in the terminal reaches only us, and we stop it in order.
        start_new_session=True,
        preexec_fn=stop_with(os.getpid()),
    )


def keep_previous(log: Path) -> None:
    """Keeps the log of the run before, which may tell why it ended."""
    with suppress(FileNotFoundError):
        log.rename(log.with_suffix(".previous.log"))


def describe(code: int) -> str:
    """How a process ended, from its return code as `subprocess` gives it."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def stop_with(parent: int) -> Callable[[], None]:
    """What a child runs before its program: the kernel stops it if `parent` is killed."""

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # It was killed before the kernel knew.
            os._exit(1)

    return ask_kernel


def adopt_orphans() -> None:
    """Whatever our children leave behind becomes our child, and not the init process's."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_orphans() -> None:
    """Ends all children that are left. Each may leave children of its own, hence the loop."""
    while children := own_children():
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def own_children() -> list[int]:
    """The process ids of this process's children, dead ones that nobody waited for included."""
    stats = (stat for stat in Path("/proc").glob("[0-9]*/stat"))
    return [int(stat.parent.name) for stat in stats if parent_of(stat) == os.getpid()]


def parent_of(stat: Path) -> int | None:
    """The parent in /proc/<pid>/stat, "pid (name) state parent ...": see proc_pid_stat(5)."""
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None
