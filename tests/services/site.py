"""The whole site, as `manage.py up` runs it."""

import http.client
import os
import re
import signal
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.services.processes import alive, descendants
from tests.services.programs import (
    START_SECONDS,
    STOP_SECONDS,
    Process,
    free_port,
    start,
    wait_until,
)

ROOT = Path(__file__).resolve().parents[2]

# What a developer's shell may have set must not reach the run.
OURS = (
    "COLDSTART_DATA",
    "CONTENT_DIRS",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "CACHE_URL",
    "SECRET_KEY",
    "DEBUG",
    "HTTPS",
    "ALLOWED_HOSTS",
    "SUBMISSION_RESEND_SECONDS",
    "SUBMISSIONS_PER_MINUTE",
)


class Site:
    """A data folder and the runs of `manage.py up` on it, one at a time."""

    def __init__(self, data: Path, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = free_port()
        self._output = data.parent / f"output-{self.port}.txt"
        clean = {key: value for key, value in os.environ.items() if key not in OURS}
        self._environment = {**clean, **(environment or {})}
        self.process = self._start()

    def _start(self) -> Process:
        arguments = ("up", "--port", str(self.port), "--data", str(self.data))
        command = [sys.executable, "manage.py", *arguments]
        return start(command, self._output, folder=ROOT, environment=self._environment)

    def start_again(self) -> None:
        """After it has ended."""
        assert not self.is_running()
        self.process = self._start()
        self.wait_until_ready()

    def is_running(self) -> bool:
        """Whether `up` itself has not ended."""
        return self.process.poll() is None

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """What `up` has printed in this run."""
        return self._output.read_text()

    @property
    def join_code(self) -> str:
        """Of the demo cohort."""
        ((code,),) = self.rows("SELECT join_code FROM cohorts_cohort")
        return str(code)

    def wait_until_ready(self) -> None:
        """Fails if it ends instead."""

        def ready_or_dead() -> bool:
            return "Ctrl-C stops it" in self.output or not self.is_running()

        wait_until(ready_or_dead, START_SECONDS, f"up is ready: {self.output}")
        assert self.is_running(), self.output

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page, without a session."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(connection):
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()

    def processes(self) -> dict[int, str]:
        """`{process id: command line}` of everything that was started with the data folder."""
        mark = f"COLDSTART_DATA={self.data}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(folder.name)] = command.decode()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found

    def pid_of(self, words: str) -> int:
        """The first program whose command line has these words."""
        return min(pid for pid, command in self.processes().items() if words in command)

    @property
    def grading_worker(self) -> int:
        """Its process id."""
        return self.pid_of("-A labs.tasks worker")

    @property
    def site_worker(self) -> int:
        """Its process id."""
        return self.pid_of("-A learn worker")

    def wait_until_ended(self) -> int:
        """The exit code, once all that it started is gone too."""
        code = self.process.wait(STOP_SECONDS)
        wait_until(lambda: not self.processes(), STOP_SECONDS, f"gone: {self.processes()}")
        return code

    def stop(self) -> None:
        """Ends the run at once, whatever state it is in, and leaves no process."""
        below = descendants(self.process.pid)
        # Two signals: who presses Ctrl-C twice does not want to wait for the workers.
        self.process.send_signal(signal.SIGINT)
        self.process.send_signal(signal.SIGTERM)
        self.wait_until_ended()
        wait_until(lambda: not alive(below), STOP_SECONDS, f"all gone: {alive(below)}")

    @contextmanager
    def waiting_for_sandbox(self) -> Iterator[None]:
        """Around a submission: goes on when the worker has taken it and its code runs."""
        worker = self.grading_worker
        idle = descendants(worker)
        yield
        wait_until(
            lambda: not self.messages("grading") and bool(descendants(worker) - idle),
            START_SECONDS,
            "the grading has begun",
        )

    def rows(self, sql: str, *parameters: object) -> list[Any]:
        """What a query finds in the SQLite database."""
        with closing(sqlite3.connect(self.data / "db.sqlite3", timeout=20)) as database, database:
            return database.execute(sql, parameters).fetchall()

    def messages(self, queue: str) -> list[Path]:
        """The broker's messages that no worker has taken yet, oldest first."""
        return sorted((self.data / "messages" / "queued").glob(f"*.{queue}.msg"))

    def log(self, program: str) -> str:
        """What a program has logged in this run: "site-worker"."""
        text = (self.data / "logs" / f"{program}.log").read_text()
        return re.sub(r"\x1b\[[0-9;]*m", "", text)


@contextmanager
def run_site(data: Path, **environment: str) -> Iterator[Site]:
    """The site on a new data folder, ready for visitors."""
    site = Site(data, environment)
    try:
        site.wait_until_ready()
        yield site
    finally:
        site.stop()
