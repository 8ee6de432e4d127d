"""`manage.py up` as a person at a shell meets it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from learn.core.data_folder import DataFolder
from tests.services.programs import START_SECONDS, free_port
from tests.services.site import ROOT, Site


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Site]]:
    """Starts the site on a new data folder; ends it if the test has not."""
    sites: list[Site] = []

    def start_site() -> Site:
        sites.append(Site(tmp_path / "data"))
        return sites[-1]

    yield start_site
    for site in reversed(sites):  # The last one may have taken over the folder.
        site.stop()


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_it_leaves_nothing_behind_when_it_is_killed(start: Callable[[], Site]) -> None:
    site = start()
    site.wait_until_ready()

    site.process.kill()

    assert site.wait_until_ended() == -signal.SIGKILL


@pytest.mark.slow
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
