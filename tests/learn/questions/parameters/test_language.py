"""The language of expressions: exact, bounded, and never anything but its own error."""

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from learn.questions.parameters import ExpressionError, Value, evaluate, evaluate_number, exact

VALUES: dict[str, Value] = {
    "a": Fraction(3),
    "b": Fraction(1, 10),
    "op": "Query",
    "yes": True,
    "xs": exact([1, 2, "x"]),
}
OPERATORS: dict[str, Callable[[Fraction, Fraction], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
WORDS = [
    *("a", "b", "op", "xs", "yes", "__import__", "lambda", "None", "True", "is", "in", "not in"),
    *("if", "else", "and", "or", "not", "for", "max", "range", "join", "text", "round", "sorted"),
    *("0", "1", "2.5", "1e9", "1_000", "9" * 50, "0x1", "1j", "1.", "'s'", '"t"', "f'", "\\"),
    *(
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "(",
        ")",
        "[",
        "]",
        ",",
        ":",
        ":=",
        "=",
        "==",
        "<",
        ".",
    ),
    *(
        "{",
        "}",
        "#",
        "\n",
        "\0",
        "é",
        "\uff41",
        "\uff11",
        "\u2044",
        "@",
        "~",
        "<<",
        "!",
        "?",
        "'",
        '"',
    ),
]

type Sum = tuple[str, Fraction]
"""An expression and what it is worth, or no value where it divides by zero."""


def combined(parts: tuple[Sum | None, str, Sum | None]) -> Sum | None:
    left, sign, right = parts
    if left is None or right is None or (sign in "//%" and right[1] == 0):
        return None
    return f"({left[0]} {sign} {right[0]})", Fraction(OPERATORS[sign](left[1], right[1]))


def sums() -> SearchStrategy[Sum | None]:
    """Expressions with what Python's fractions make of them, computed beside them."""
    decimals = st.decimals(-1000, 1000, places=2).map(
        lambda number: (str(number), Fraction(number))
    )
    names = st.sampled_from([("a", Fraction(3)), ("b", Fraction(1, 10))])
    leaves: SearchStrategy[Sum | None] = decimals | names
    return st.recursive(
        leaves,
        lambda inner: st.tuples(inner, st.sampled_from(sorted(OPERATORS)), inner).map(combined),
        max_leaves=6,
    )


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
@settings(max_examples=500, derandomize=True, deadline=None, database=None)
def test_it_raises_nothing_but_its_own_error(text: str) -> None:
    try:
        value = evaluate(text, VALUES)
    except ExpressionError as error:
        assert "\n" not in str(error)  # noqa: PT017 - a value is as good, and no other error
    else:
        assert isinstance(value, Fraction | bool | str | tuple)


@given(sums().filter(bool))
@settings(max_examples=200, derandomize=True, deadline=None, database=None)
def test_it_is_exact(expected: Sum) -> None:
    text, number = expected
    assert evaluate(text, VALUES) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", Fraction(3, 10)),
        ("0.30000000000000000001", Fraction(30000000000000000001, 10**20)),
        ("1_000 + 1e3", 2000),
        ("-a ** 2", -9),
        ("a ** -1", Fraction(1, 3)),
        ("-7 // 2", -4),
        ("ceil(1200 / 1024)", 2),
        ("floor(-0.5)", -1),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(1 / 3, 2)", Fraction(33, 100)),
        ("min(a, b)", Fraction(1, 10)),
        ("max([1, 5, 2])", 5),
        ("sum(range(1, 4))", 6),
        ("len(xs) + len(op)", 8),
        ("sorted([3, 1])[0]", 1),
        ("join([1, 2.5], '; ')", "1; 2.5"),
        ("text(a) + ' times'", "3 times"),
        ("xs[-1]", "x"),
        ("op in ['Query', 'Scan']", True),
        ("'er' in op", True),
        ("sum([1] + [a])", 4),
        ("1 < a <= 3", True),
        ("1 < a < 3", False),
        ("'write' if op == 'Put' else 'read'", "read"),
        ("not yes or a > 2 and op != 'Scan'", True),
        ("(items\n  if False else a)".replace("items", "1"), 3),
    ],
)
def test_it_knows(text: str, value: object) -> None:
    assert evaluate(text, VALUES) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("a +", "cannot be read"),
        ("a b", "cannot be read"),
        ("c + 1", "names 'c', which is no parameter; there are: a, b, op, yes, xs"),
        ("1 if yes else c", "names 'c'"),
        ("a / (b - 0.1)", "divides by zero"),
        ("0 ** -1", "divides by zero"),
        ("2 ** 500", "exponent above 200"),
        ("10 ** 70", "more than 60 digits"),
        ("(10 ** 59) * (10 ** 59)", "more than 60 digits"),
        ("1 / 10 ** 40 / 10 ** 40", "more than 60 digits"),
        ("4 ** 0.5", "needs a whole number, not 1/2"),
        ("1e999999", "has '1e999999', which expressions do not have"),
        ("0x10", "has '0x10'"),
        ("a.real", "has '.'"),
        ("lambda: 1", "has ':'"),
        ("[x for x in xs]", "has 'for'"),
        ("__import__('os')", "calls '__import__', which is no function; there are: abs"),
        ("xs(1)", "calls 'xs', which is no function"),
        ("(a)(1)", "calls 'a'"),
        ("max(*xs)", "has a lone '*'"),
        ("None", "has None"),
        ("op + 1", 'calculates with the text "Query", which is no number'),
        ("op * 3", 'calculates with the text "Query"'),
        ("yes + 1", "calculates with true or false"),
        ("op == 1", 'compares the text "Query" with the number 1'),
        ("max(xs)", 'compares the number 1 with the text "x"'),
        ("xs < xs", "compares the number 1 with the text"),
        ("not a", "takes the number 3 for true or false"),
        ("xs[3]", "takes item 3 of 3; the first is item 0"),
        ("1 in op", "looks for the number 1 in the text"),
        ("a in 5", "looks for the number 3 in the number 5"),
        ("yes < yes", "asks for the order of true or false; there is none"),
        ("sum(a)", "needs a list, not the number 3"),
        ("join(xs, 1)", "joins by the number 1, which is no text"),
        ("xs and yes", "takes a list for true or false"),
        ("(1)(2)", "calls what is no function"),
        ("join(range(900))", "more than 2,000 characters"),
        ("range(900) + range(900)", "more than 1,000 items"),
        ("a[0]", "takes an item of the number 3"),
        ("min()", "gives 0 values to min()"),
        ("round(a, 99)", "rounds to 99 places"),
        ("range(10 ** 30)", "counts more than 1,000 numbers"),
        ("range(10 ** 6)", "counts more than 1,000 numbers"),
        ("range(0, 5, 0)", "counts by steps of 0"),
        ("sorted([])", "needs at least one value"),
        ("-" * 100 + "1", "nested more than 25 deep"),
        ("(" * 240 + "1" + ")" * 240, "cannot be read"),
        ("1" + " + 1" * 200, "longer than 500 characters"),
    ],
)
def test_it_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, VALUES)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [("op", 'gives the text "Query", and a number is needed'), (1e300, "more than 60 digits")],
)
def test_it_asks_for_a_number_where_one_is_needed(formula: float | str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate_number(formula, VALUES)
    assert reason in str(caught.value)
    assert evaluate_number(0.1, {}) == evaluate_number("1 / 10", {}) == Fraction(1, 10)


def test_it_names_the_expression_but_not_all_of_a_long_one() -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate("a + " * 40, VALUES)
    assert str(caught.value).startswith("'a + a + ")
    assert len(str(caught.value)) < 160


def test_it_takes_a_float_for_the_decimal_that_its_author_wrote() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert exact(1e-7) == Fraction(1, 10**7)


@given(st.integers(-(10**6), 10**6), st.integers(1, 999), st.integers(0, 4))
@settings(max_examples=100, derandomize=True, deadline=None, database=None)
def test_it_rounds_halves_away_from_zero(above: int, below: int, places: int) -> None:
    number = Fraction(above, below)
    near = evaluate(f"round(({above}) / {below}, {places})", {})
    assert isinstance(near, Fraction)
    assert abs(near - number) <= Fraction(1, 2 * 10**places)
    if abs(near - number) == Fraction(1, 2 * 10**places):
        assert abs(near) > abs(number)
