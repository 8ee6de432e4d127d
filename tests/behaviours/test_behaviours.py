"""SIMULATION.md says what the tests show."""

from tests.behaviours import PAGE, How, missing, page, read


def test_each_behaviour_has_its_test() -> None:
    assert missing(read()) == []


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(read()), "run `uv run python -m tests.behaviours`"


def test_what_a_line_says_fits_into_a_table() -> None:
    assert [line.what for line in read() if "|" in line.what or "\n" in line.what] == []


def test_each_kind_of_line_is_there() -> None:
    assert {line.how for line in read()} == set(How)
