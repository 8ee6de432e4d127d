"""A missing program is named, and a program that was started is ended."""

import sys
from pathlib import Path

import pytest

from tests.services.programs import require, server

SENTENCE = "Nothing is not installed: apt-get install nothing"


def require_nothing() -> str:
    return require("no-such-program", product="Nothing", package="nothing")


def test_it_skips_where_a_program_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_ALL", raising=False)

    with pytest.raises(pytest.skip.Exception, match=f"^{SENTENCE}$"):
        require_nothing()


def test_it_fails_where_everything_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ALL", "1")

    with pytest.raises(pytest.fail.Exception, match=f"^{SENTENCE}$"):
        require_nothing()


def test_it_looks_into_further_folders(tmp_path: Path) -> None:
    program = tmp_path / "some-program"
    program.touch(mode=0o755)

    assert require("some-program", product="", package="", folders=[tmp_path]) == str(program)


def test_it_ends_a_server_whose_test_fails(tmp_path: Path) -> None:
    program = "import signal; print('ready', flush=True); signal.pause()"
    command = [sys.executable, "-c", program]

    with (
        pytest.raises(RuntimeError, match="the test fails"),
        server(command, tmp_path / "log", ready="ready") as process,
    ):
        raise RuntimeError("the test fails")

    assert process.returncode is not None


def test_it_shows_why_a_server_did_not_start(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such setting')"]

    with (
        pytest.raises(AssertionError, match="no such setting"),
        server(command, tmp_path / "log", ready="ready"),
    ):
        pass
