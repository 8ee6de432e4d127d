"""What happens at the same moment, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from tests.services.databases import postgresql_url
from tests.services.races import race

__all__ = ["postgresql_url"]

pytestmark = pytest.mark.slow  # each migrates a database

PROGRAM = "tests.learn.review.races"
# Eight answers to one question make one card, eight tabs ask one question.
EXPECTED = {"cards": 1, "answers": 8, "asked": 1}


def test_nothing_is_written_twice_on_sqlite(tmp_path: Path) -> None:
    assert race(PROGRAM, tmp_path, f"sqlite:///{tmp_path}/db.sqlite3") == EXPECTED


def test_nothing_is_written_twice_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    assert race(PROGRAM, tmp_path, postgresql_url) == EXPECTED
