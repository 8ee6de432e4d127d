"""Syntax errors are told with a line and a caret that stands under the mistake."""

import warnings

import pytest

from labs.syntax import MAX_LINE, first_error


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\nx = = 2\n", "a.py line 2: invalid syntax.\n    x = = 2\n        ^"),
        ("x = (1\n", "a.py line 1: '(' was never closed.\n    x = (1\n        ^"),
        (
            "if x:\n\t\ty = = 2\n",
            "a.py line 2: invalid syntax.\n    y = = 2\n        ^",
        ),
        ("x =\t= 2\n", "a.py line 1: invalid syntax.\n    x =\t= 2\n       \t^"),
        (
            "x = '日本' = = 2\n",
            "a.py line 1: cannot assign to literal.\n    x = '日本' = = 2\n        ^",
        ),
        ("'日本' e\u0301 x\n", "a.py line 1: invalid syntax.\n    '日本' e\u0301 x\n           ^"),
        ("x = [1, 2\n\n3]\n", "invalid syntax. Perhaps you forgot a comma?\n"),
        ("def f():\nreturn 1\n", "a.py line 2: expected an indented block"),
        ("x = '\x1b[2J' = = 1\n", "    x = '\ufffd[2J' = = 1\n"),
        ("x = '\ud800'", "cannot be compiled: 'utf-8' codec can't encode"),
        ("a\0b", "a.py: source code string cannot contain null bytes."),
        ("-" * 60_000 + "1", "cannot be compiled: Parser stack overflowed"),
        ("x = " + "+".join(["a"] * 30_000), "cannot be compiled: maximum recursion depth"),
        ("(" * 60_000, "a.py line 1: too many nested parentheses."),
        ("x = " + "9" * 60_000, "a.py line 1: Exceeds the limit (4300 digits)"),
        ("".join(f"{' ' * depth}if 1:\n" for depth in range(120)), "too many levels of indent"),
    ],
)
def test_it_says_what_is_wrong(text: str, sentence: str) -> None:
    assert sentence in first_error({"a.py": text})


def test_it_shows_the_part_of_a_long_line_that_is_wrong() -> None:
    _sentence, line, caret = first_error({"a.py": "x = " + "1 + " * 2000 + "= 1"}).split("\n")

    assert len(line) <= MAX_LINE + 4
    assert line[caret.index("^")] == "="
    assert "1 + 1" in line


def test_it_finds_nothing_wrong_with_what_is_right() -> None:
    assert first_error({"a.py": "x = 1\n", "notes.txt": "x = = 1"}) == ""


def test_it_leaves_warnings_to_the_import() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert first_error({"a.py": "x = '\\d'\n1 is 1\n"}) == ""

    assert caught == []


def test_it_names_the_first_file_that_is_wrong() -> None:
    assert first_error({"a.py": "x = 1", "b.py": "=", "c.py": "="}).startswith("b.py line 1: ")
