"""A double click in a lesson, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from tests.services.databases import postgresql_url
from tests.services.races import race

__all__ = ["postgresql_url"]

pytestmark = pytest.mark.slow  # each migrates a database

PROGRAM = "tests.learn.lessons.races"
EXPECTED = {"answers": 1, "taken": 1}


def test_a_ticket_is_taken_once_on_sqlite(tmp_path: Path) -> None:
    assert race(PROGRAM, tmp_path, f"sqlite:///{tmp_path}/db.sqlite3") == EXPECTED


def test_a_ticket_is_taken_once_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    assert race(PROGRAM, tmp_path, postgresql_url) == EXPECTED
