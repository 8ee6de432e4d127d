"""Double clicks, two tabs and the sweeper, at the same moment, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from tests.services.databases import postgresql_url
from tests.services.races import race

__all__ = ["postgresql_url"]

pytestmark = pytest.mark.slow  # each migrates a database

PROGRAM = "tests.learn.quizzes.races"
EXPECTED = {
    "attempts": 1,
    "answers": 2,
    "submitted": 1,
    "marks": 2,
    "first": 2,
    "whole": True,
    "told the truth": True,
}


def test_nothing_is_recorded_twice_on_sqlite(tmp_path: Path) -> None:
    assert race(PROGRAM, tmp_path, f"sqlite:///{tmp_path}/db.sqlite3") == [EXPECTED] * 5


def test_nothing_is_recorded_twice_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    assert race(PROGRAM, tmp_path, postgresql_url) == [EXPECTED] * 5
