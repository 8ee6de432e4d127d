from typing import Any

import pytest

from learn.questions.json_values import filled, is_same
from learn.questions.kinds.expectations import expectations_of
from learn.questions.parameters import exact
from learn.questions.question import Draw


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (None, False, False),
        ("1", 1, False),
        ([1, 2], [1, 2], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ({"a": 1, "b": [True]}, {"b": [True], "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ({"a": [1]}, {"a": [True]}, False),
    ],
)
def test_it_compares_json_as_json(one: Any, other: Any, same: bool) -> None:
    assert is_same(one, other) is same
    assert is_same(other, one) is same


def test_it_fills_texts_and_makes_numbers_of_numbers() -> None:
    draw = Draw(1, values={"n": exact(3), "half": exact(0.5), "word": "3"})
    value = {"{{ word }}": ["{{ n + 1 }}", "{{ half }}", "{{ word }}", "at {{ n }}", 7, None]}
    assert filled(value, draw) == {"3": [4, 0.5, "3", "at 3", 7, None]}
    assert filled(value, Draw(1)) == value


def test_it_compares_the_parts_that_an_author_names() -> None:
    expectations = expectations_of("asl", {})
    got = {"status": "FAILED", "error": "States.Timeout", "output": None, "path": ["A"]}
    assert expectations.hold({"status": "FAILED", "path": ["A"]}, got)
    assert not expectations.hold({"status": "FAILED", "path": ["A", "B"]}, got)
    assert not expectations.hold({"status": "FAILED", "cause": None}, got)
    assert not expectations.hold({"status": "FAILED"}, None)


def test_it_cuts_what_nobody_reads() -> None:
    words = expectations_of("asl", {}).words({"output": "x" * 10_000})
    assert len(words) < 5_000
    assert words.endswith(" ...")
