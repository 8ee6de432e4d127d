"""Units in the words of many people."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learn.questions.units import Unit, Units


def unit(text: str) -> Unit:
    found = Units().find(text)
    assert found, text
    return found


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("KB", "B", 1024),
        ("kilobytes", "KiB", 1),
        ("GB", "MB", 1024),
        ("Mbit", "B", 125_000),
        ("min", "s", 60),
        ("milliseconds", "s", Fraction(1, 1000)),
        ("\u03bcs", "\u00b5s", 1),
        ("days", "hours", 24),
        ("requests per second", "req/s", 1),
        ("requests a minute", "requests/s", Fraction(1, 60)),
        ("rps", "requests / second", 1),
        ("per second", "requests/s", 1),
        ("messages", "msgs", 1),
        ("read capacity units", "RCU", 1),
        ("rcu", "RCUs", 1),
        ("$", "USD", 1),
        ("cents", "dollars", Fraction(1, 100)),
        ("USD per month", "$/mo", 1),
        ("GB-seconds", "GB s", 1),
        ("GB-hours", "MB-s", 1024 * 3600),
        ("per cent", "%", 1),
        ("execution environments", "environment", 1),
    ],
)
def test_it_converts(one: str, other: str, ratio: Fraction | int) -> None:
    assert unit(one).to(unit(other)) == ratio


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RCU", "WCU"),
        ("requests", "messages"),
        ("s", "B"),
        ("requests", "requests/s"),
        ("requests/s", "per"),
        ("messages/s", "requests/s"),
        ("EUR", "USD"),
        ("months", "days"),
        ("requests/s", "/s"),
    ],
)
def test_it_converts_nothing_else(one: str, other: str) -> None:
    found = Units().find(other)
    assert found is None or unit(one).to(found) is None


@pytest.mark.parametrize("text", ["", "/", "a/b/c", "RCV", "requests/s/s", "GB-", "5", "s s s"])
def test_it_knows_no_other(text: str) -> None:
    assert Units().find(text) is None


@given(st.text(max_size=40) | st.text("KMGBibs/-* .per", max_size=20))
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_it_takes_any_text(text: str) -> None:
    found = Units().find(text)
    assert found is None or found.to(found) == 1


def test_it_takes_an_authors_names_for_a_known_unit() -> None:
    units = Units.with_aliases("requests", ("hits",))
    hits = units.find("Hits")
    assert hits
    assert hits.to(unit("requests")) == 1
    assert units.find("KB") == unit("KB")
    assert Units().find("hits") is None


def test_it_takes_an_authors_own_unit() -> None:
    units = Units.with_aliases("sandboxes", ("sandbox",))
    sandbox = units.find("sandbox")
    assert sandbox == units.find("SANDBOXES")
    assert sandbox
    assert not sandbox.is_count
    assert units.find("sandboxes per hour")


def test_it_knows_what_is_only_counted() -> None:
    assert unit("messages").is_count
    assert not unit("messages/s").is_count
    assert not unit("RCU").is_count
