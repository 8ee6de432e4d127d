"""`manage.py up` as a person at a shell meets it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from learn.core.data_folder import DataFolder

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 90
STOP_SECONDS = 30


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Polls; fails with `what` when it takes too long."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        pause.wait(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Site:
    """One run of `manage.py up` on a data folder."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port
        self._output = data.parent / f"output-{port}.txt"
        # What a developer's shell may have set must not reach the run.
        ours = ("DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS")
        environment = {key: value for key, value in os.environ.items() if key not in ours}
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(port), "--data", str(data)],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_until_ready(self) -> None:
        def ready_or_dead() -> bool:
            return "Ctrl-C stops it" in self.output or self.process.poll() is not None

        wait_until(ready_or_dead, START_SECONDS, f"up is ready: {self.output}")
        assert self.process.poll() is None, self.output

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

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
        return min(pid for pid, command in self.processes().items() if words in command)

    def wait_until_ended(self) -> int:
        code = self.process.wait(STOP_SECONDS)
        wait_until(lambda: not self.processes(), STOP_SECONDS, f"gone: {self.processes()}")
        return code


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Site]]:
    """Starts the site on a new data folder; ends it if the test has not."""
    sites: list[Site] = []

    def start_site(port: int | None = None) -> Site:
        sites.append(Site(tmp_path / "data", port or free_port()))
        return sites[-1]

    yield start_site
    for site in sites:
        site.process.kill()
    for site in sites:
        site.wait_until_ended()


def test_it_serves_the_site_and_stops_on_sigterm(start: Callable[[], Site]) -> None:
    site = start()
    site.wait_until_ready()

    assert f"http://127.0.0.1:{site.port}/" in site.output
    assert "alice@example.com" in site.output
    assert "ines@example.com" in site.output
    assert site.get("/healthz") == (200, b"ok\n")
    status, page = site.get("/")
    assert status == 200
    assert b"Coldstart" in page
    assert len(site.processes()) >= 4
    assert_is_private(site)

    site.process.send_signal(signal.SIGTERM)

    assert site.wait_until_ended() == 0
    assert "Coldstart has stopped." in site.output
    assert "Traceback" not in site.output


def assert_is_private(site: Site) -> None:
    """No other user reads the data, and no learner's code the key or the database's address."""
    assert site.data.stat().st_mode & 0o777 == 0o700
    assert (site.data / "secret_key").stat().st_mode & 0o777 == 0o600
    environment = Path(f"/proc/{site.pid_of('labs.tasks')}/environ").read_text()
    names = {line.partition("=")[0] for line in environment.split("\0") if line}
    assert "COLDSTART_DATA" in names
    assert not names & {"DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("labs.tasks", "grading worker 1"),
        ("granian", "web server"),
    ],
)
def test_it_says_which_program_died(start: Callable[[], Site], words: str, name: str) -> None:
    site = start()
    site.wait_until_ready()

    os.kill(site.pid_of(words), signal.SIGKILL)

    assert site.wait_until_ended() == 1
    log = site.data / "logs" / f"{name.replace(' ', '-')}.log"
    sentence = f"The {name} stopped unexpectedly (signal SIGKILL); its log is {log}."
    assert site.output.splitlines()[-1] == sentence
    assert log.is_file()


def test_it_leaves_nothing_behind_when_it_is_killed(start: Callable[[], Site]) -> None:
    site = start()
    site.wait_until_ready()

    site.process.kill()

    assert site.wait_until_ended() == -signal.SIGKILL


def test_it_starts_again_on_the_same_folder(start: Callable[[], Site]) -> None:
    first = start()
    first.wait_until_ready()
    key = (first.data / "secret_key").read_text()
    first.process.send_signal(signal.SIGINT)
    assert first.wait_until_ended() == 0

    second = start()
    second.wait_until_ready()

    assert (second.data / "secret_key").read_text() == key
    assert (second.data / "logs" / "web-server.previous.log").is_file()


def run_up(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A run that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "manage.py", "up", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


def test_it_says_that_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        done = run_up("--port", str(port), "--data", str(tmp_path / "data"))

    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} is taken: stop the program that uses it, "
        "or choose another one with --port.\n"
    )
    assert not (tmp_path / "data" / "db.sqlite3").exists()


def test_it_says_that_the_folder_is_in_use(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    lock = folder.lock()

    done = run_up("--port", str(free_port()), "--data", str(tmp_path))

    os.close(lock)
    assert done.returncode == 1
    assert done.stderr == (
        f"Coldstart already runs with the data folder {tmp_path}: "
        "stop it first, or choose another folder with --data.\n"
    )


def test_it_says_that_the_folder_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = run_up("--port", str(free_port()), "--data", str(tmp_path / "file" / "data"))

    assert done.returncode == 1
    assert done.stderr == (
        f"The data folder {tmp_path}/file/data cannot be used: Not a directory.\n"
    )


def test_it_says_that_the_site_cannot_be_prepared(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_bytes(b"this is no database, and long enough to tell" * 9)

    done = run_up("--port", str(free_port()), "--data", str(tmp_path))

    assert done.returncode == 1
    log = tmp_path / "logs" / "preparation.log"
    assert done.stderr == f"The preparation failed (exit code 1); the reason is in {log}.\n"
    assert "not a database" in log.read_text()


@pytest.mark.parametrize("port", ["0", "65536", "web"])
def test_it_refuses_a_port_that_is_none(port: str) -> None:
    done = run_up("--port", port)

    assert done.returncode == 2
    assert f"{port} is not a port: give a number from 1 to 65535" in done.stderr


def test_it_refuses_to_start_no_worker() -> None:
    done = run_up("--workers", "0")

    assert done.returncode == 2
    assert "0 is not a number of workers from 1 to 64" in done.stderr
