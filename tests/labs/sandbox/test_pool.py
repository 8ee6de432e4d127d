"""A worker's zygotes: kept, replaced when worn, and replaced when lost without losing the job."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import labs
from labs import LabSpec, Verdict, grader
from labs.sandbox import pool
from labs.sandbox.guests import Guests
from labs.sandbox.pool import CLOUD_ENTRY, LEARNER_ENTRY, Zygotes
from labs.sandbox.run import Run, RunLimits, run_job
from labs.sandbox.zygote import WARM_UP_SECONDS, Zygote, ZygoteLostError
from tests.labs.conftest import RIGHT, MakeLab
from tests.labs.sandbox.test_zygote import descendants, wait_until

# Each test starts workers and zygotes of its own.
pytestmark = pytest.mark.slow

LIMITS = RunLimits(wall_seconds=20, cpu_seconds=20, memory_mb=256, output_bytes=1000)
SHORT = RunLimits(wall_seconds=3, cpu_seconds=4, memory_mb=256, output_bytes=1000)
PLAY = {"do": "play", "file": "main.py", "seed": 1, "aws_calls": 100}


def job(program: str) -> dict[str, object]:
    return {**PLAY, "files": {"main.py": program}}


@pytest.fixture
def zygotes() -> Iterator[Zygotes]:
    found = Zygotes()
    yield found
    found.close()


def zygote_proper(zygote: Zygote) -> int:
    """The pid of the process that forks: the child of the one that was started."""
    return int(Path(f"/proc/{zygote.pid}/task/{zygote.pid}/children").read_text().split()[0])


def test_a_spare_is_ready_before_it_is_asked_for(zygotes: Zygotes) -> None:
    zygotes.start()
    zygote = zygotes.get(CLOUD_ENTRY)

    wait_until(lambda: len(descendants(zygote.pid)) == 2)  # the zygote proper, and a spare

    assert run_job(zygotes, job("print(1)"), LIMITS).output == b"1\n"
    wait_until(lambda: len(descendants(zygote.pid)) == 2)


def test_a_spare_that_died_is_passed_over(zygotes: Zygotes) -> None:
    zygotes.start()
    zygote = zygotes.get(LEARNER_ENTRY)
    wait_until(lambda: len(descendants(zygote.pid)) == 1 + pool.SPARES[LEARNER_ENTRY])
    for pid in descendants(zygote_proper(zygote)):
        os.kill(pid, signal.SIGKILL)

    assert run_job(zygotes, job("print(1)"), LIMITS).output == b"1\n"


@pytest.mark.parametrize("entry", [CLOUD_ENTRY, LEARNER_ENTRY])
def test_a_zygote_lost_between_jobs_is_replaced(zygotes: Zygotes, entry: str) -> None:
    zygotes.start()
    os.kill(zygote_proper(zygotes.get(entry)), signal.SIGKILL)

    assert run_job(zygotes, job("print(1)"), LIMITS).output == b"1\n"


@pytest.mark.parametrize("entry", [CLOUD_ENTRY, LEARNER_ENTRY])
@pytest.mark.parametrize("both_processes", [True, False])
def test_a_zygote_lost_during_a_job_is_replaced_and_the_job_done(
    zygotes: Zygotes,
    entry: str,
    both_processes: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It dies at the moment at which the learner's process has been given to the account."""
    zygotes.start()
    lost: list[int] = []
    give = Guests.start

    def kill_once(self: Guests, **options: int) -> object:
        if not lost:
            zygote = zygotes.get(entry)
            lost.append(zygote_proper(zygote))
            os.kill(zygote.pid if both_processes else lost[0], signal.SIGKILL)
            wait_until(zygote.is_lost)
        return give(self, **options)

    monkeypatch.setattr(Guests, "start", kill_once)

    outcome = run_job(zygotes, job("print(1)"), LIMITS)

    assert lost
    assert outcome.output == b"1\n"
    assert outcome.report
    assert "error" not in outcome.report


def test_a_job_whose_zygotes_die_each_time_is_given_up(
    zygotes: Zygotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Run, "execute", _lost)
    monkeypatch.setattr("labs.sandbox.run.MAX_LOST", 1)

    with pytest.raises(ZygoteLostError):
        run_job(zygotes, job("print(1)"), LIMITS)


def _lost(*_arguments: object) -> None:
    raise ZygoteLostError("gone")


def test_a_worn_zygote_is_replaced_in_the_background(
    zygotes: Zygotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MAX_STARTED", 3)
    zygotes.start()
    worn = zygotes.get(CLOUD_ENTRY)
    for _ in range(3):
        assert run_job(zygotes, job("print(1)"), LIMITS).output == b"1\n"
    zygotes.renew()
    assert zygotes.get(CLOUD_ENTRY) is worn  # it serves until the other is warm
    wait_until(zygotes._replacements[CLOUD_ENTRY].is_ready, seconds=WARM_UP_SECONDS)

    zygotes.renew()

    assert zygotes.get(CLOUD_ENTRY) is not worn
    assert not Path(f"/proc/{worn.pid}").exists()
    assert zygotes.get(CLOUD_ENTRY)._ordered == pool.SPARES[CLOUD_ENTRY]  # forked ahead already
    assert run_job(zygotes, job("print(2)"), LIMITS).output == b"2\n"


def test_a_grown_zygote_is_worn(zygotes: Zygotes) -> None:
    zygotes.start()
    zygote = zygotes.get(CLOUD_ENTRY)
    assert not pool.is_worn(zygote)

    zygote.rss_kb = zygote.first_rss_kb + pool.MAX_GROWTH_KB + 1

    assert pool.is_worn(zygote)


def test_changed_code_is_loaded_before_the_next_job(
    zygotes: Zygotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    zygotes.start()
    before = zygotes.get(CLOUD_ENTRY)
    monkeypatch.setattr(pool, "_newest_change", lambda: 1)

    zygotes.start()

    assert zygotes.get(CLOUD_ENTRY) is not before


def test_a_change_anywhere_in_the_code_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_ENGINE", tmp_path)
    for number, name in enumerate(("a.py", "b/c.py", "b/d/e.py", "b/notes.txt")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, ns=(0, number))

    assert pool._newest_change() == 2


def test_a_thousand_gradings_leave_nothing_behind(lab: LabSpec) -> None:
    before = at_rest(lab)

    for _ in range(1000):
        assert labs.grade(lab, {"handler.py": RIGHT}).verdict is Verdict.PASSED

    after = at_rest(lab)
    assert after[1:] == before[1:]
    assert after[0] - before[0] < 16


def at_rest(lab: LabSpec) -> tuple[float, int, int]:
    """Memory of all processes (MB), open files and mounts of this worker while it waits."""
    assert labs.grade(lab, {"handler.py": RIGHT}).verdict is Verdict.PASSED
    wait_until(is_complete, seconds=WARM_UP_SECONDS)
    mine = [os.getpid(), *processes()]
    return (
        sum(map(unique_mb, mine)),
        len(list(Path("/proc/self/fd").iterdir())),
        len(Path("/proc/self/mountinfo").read_text().splitlines()),
    )


def is_complete() -> bool:
    """Two processes for each zygote, and its spares: no worn zygote waits for its replacement."""
    zygotes = grader.zygotes()
    zygotes.renew()
    return not zygotes._replacements and len(processes()) == 2 * 2 + sum(pool.SPARES.values())


def processes() -> list[int]:
    """Those of the zygotes; this process may have others, such as a browser of other tests."""
    running = grader.zygotes()._running.values()
    return [pid for zygote in running for pid in (zygote.pid, *descendants(zygote.pid))]


def unique_mb(pid: int) -> float:
    """What it alone has written.

    Clean pages are those of files: they become its own when another program that has them ends.
    """
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty")) / 1024


def test_threads_of_a_hog_do_not_stop_another_grading(make_lab: MakeLab) -> None:
    hog = (
        "import hashlib, threading\n"
        "def burn():\n    while True:\n        hashlib.sha256(b'x' * 10**6).digest()\n"
        "for _ in range(32):\n    threading.Thread(target=burn).start()\n"
    )
    other, ended = Zygotes(), []
    burning = threading.Thread(target=lambda: ended.append(run_job(other, job(hog), SHORT)))
    burning.start()
    try:
        report = labs.grade(make_lab(wall_seconds=20), {"handler.py": RIGHT})
    finally:
        burning.join()
        other.close()

    assert report.verdict is Verdict.PASSED
    assert ended[0].stopped in (Verdict.TIMED_OUT, Verdict.CPU_EXCEEDED)
