"""JSONata in templates."""

from typing import Any

import pytest
from moto.moto_api._internal import mock_random

from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.language import jsonata, jsonata_references
from labs.cloud.services.stepfunctions.language.errors import StatesError

FAILED = "threw an error during evaluation."
STATES = {"input": {"n": None, "list": [1, 2, {"a": 3}], "deep": [[1]]}, "context": {}}


def evaluate(expression: str, **variables: Any) -> Any:
    return jsonata.fill(f"{{% {expression} %}}", STATES, variables, field="Output/x")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$states.input.n", None),
        ("$states.input.n = null", True),
        ("$states.input.list[2].a", 3),
        ("$states.input.list[$ = 1]", 1),
        ("$states.input.deep", [[1]]),
        ("{'gone': $states.input.none}", {}),
        ("2.5 * 2", 5),
        ("$v & '!'", "hi!"),
        ("$partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$range(1, 9, 9)", 1),
        ("$hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("$parse('{\"a\": null}')", {"a": None}),
        ("$parse('null')", None),
        ("$random(3) = $random(3)", True),
    ],
)
def test_it_evaluates(expression: str, value: object) -> None:
    assert evaluate(expression, v="hi") == value


def test_a_template_keeps_what_is_no_expression() -> None:
    template = {"a": "{% 1 + 1 %}", "b": ["{% 'x' %}", " {% 1 %}", 4], "c": {"d": None}}
    assert jsonata.fill(template, STATES, {}) == {
        "a": 2,
        "b": ["x", " {% 1 %}", 4],
        "c": {"d": None},
    }


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("$none", "returned nothing (undefined)."),
        ("function($x){ $x }", "returned an unsupported result type."),
        (
            "'a' + 1",
            f'{FAILED} T2001: The left side of the "+" operator must evaluate to a number',
        ),
        ("$number('x')", f'{FAILED} D3030: Unable to cast value to a number: "x"'),
        ("1 / 0", f"{FAILED} D1001: Number out of range"),
        ("$eval('1')", f"{FAILED} T1006: Attempted to invoke a non-function"),
        (
            "$sum('a')",
            f'{FAILED} T0412: Argument 1 of function "sum" must be an array of "numbers"',
        ),
    ],
)
def test_it_says_what_fails(expression: str, told: str) -> None:
    with pytest.raises(StatesError) as caught:
        evaluate(expression)
    assert caught.value.error == "States.QueryEvaluationError"
    assert caught.value.cause == (
        f"The JSONata expression '{expression}' specified for the field 'Output/x' {told}"
    )


@pytest.mark.parametrize(
    "expression",
    [
        "($f := function($n){ $f($n + 1) + 1 }; $f(1))",
        "($f := function($n){ $f($n + 1) }; $f(1))",
        "$reduce([1..60], function($a, $b){ $a & $a }, 'x')",
        "$pad('x', 1e12)",
        "[1..900000]",
        "(" * 3000 + "1" + ")" * 3000,
    ],
)
def test_a_hostile_expression_fails(expression: str) -> None:
    with pytest.raises(StatesError):
        evaluate(expression)


def test_time_and_chance_are_the_accounts() -> None:
    clock.start()
    try:
        assert evaluate("$millis()") == pytest.approx(clock.millis(), abs=1)
    finally:
        clock.stop()
    mock_random.seed(5)
    first = evaluate("$uuid()")
    mock_random.seed(5)
    assert evaluate("$uuid()") == first


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("$v + $states.input.$x.y", {"states", "v", "x"}),
        ("($a := 1; $a + $b)", {"b"}),
        ("$map($u, function($i){ $i + $z })", {"u", "z"}),
        ("'$none'", set()),
    ],
)
def test_it_names_the_variables_that_it_needs(expression: str, names: set[str]) -> None:
    assert jsonata.variables_of(expression) == names


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("phone", ("phone",)),
        ("$states.input.phone", ()),
        ("$map($l, function($x){ $x.a })", ()),
        ("$l[a = 1].b", ()),
        ("{'k': name, 'l': [1, other.x]}", ("name", "other")),
        ("a ? b : $c", ("a", "b")),
    ],
)
def test_it_names_what_has_no_context(expression: str, names: tuple[str, ...]) -> None:
    assert set(jsonata_references.top_level_names(expression)) == set(names)
