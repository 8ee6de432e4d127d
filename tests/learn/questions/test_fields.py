"""The part of a form that belongs to one question."""

import pytest

from learn.questions.fields import MAX_CHARACTERS, MAX_FIELDS, AnswerError, fields_of


def test_it_takes_the_questions_own_fields() -> None:
    form = [("answer-1", ["a"]), ("answer-1-x", ["b", "c"]), ("answer-10", ["d"]), ("other", [])]
    assert fields_of(form, "answer-1") == {"": ["a"], "x": ["b", "c"]}


@pytest.mark.parametrize(
    "form",
    [
        [("answer", ["\0"])],
        [("answer", ["a \ud800"])],
        [("answer-\udfff", ["a"])],
        [("answer", ["a" * (MAX_CHARACTERS + 1)])],
        [("answer", ["a"] * (MAX_FIELDS + 1))],
        [(f"answer-{number}", [""]) for number in range(MAX_FIELDS + 1)],
    ],
)
def test_it_refuses_what_no_browser_sends(form: list[tuple[str, list[str]]]) -> None:
    with pytest.raises(AnswerError):
        fields_of(form, "answer")
