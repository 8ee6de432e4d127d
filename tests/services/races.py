"""Things that happen at the same moment, on a database of their own.

They run on SQLite and on PostgreSQL, and the tests' own process knows one database: so a program
is started for them, which has its own and writes JSON.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def race(module: str, folder: Path, database_url: str) -> Any:
    """What the program `python -m <module> <folder>/content` writes, as JSON."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "COLDSTART_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "learn.settings",
        "SECRET_KEY": "only for tests",
    }
    command = [sys.executable, "-m", module, str(folder / "content")]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def at_once(tasks: Sequence[Callable[[], object]]) -> list[object]:
    """What each returns, each in a thread of its own; fails if one does."""
    from django.db import connection

    together = threading.Barrier(len(tasks))
    done: list[object] = []

    def do(task: Callable[[], object]) -> None:
        together.wait()
        try:
            done.append(task())
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(tasks)
    return done
