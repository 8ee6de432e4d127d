"""The values that a seed gives."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter, ValidationError

from learn.questions.parameters import Drawn, ExpressionError, draw_values
from learn.questions.parameters.documents import Parameters

PARAMETERS: TypeAdapter[Any] = TypeAdapter(Parameters, config=ConfigDict(strict=True))


def declared(parameters: dict[str, Any]) -> Any:
    """The parameters as they are read from a file."""
    return PARAMETERS.validate_json(json.dumps(parameters))


def draw(parameters: dict[str, Any], *require: str, seed: int = 1) -> Drawn:
    return draw_values(declared(parameters), require, seed)


@given(st.integers(0, 2**31))
@settings(max_examples=100, derandomize=True, deadline=None, database=None)
def test_it_stays_in_the_range(seed: int) -> None:
    value = draw({"n": {"from": 0.1, "to": 0.5, "step": 0.1}}, seed=seed).values["n"]
    assert value in {Fraction(tenth, 10) for tenth in range(1, 6)}


def test_it_takes_a_number_that_stays() -> None:
    assert draw({"price": 0.2, "twice": "price * 2"}).values["twice"] == Fraction(2, 5)


def test_it_reaches_every_value() -> None:
    parameters = {"n": {"from": 5, "to": 20, "step": 5}, "op": {"choice": ["Query", "Scan"]}}
    drawn = [draw(parameters, seed=seed).values for seed in range(100)]
    assert {values["n"] for values in drawn} == {5, 10, 15, 20}
    assert {values["op"] for values in drawn} == {"Query", "Scan"}


def test_it_keeps_what_belongs_together() -> None:
    parameters = {"case": {"choice": [["Query", 0.5], ["Put", 1]]}, "op": "case[0]"}
    values = draw(parameters).values
    assert values["op"] in {"Query", "Put"}
    assert values["case"] in {("Query", Fraction(1, 2)), ("Put", Fraction(1))}


def test_it_does_not_care_about_the_order_of_names() -> None:
    one = {"n": {"from": 1, "to": 99}, "m": {"from": 1, "to": 99}, "both": "n + m"}
    other = dict(sorted(one.items(), reverse=True))
    assert draw(one, "n > m").values == draw(other, "n > m").values


def test_it_draws_again_until_all_is_as_required() -> None:
    parameters = {"n": {"from": 1, "to": 9}, "m": {"from": 1, "to": 9}}
    drawn = [draw(parameters, "n != m", "n + m == 10", seed=seed) for seed in range(50)]
    assert all(one.values["n"] != one.values["m"] for one in drawn)
    assert max(one.tries for one in drawn) > 1


def test_it_gives_the_same_again_and_something_else_for_another_seed() -> None:
    parameters = {"n": {"from": 1, "to": 10_000}}
    assert draw(parameters, seed=7) == draw(parameters, seed=7)
    assert len({draw(parameters, seed=seed).values["n"] for seed in range(20)}) > 15


@pytest.mark.parametrize(
    ("parameters", "require", "reason"),
    [
        ({"n": {"from": 1, "to": 9}}, ["n > 9"], "'n > 9' was false for 1,000 draws"),
        ({"n": {"from": 1, "to": 9}}, ["n + 1"], "is neither true nor false"),
        ({"n": {"from": 1, "to": 9}}, ["m > 1"], "names 'm'"),
        ({"n": "m + 1", "m": "n"}, [], "is computed from itself"),
        ({"n": "n + 1"}, [], "is computed from itself"),
        ({"n": "1 + k"}, [], "names 'k', which is no parameter; there are: n"),
        ({"n": {"from": 0, "to": 1}, "m": "1 / (n - n)"}, [], "divides by zero"),
    ],
)
def test_it_says_what_cannot_be_drawn(
    parameters: dict[str, Any], require: list[str], reason: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        draw(parameters, *require)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"n": {"from": 5, "to": 5}}, "fewer than two values"),
        ({"n": {"from": 9, "to": 5}}, "fewer than two values"),
        ({"n": {"from": 1, "to": 5, "step": 0}}, "greater than"),
        ({"n": {"from": 1, "to": 5, "by": 1}}, "Extra inputs"),
        ({"n": {"choice": [7]}}, "at least 2 items"),
        ({"n": {"choice": [7, 7]}}, "stands twice"),
        ({"n": {"choice": [1, 2], "from": 1}}, "Extra inputs"),
        ({"n": [5]}, "Write {from: 1, to: 9}, {choice: [5, 7]} or"),
        ({"n": "5 +"}, "cannot be read"),
        ({"N": "5"}, "'N' is no name: use small letters"),
        ({"n": "5 - 20"}, "for a range write {from: 5, to: 20}"),
        ({"max": "5"}, "is a word of the expressions"),
        ({"if": "5"}, "is a word of the expressions"),
    ],
)
def test_it_refuses_to_declare(document: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        declared(document)
    assert reason in str(caught.value)
