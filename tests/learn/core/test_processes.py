"""Starting, watching and stopping programs, in a process of its own.

The supervisor adopts and ends everything that its process leaves behind, which must not be the
process that runs the tests.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PREAMBLE = """
import os, signal, sys, time
from pathlib import Path
from learn.core.processes import Program, ProgramError, Supervisor, own_children

def python(name, code, ready=lambda log: "ready" in log):
    log = Path(sys.argv[1]) / f"{name}.log"
    return Program(name, [sys.executable, "-uc", code], {}, log, ready)

supervisor = Supervisor(Path(sys.argv[1]))
supervisor.stop_on_signals()
"""

WAITS = "import signal; print('ready'); signal.pause()"
LEAVES_ONE_BEHIND = """
import subprocess, sys
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)
print('ready')
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('ready')
time.sleep(600)
"""


def supervise(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Runs `code` after the preamble, with the folder for logs as its argument."""
    return subprocess.run(
        [sys.executable, "-c", PREAMBLE + code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_stops_the_programs_when_told_to(tmp_path: Path) -> None:
    done = supervise(
        tmp_path,
        f"""
programs = [python("one", {WAITS!r}), python("two", {WAITS!r})]
supervisor.run(programs, on_ready=lambda: os.kill(os.getpid(), signal.SIGTERM))
print("children:", own_children())
""",
    )

    assert done.stderr == ""
    assert done.stdout == "children: []\n"


def test_it_raises_when_a_program_dies(tmp_path: Path) -> None:
    done = supervise(
        tmp_path,
        f"""
programs = [python("one", {WAITS!r}), python("two", "print('ready'); raise SystemExit(3)")]
try:
    supervisor.run(programs, on_ready=lambda: None)
except ProgramError as error:
    print(error)
print("children:", own_children())
""",
    )

    assert done.stdout == (
        f"The two stopped unexpectedly (exit code 3); its log is {tmp_path}/two.log.\n"
        "children: []\n"
    )


def test_it_ends_what_a_dead_program_left_behind(tmp_path: Path) -> None:
    done = supervise(
        tmp_path,
        f"""
try:
    supervisor.run([python("one", {LEAVES_ONE_BEHIND!r})], on_ready=lambda: None)
except ProgramError as error:
    print(error)
print("children:", own_children())
""",
    )

    assert "(exit code 0)" in done.stdout
    assert done.stdout.endswith("children: []\n")


def test_it_stops_a_stubborn_program_by_force(tmp_path: Path) -> None:
    done = supervise(
        tmp_path,
        f"""
import learn.core.processes
learn.core.processes.GRACE_SECONDS = 0.2
supervisor.run(
    [python("one", {STUBBORN!r})], on_ready=lambda: os.kill(os.getpid(), signal.SIGTERM)
)
print("children:", own_children())
""",
    )

    assert done.stdout == "children: []\n"


def test_it_does_not_wait_after_a_second_signal(tmp_path: Path) -> None:
    done = supervise(
        tmp_path,
        f"""
import learn.core.processes
learn.core.processes.GRACE_SECONDS = 600
def stop_twice():
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGINT)
supervisor.run([python("one", {STUBBORN!r})], on_ready=stop_twice)
print("children:", own_children())
""",
    )

    assert done.stdout == "children: []\n"


def test_it_says_which_program_is_not_ready(tmp_path: Path) -> None:
    done = supervise(
        tmp_path,
        f"""
import learn.core.processes
learn.core.processes.READY_SECONDS = 0.2
try:
    supervisor.run([python("one", {WAITS!r}, lambda log: False)], on_ready=lambda: None)
except ProgramError as error:
    print(error)
""",
    )

    assert done.stdout == (
        f"The one was not ready after 0.2 seconds; its log is {tmp_path}/one.log.\n"
    )


@pytest.mark.parametrize("signal_name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_it_starts_nothing_after_it_was_told_to_stop(tmp_path: Path, signal_name: str) -> None:
    done = supervise(
        tmp_path,
        f"""
os.kill(os.getpid(), signal.{signal_name})
supervisor.run([python("one", {WAITS!r})], on_ready=lambda: print("ready"))
""",
    )

    assert done.returncode == 0
    assert done.stdout == ""
    assert not (tmp_path / "one.log").exists()


def test_it_returns_what_the_first_program_prints(tmp_path: Path) -> None:
    done = supervise(
        tmp_path,
        """
print(supervisor.run_first(python("first", "print('hello')")))
""",
    )

    assert done.stdout == "hello\n\n"


def test_it_raises_when_the_first_program_fails(tmp_path: Path) -> None:
    done = supervise(
        tmp_path,
        """
try:
    supervisor.run_first(python("first", "raise SystemExit('no')"))
except ProgramError as error:
    print(error)
""",
    )

    assert done.stdout == (
        f"The first failed (exit code 1); the reason is in {tmp_path}/first.log.\n"
    )
    assert (tmp_path / "first.log").read_text() == "no\n"
