"""What happens at the same moment, on SQLite and on PostgreSQL."""

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
# Eight answers to one question make one card, eight tabs ask one question.
EXPECTED = {"cards": 1, "answers": 8, "asked": 1}


def race(folder: Path, url: str) -> Any:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "COLDSTART_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "learn.settings",
        "SECRET_KEY": "only for tests",
    }
    command = [sys.executable, "-m", "tests.learn.review.races", str(folder / "content")]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_nothing_is_written_twice_on_sqlite(tmp_path: Path) -> None:
    assert race(tmp_path, f"sqlite:///{tmp_path}/db.sqlite3") == EXPECTED


def test_nothing_is_written_twice_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    assert race(tmp_path, postgresql_url) == EXPECTED
