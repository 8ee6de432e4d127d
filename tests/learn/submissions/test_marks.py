"""Lines that the editor marks."""

from typing import Any

import pytest

from labs import CheckResult, GradeReport, Verdict
from labs.verdict import CodeError
from learn.submissions.marks import marks

FILES = {"handler.py": "one\ntwo\nthree\n"}


def marked(**fields: Any) -> list[dict[str, str | int]]:
    return marks(GradeReport("queues/worker", Verdict.FAILED, **fields), FILES)


def feedback(text: str) -> tuple[CheckResult, ...]:
    return (CheckResult("one", "It works", Verdict.CRASHED, 0, 1, text, visible=True),)


@pytest.mark.parametrize(
    ("fields", "line", "text"),
    [
        (
            {"message": "handler.py line 2: expected ':'.\n    two\n    ^"},
            2,
            "expected ':'.",
        ),
        (
            {"checks": feedback("Your code raised KeyError: 'x' (handler.py:3).")},
            3,
            "Your code raised KeyError: 'x'",
        ),
        (
            {"message": "Your code was stopped; the last line reached was handler.py:1."},
            1,
            "Your code was here when it was stopped.",
        ),
        ({"errors": (CodeError("handler.py:2", "KeyError: 'x'"),)}, 2, "KeyError: 'x'"),
    ],
)
def test_it_marks_the_line(fields: dict[str, Any], line: int, text: str) -> None:
    assert marked(**fields) == [{"file": "handler.py", "line": line, "text": text}]


@pytest.mark.parametrize("source", ["other.py:1", "handler.py:9", "handler.py:0", "", "x"])
def test_it_marks_nothing_that_is_not_there(source: str) -> None:
    assert marked(errors=(CodeError(source, "KeyError: 'x'"),)) == []


def test_it_marks_each_line_once() -> None:
    errors = (
        CodeError("handler.py:2", "KeyError: 'x'"),
        CodeError("handler.py:2", "KeyError: 'y'"),
    )
    assert [mark["text"] for mark in marked(errors=errors)] == ["KeyError: 'x'"]
