"""`manage.py up`: the whole site on one laptop, with one command."""

import argparse
import http.client
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Never, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from learn.core.data_folder import DataFolder, DataFolderInUseError
from learn.core.processes import Program, ProgramError, Supervisor

# This machine only: the demo accounts have known passwords.
HOST = "127.0.0.1"
WEB_THREADS = 8

# All that a grading worker needs. It runs other people's code, so it must not know where the
# database is, nor the key that signs sessions.
GRADING_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "COLDSTART_DATA",
    "CELERY_BROKER_URL",
    "CONTENT_DIRS",
    "SANDBOX_TIER",
    "DEBUG",  # without it, tier none is refused
)


class Command(BaseCommand):
    """Creates what is missing, starts the programs, and stops them on Ctrl-C or SIGTERM."""

    help = "Starts Coldstart on this machine. Ctrl-C stops it."
    # The programs check the settings themselves, with the right data folder.
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8000, help="default: 8000")
        parser.add_argument(
            "--data",
            type=Path,
            default=settings.DATA_DIR,
            metavar="DIR",
            help="folder for database, messages and logs; default: %(default)s",
        )
        parser.add_argument(
            "--workers",
            type=worker_count,
            default=1,
            metavar="N",
            help="how many submissions are graded at once; default: 1",
        )

    @override
    def handle(self, *args: Any, port: int, data: Path, workers: int, **options: Any) -> None:
        folder = DataFolder(data.absolute())
        environment = site_environment(folder.path)
        lock = self.claim(folder, port)
        supervisor = Supervisor(settings.BASE_DIR)
        supervisor.stop_on_signals()
        try:
            self.say("Preparing the site ...")
            logins = supervisor.run_first(preparation(folder, environment))
            supervisor.run(
                programs(folder, environment, port, workers),
                on_ready=lambda: self.announce(folder, port, logins),
            )
        except ProgramError as error:
            self.fail(str(error))
        os.close(lock)
        self.say("Coldstart has stopped.")

    def claim(self, folder: DataFolder, port: int) -> int:
        """The folder's lock. Leaves with one sentence if another process is in the way."""
        try:
            folder.create()
            lock = folder.lock()
            folder.create_secret_key()
        except DataFolderInUseError:
            self.fail(
                f"Coldstart already runs with the data folder {folder.path}: "
                "stop it first, or choose another folder with --data."
            )
        except OSError as error:
            self.fail(f"The data folder {folder.path} cannot be used: {error.strerror}.")
        if is_taken(port):
            self.fail(
                f"Port {port} is taken: stop the program that uses it, "
                "or choose another one with --port."
            )
        return lock

    def announce(self, folder: DataFolder, port: int, logins: str) -> None:
        """Where the site is, and who can log in."""
        self.say(
            f"\n  Coldstart runs at http://{HOST}:{port}/\n\n{logins}\n"
            f"  Data, logs and mail: {folder.path}\n"
            f"  Ctrl-C stops it.\n"
        )

    def say(self, text: str) -> None:
        """At once, even into a pipe."""
        self.stdout.write(text)
        self.stdout.flush()

    def fail(self, sentence: str) -> Never:
        """Ends the command with one sentence, without Django's "CommandError:" before it."""
        self.stderr.write(sentence)
        raise SystemExit(1)


def port_number(text: str) -> int:
    """For argparse."""
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 1 to 65535")


def worker_count(text: str) -> int:
    """For argparse."""
    if text.isdecimal() and 0 < int(text) <= 64:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number of workers from 1 to 64")


def is_taken(port: int) -> bool:
    """Whether another program listens on the port."""
    with socket.socket() as listener:
        # A connection of the run before, still closing, must not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError:
            return True
    return False


def site_environment(data: Path) -> dict[str, str]:
    """For the programs that are Django."""
    return {
        **os.environ,
        "COLDSTART_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "learn.settings",
        "PYTHONUNBUFFERED": "1",
    }


def grading_environment(environment: dict[str, str]) -> dict[str, str]:
    """For the grading workers."""
    known = {name: environment[name] for name in GRADING_ENVIRONMENT if name in environment}
    return {**known, "PYTHONUNBUFFERED": "1"}


def preparation(folder: DataFolder, environment: dict[str, str]) -> Program:
    """`manage.py prepare` with the chosen data folder. It prints the demo log-ins."""
    command = [sys.executable, "manage.py", "prepare", "--demo"]
    return Program("preparation", command, environment, folder.log("preparation"))


def programs(
    folder: DataFolder, environment: dict[str, str], port: int, workers: int
) -> Iterator[Program]:
    """What runs."""
    yield Program(
        "web server", web_command(port), environment, folder.log("web server"), answers_at(port)
    )
    for number in range(1, workers + 1):
        name = f"grading worker {number}"
        command = worker_command("labs.tasks", "grading", f"grading{number}")
        yield Program(
            name, command, grading_environment(environment), folder.log(name), says("ready.")
        )
    command = worker_command("learn", "results,site", "site")
    yield Program("site worker", command, environment, folder.log("site worker"), says("ready."))
    yield Program(
        "scheduler", beat_command(), environment, folder.log("scheduler"), says("is starting")
    )


def web_command(port: int) -> list[str]:
    """granian: threads, since a page waits for the database at most."""
    return [
        *(sys.executable, "-m", "granian", "learn.wsgi:application"),
        *("--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(WEB_THREADS), "--no-ws"),
        # Browsers keep connections open that would otherwise hold up the stop.
        *("--workers-kill-timeout", "3"),
    ]


def worker_command(app: str, queues: str, name: str) -> list[str]:
    """A Celery worker that does one task at a time in its own process."""
    return [
        *(sys.executable, "-m", "celery", "-A", app, "worker", "-P", "solo"),
        *("-Q", queues, "-n", f"{name}@%h", "--loglevel", "INFO"),
        # Workers talk to each other over the broker, which nobody here listens to.
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def beat_command() -> list[str]:
    """Celery's scheduler, which starts the sweeper."""
    return [sys.executable, "-m", "celery", "-A", "learn", "beat", "--loglevel", "INFO"]


def says(text: str) -> Callable[[str], bool]:
    """Ready once its log says so."""
    return lambda log: text in log


def answers_at(port: int) -> Callable[[str], bool]:
    """Ready once the health check answers."""

    def answers(_log: str) -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return answers
