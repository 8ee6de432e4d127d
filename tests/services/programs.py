"""Starts real programs for tests, and ends them with the test."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

START_SECONDS = 90
STOP_SECONDS = 30

type Process = subprocess.Popen[bytes]


def require(name: str, *, product: str, package: str, folders: Sequence[Path] = ()) -> str:
    """The program's path. Skips the test if it is missing, or fails it where REQUIRE_ALL=1."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, folders)])
    if found := shutil.which(name, path=places):
        return found
    sentence = f"{product} is not installed: apt-get install {package}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Polls; fails with `what` when it takes too long."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        pause.wait(0.02)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(
    command: Sequence[str],
    log: Path,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
) -> Process:
    """Starts a program whose output goes to `log`. It ends when the tests are killed."""
    with log.open("wb") as output:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *command],
            cwd=folder,
            env=environment,
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def stop(process: Process, number: signal.Signals = signal.SIGTERM) -> None:
    """Ends it with the signal, or else by force."""
    process.send_signal(number)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def server(
    command: Sequence[str],
    log: Path,
    *,
    ready: str,
    user: int | None = None,
    ends_on: signal.Signals = signal.SIGTERM,
) -> Iterator[Process]:
    """Runs a server; it is ready once its log says so."""
    process = start(command, log, user=user)

    def ready_or_dead() -> bool:
        return ready in log.read_text() or process.poll() is not None

    try:
        wait_until(ready_or_dead, START_SECONDS, f"{command[0]} is ready")
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        stop(process, ends_on)
