"""kill -9 at random moments, of whatever takes part in a grading: nothing lost, nothing left."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from labs.sandbox import cgroups
from labs.sandbox.pool import CLOUD_ENTRY, LEARNER_ENTRY
from learn.core.management.commands.up import beat_command, grading_environment, worker_command
from tests.learn.course_files import write_course
from tests.services.processes import Running, alive, command, descendants, levels_below
from tests.services.programs import START_SECONDS, Process, start, stop, wait_until
from tests.services.site import OURS, ROOT

pytestmark = pytest.mark.slow

# As many as fit into a minute. To try more: KILLED_GRADINGS=200 uv run pytest -n0 <this file>
COUNT = int(os.environ.get("KILLED_GRADINGS", "24"))
# Then the rest is graded in peace: a slow machine would lose zygotes as fast as they start.
KILLS = COUNT // 2
WORKERS = 2
SEED = 9
LONGEST_PAUSE_SECONDS = 1.0
GRADED_SECONDS = 10 * COUNT

CHECKS = """
from labs.checks import Cloud, check, expect


@check("It works")
def it_works(cloud: Cloud) -> None:
    cloud.create_queue("jobs")
    cloud.deploy_function("worker", handler="handler.handler")
    cloud.map_queue("jobs", "worker")
    cloud.queue("jobs").send({"number": 7})
    cloud.settle()
    (invocation,) = cloud.function("worker").invocations
    expect(invocation.response == 49, "It did not work.")
"""
HANDLER = """
import json

def handler(event, context):
    sum(range(10_000_000))  # long enough to be killed in; a sleep would pass on the virtual clock
    return json.loads(event["Records"][0]["body"])["number"] ** 2
"""
SUBMIT = f"""
from labs import find_lab
from learn.accounts.models import User
from learn.submissions.actions import submit

spec = find_lab("queues/worker")
for number in range({COUNT}):
    # One message of a learner is under way at a time: so many learners.
    user = User.objects.create_user(f"learner-{{number}}@example.com", name=str(number))
    submit(user, spec, {{"handler.py": {HANDLER!r}}})
"""


class Site:
    """What grades and records; a grading worker that has ended is started again."""

    def __init__(self, folder: Path) -> None:
        self.data, self.tmp = folder / "data", folder / "tmp"
        self.tmp.mkdir(parents=True)
        self._logs = folder
        clean = {key: value for key, value in os.environ.items() if key not in OURS}
        self.environment = {
            **clean,
            "COLDSTART_DATA": str(self.data),
            "CONTENT_DIRS": str(course(folder / "content")),
            "DJANGO_SETTINGS_MODULE": "learn.settings",
            # Long enough for a worker to start, or submissions would be given up.
            "SUBMISSION_RESEND_SECONDS": "5",
            "DEBUG": "1",
            "TMPDIR": str(self.tmp),
        }
        self.workers: list[Process] = []
        self.ever: set[Running] = set()
        self.pids: set[int] = set()

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def run(self, name: str, command: list[str], environment: Mapping[str, str]) -> Process:
        return start(command, self._logs / f"{name}.log", folder=ROOT, environment=environment)

    def keep_running_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        wait_until(lambda: self._kept_running() and time.monotonic() > end, 60, "time has passed")

    def _kept_running(self) -> bool:
        """As a supervisor does."""
        while len(self.workers) < WORKERS:
            self.workers.append(self._worker(len(self.workers)))
        for number, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.workers[number] = self._worker(number)
        for worker in self.workers:
            self.ever |= descendants(worker.pid)
            self.pids.add(worker.pid)
        return True

    def _worker(self, number: int) -> Process:
        name = f"grading{number}"
        environment = grading_environment(self.environment)
        return self.run(name, worker_command("labs.tasks", "grading", name), environment)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.data / "db.sqlite3", timeout=20)) as database:
            return database.execute(sql).fetchall()

    def queued(self) -> int:
        sql = "SELECT count(*) FROM submissions_submission WHERE status = 'queued'"
        ((count,),) = self.rows(sql)
        return int(str(count))


def course(folder: Path) -> Path:
    lab = "queues/labs/worker"
    return write_course(folder, {f"{lab}/checks.py": CHECKS, f"{lab}/starter/handler.py": HANDLER})


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    site.data.mkdir()
    site.manage("migrate")
    site.manage("shell", "-c", SUBMIT)
    with ExitStack() as stack:
        site_worker = worker_command("learn", "results,site", "site")
        for name, words in (("site-worker", site_worker), ("beat", beat_command())):
            stack.callback(stop, site.run(name, words, site.environment))
        try:
            yield site
        finally:
            for worker in site.workers:
                stop(worker)


def victims(worker: int) -> dict[str, Callable[[], list[int]]]:
    """What may be killed: a name, and where it is now."""

    def of(entry: str, level: int) -> Callable[[], list[int]]:
        return lambda: [pid for pid in levels_below(worker, level) if entry in command(pid)]

    return {
        "worker": lambda: [worker],
        "cloud zygote": of(CLOUD_ENTRY, 2),
        "learner zygote": of(LEARNER_ENTRY, 2),
        "cloud process": of(CLOUD_ENTRY, 3),
        "learner process": of(LEARNER_ENTRY, 3),
    }


def kill_one(dice: random.Random, site: Site) -> str:
    """Kill a worker that has started, or one of its processes; the name, or "" if none has."""
    found = victims(dice.choice(site.workers).pid)
    if not all(look() for look in found.values()):
        return ""
    name = dice.choice(list(found))
    for pid in dice.sample(found[name](), 1):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return name


def mounts() -> set[str]:
    return set(Path("/proc/self/mounts").read_text().splitlines())


def groups(pids: set[int]) -> list[str]:
    """Cgroups that these workers have made."""
    try:
        folder = cgroups.find().folder
    except OSError:
        return []
    return [
        group.name
        for group in folder.glob(f"{cgroups.PREFIX}*")
        if group.name.removeprefix(cgroups.PREFIX).partition("-")[0] in map(str, pids)
    ]


def test_all_is_graded_right_and_nothing_is_left(tmp_path: Path) -> None:
    dice = random.Random(SEED)  # noqa: S311 - the same moments in each run, more or less
    killed, before = Counter[str](), mounts()
    with running_site(tmp_path) as site:
        deadline = time.monotonic() + START_SECONDS + GRADED_SECONDS
        while site.queued():
            assert time.monotonic() < deadline, (site.queued(), killed)
            site.keep_running_for(dice.uniform(0, LONGEST_PAUSE_SECONDS))
            if killed.total() - killed[""] < KILLS:
                killed[kill_one(dice, site)] += 1
        outcomes = site.rows("SELECT verdict, count(*) FROM submissions_submission GROUP BY 1")

    assert outcomes == [("passed", COUNT)], killed
    assert killed.total() - killed[""] > 5, killed
    wait_until(lambda: not alive(site.ever), 10, f"all gone: {alive(site.ever)}")
    assert list(site.tmp.iterdir()) == []
    assert mounts() == before
    assert [*(site.data / "messages").glob("*/*.unfinished")] == []
    cgroups.remove(cgroups.create())  # what a killed worker leaves, the next one sweeps up
    assert groups(site.pids) == []
