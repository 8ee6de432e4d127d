"""Double clicks, two tabs and the sweeper, at the same moment, on SQLite and on PostgreSQL."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.services.databases import postgresql_url

__all__ = ["postgresql_url"]

pytestmark = pytest.mark.slow  # each migrates a database

ROOT = Path(__file__).resolve().parents[3]
EXPECTED = {
    "attempts": 1,
    "answers": 2,
    "submitted": 1,
    "marks": 2,
    "first": 2,
    "whole": True,
    "told the truth": True,
}


def race(folder: Path, url: str) -> Any:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "COLDSTART_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "learn.settings",
        "SECRET_KEY": "only for tests",
    }
    command = [sys.executable, "-m", "tests.learn.quizzes.races", str(folder / "content")]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_nothing_is_recorded_twice_on_sqlite(tmp_path: Path) -> None:
    assert race(tmp_path, f"sqlite:///{tmp_path}/db.sqlite3") == [EXPECTED] * 5


def test_nothing_is_recorded_twice_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    assert race(tmp_path, postgresql_url) == [EXPECTED] * 5
