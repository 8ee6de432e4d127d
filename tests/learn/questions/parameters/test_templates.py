"""Texts with expressions in them."""

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learn.questions.parameters import ExpressionError, Value, fill, names_in_template

VALUES: dict[str, Value] = {"n": Fraction(1536), "x": Fraction(5, 4), "op": "Query"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ n }} B", "1536 B"),
        ("{{n:,}} B", "1,536 B"),
        ("{{ n / 1000:.1f }}", "1.5"),
        ("{{ n / 7:,.3f }}", "219.429"),
        ("{{ 0.125:.2f }} {{ -0.125:.2f }}", "0.13 -0.13"),
        ("{{ x / 10:.1% }}", "12.5%"),
        ("{{ x }}", "1.25"),
        ("{{ n:,d }}", "1,536"),
        ("`{{ op }}`", "`Query`"),
        ("{{ join([n, x], ': ') }}", "1536: 1.25"),
        ('{"a":{"b":{{ n }}}}', '{"a":{"b":1536}}'),
        ("{{ '{{' }}name}}", "{{name}}"),
        ("{{ 'yes' if n > 1000\n   else 'no' }}", "yes"),
        ("100 % of { } and }}", "100 % of { } and }}"),
    ],
)
def test_it_fills_in(template: str, text: str) -> None:
    assert fill(template, VALUES) == text


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ n / 7 }}", "is 1536/7, which has no end as a decimal: add a format such as :.2f"),
        ("{{ x:d }}", "is no whole number"),
        ("{{ n:08.3f }}", "has the format ':08.3f': use one like :,.2f"),
        ("{{ op:.2f }}", "is a text"),
        ("{{ n > 1 }}", "is true or false: choose the words"),
        ("{{ [n, x] }}", "is a list"),
        ("{{ }}", "is empty"),
        ("{{ m }}", "names 'm', which is no parameter"),
        ("a {{ n b", "'{{ n b' is not closed"),
        ("{{ {{ n }} }}", "'{{ {{ n' is not closed"),
    ],
)
def test_it_says_what_is_wrong(template: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        fill(template, VALUES)
    assert reason in str(caught.value)


@given(st.lists(st.text(max_size=8) | st.sampled_from(["{{", "}}", "n", ":", ".2f", "'"])))
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_it_raises_nothing_but_its_own_error(parts: list[str]) -> None:
    try:
        assert isinstance(fill("".join(parts), VALUES), str)
    except ExpressionError as error:
        assert str(error)  # noqa: PT017 - a text is as good, and no other error


@given(st.decimals(-(10**12), 10**12, places=6))
@settings(max_examples=100, derandomize=True, deadline=None, database=None)
def test_it_shows_a_finite_decimal_as_it_is(number: object) -> None:
    shown = fill("{{ v }}", {"v": Fraction(str(number))})
    assert Fraction(shown) == Fraction(str(number))


def test_it_finds_the_line_of_a_hole() -> None:
    with pytest.raises(ExpressionError) as caught:
        names_in_template("{{ a }}\n{{ b | c }}")
    assert re.search(caught.value.pattern, "{{ b | c }}")
    assert not re.search(caught.value.pattern, "{{ a }}")


def test_it_knows_the_names_in_a_text() -> None:
    assert names_in_template("{{ a + b:.2f }} and {{ max(c, 'd') }}, not e") == {"a", "b", "c"}
