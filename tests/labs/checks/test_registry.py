"""How an author's checks are found, and what is refused."""

import pytest

from labs.checks import Cloud, check, setup
from labs.checks.registry import BadChecksError, collect


@check("First", points=2, visible=True)
def first(cloud: Cloud) -> None: ...


@check("Second")
def second(cloud: Cloud) -> None: ...


@setup
def prepare(cloud: Cloud) -> None: ...


def test_it_finds_checks_in_the_order_of_the_file() -> None:
    found_setup, checks = collect({"b": prepare, "x": 1, "first": first, "second": second})

    assert found_setup
    assert found_setup.function is prepare
    assert not found_setup.once
    assert [(found.id, found.title, found.points, found.visible) for found in checks] == [
        ("first", "First", 2, True),
        ("second", "Second", 1, False),
    ]


def test_a_setup_is_not_needed() -> None:
    assert collect({"first": first})[0] is None


def test_it_wants_a_check() -> None:
    with pytest.raises(BadChecksError, match="there is no @check"):
        collect({"prepare": prepare})


def test_it_wants_one_setup() -> None:
    @setup
    def other(cloud: Cloud) -> None: ...

    with pytest.raises(BadChecksError, match="two functions with @setup"):
        collect({"a": prepare, "b": other, "first": first})


def test_it_wants_different_titles() -> None:
    @check("First")
    def again(cloud: Cloud) -> None: ...

    with pytest.raises(BadChecksError, match="same title"):
        collect({"first": first, "again": again})


def test_it_wants_different_names() -> None:
    with pytest.raises(BadChecksError, match="there are two checks 'first': rename one"):

        @check("Another")
        def first(cloud: Cloud) -> None: ...


@pytest.mark.parametrize(("title", "points"), [(" ", 1), ("Title", 0)])
def test_it_wants_a_title_and_points(title: str, points: int) -> None:
    with pytest.raises(BadChecksError, match="a title and at least one point"):
        check(title, points=points)(lambda cloud: None)
