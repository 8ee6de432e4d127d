"""What rests on which fact."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from learn.catalog.citations import fact_uses
from learn.catalog.loading import load_course
from tests.learn.course_files import LESSON, WHO_DELETES, write_course

FACTS = """\
[facts.SQS3]
statement = "The visibility timeout is 30 seconds by default."
source = "Amazon SQS Developer Guide"
url = "https://docs.aws.amazon.com/x"
reviewed = "2026-11-21"

[facts.SQS4]
statement = "A long poll waits up to 20 seconds."
source = "Amazon SQS Developer Guide"
url = "https://docs.aws.amazon.com/y"
reviewed = "2026-11-21"
review_by = "2026-12-01"
"""


def course(folder: Path, facts: str = "facts: [SQS3]\n") -> Path:
    return write_course(
        folder,
        {
            "facts.toml": FACTS,
            "queues/lessons/01-message-life.md": LESSON.replace("waits.", "waits.[^SQS3]"),
            "queues/questions/who-deletes.yaml": WHO_DELETES + facts,
        },
    )


def listed(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> str:
    call_command("check_content", str(folder), *words)
    return capsys.readouterr().out


def test_it_lists_what_rests_on_each_fact(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 22, tzinfo=dt.UTC)):
        told = listed(capsys, course(tmp_path), "--facts")
    assert "SQS3: The visibility timeout is 30 seconds by default." in told
    assert "01-message-life.md:7: rests on it" in told
    assert "who-deletes.yaml:14: rests on it" in told
    assert "2 fact(s), 0 to be looked at again." in told


def test_it_tells_which_facts_want_another_look(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with time_machine.travel(dt.datetime(2026, 12, 1, tzinfo=dt.UTC)):
        told = listed(capsys, course(tmp_path), "--facts")
    assert "read 2026-11-21, REVIEW NOW by 2026-12-01" in told
    assert "2 fact(s), 1 to be looked at again." in told


def test_it_lists_one_fact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = listed(capsys, course(tmp_path), "--facts", "SQS4")
    assert "SQS3" not in told
    assert "1 fact(s)" in told


def test_it_knows_no_such_fact(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no fact 'X1'"):
        call_command("check_content", str(course(tmp_path)), "--facts", "X1")


def test_it_refuses_a_question_that_rests_on_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("check_content", str(course(tmp_path, "facts: [SQS9]\n")))
    assert "who-deletes.yaml:14: facts: there is no fact 'SQS9'" in capsys.readouterr().err


def test_it_has_no_uses_without_facts(tmp_path: Path) -> None:
    assert fact_uses(load_course([write_course(tmp_path)]), []) == []
