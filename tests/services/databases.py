"""PostgreSQL and Redis, from their installed programs."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.programs import free_port, require, server

NAME = "coldstart"
PASSWORD = "coldstart"
SETTINGS = (
    *("-c", "listen_addresses=127.0.0.1"),
    *("-c", "unix_socket_directories="),
    # No test cuts the power.
    *("-c", "fsync=off"),
)


@pytest.fixture(scope="module")
def postgresql_url() -> Iterator[str]:
    """The address of an empty database."""
    with run_postgresql() as url:
        yield url


@contextmanager
def run_postgresql() -> Iterator[str]:
    """A server of its own, with an empty database at this address."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    initdb, postgres = (
        require(name, product="PostgreSQL", package="postgresql", folders=versions)
        for name in ("initdb", "postgres")
    )
    user = unprivileged_user()
    # Not pytest's folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="coldstart-postgresql-"))
    if user is not None:
        os.chown(folder, user, -1)
    try:
        init_database(initdb, folder, user)
        port = free_port()
        with server(
            [postgres, "-D", str(folder / "data"), "-p", str(port), *SETTINGS],
            folder / "log",
            ready="database system is ready to accept connections",
            user=user,
            ends_on=signal.SIGINT,  # Without waiting for clients.
        ):
            yield f"postgres://{NAME}:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder)


def version(folder: Path) -> int:
    """/usr/lib/postgresql/17/bin -> 17"""
    return int(folder.parent.name)


def unprivileged_user() -> int | None:
    """Who runs PostgreSQL, which refuses to run as root. None: whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return pwd.getpwnam("nobody").pw_uid


def init_database(initdb: str, folder: Path, user: int | None) -> None:
    """Makes an empty cluster with one user."""
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    options = ("--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions")
    subprocess.run(
        [initdb, "-D", folder / "data", "-U", NAME, f"--pwfile={password}", *options],
        cwd=folder,
        user=user,
        check=True,
        capture_output=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty server."""
    program = require("redis-server", product="Redis", package="redis-server")
    folder = tmp_path_factory.mktemp("redis")
    port = free_port()
    options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder))
    with server(
        [program, "--port", str(port), *options],
        folder / "log",
        ready="Ready to accept connections",
    ):
        yield f"redis://127.0.0.1:{port}/0"
