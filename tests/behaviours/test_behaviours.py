"""SIMULATION.md, and the labels of labs, say what the tests show."""

from labs.behaviours import FILE, How
from tests.behaviours import PAGE, label, missing, page, read


def test_each_behaviour_has_its_test() -> None:
    assert missing(read()) == []


def test_the_page_and_the_labels_are_up_to_date() -> None:
    hint = "run `uv run python -m tests.behaviours`"
    assert PAGE.read_text() == page(read()), hint
    assert FILE.read_text() == label(read()), hint


def test_what_a_line_says_fits_into_a_table() -> None:
    lines = [each.behaviour.what for each in read()]
    assert [line for line in lines if "|" in line or "\n" in line] == []


def test_each_kind_of_line_is_there() -> None:
    assert {each.behaviour.how for each in read()} == set(How)
