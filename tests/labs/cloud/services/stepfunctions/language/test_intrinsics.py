"""The intrinsic functions, as their page documents them and recordings show them."""

from typing import Any

import pytest
from moto.moto_api._internal import mock_random

from labs.cloud.services.stepfunctions.language import calls, intrinsics, templates
from labs.cloud.services.stepfunctions.language.errors import StatesError


def evaluate(text: str, **data: Any) -> Any:
    return intrinsics.evaluate(text, data, {"Name": "x-y"}, {"v": [1, 2]})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("States.Format('{} is {}', 'a', 1.5)", "a is 1.5"),
        (r"States.Format('It\'s \{{}\}', $.n)", "It's {3}"),
        ("States.Format('{}', $.map)", "{a=1, b=[x]}"),
        ("States.Format('{} {}', true, null)", "true null"),
        ("States.StringToJson('[1, 2]')", [1, 2]),
        ("States.StringToJson(' ')", None),
        ("States.JsonToString($.map)", '{"a":1,"b":["x"]}'),
        ("States.Array()", []),
        ("States.Array(1, 'a', null, $.n, States.Array(2))", [1, "a", None, 3, [2]]),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [3]]),
        ("States.ArrayContains($.list, 2)", True),
        ("States.ArrayContains($.list, true)", False),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(3, 1, -1)", [3, 2, 1]),
        ("States.ArrayGetItem($.list, 1)", 2),
        ("States.ArrayLength($v)", 2),
        ("States.ArrayUnique($.twice)", [1, True, "a", 1.0]),
        ("States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="),
        ("States.Base64Decode('RGF0YQ==')", "Data"),
        ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("States.JsonMerge($.map, $.other, false)", {"a": 2, "b": ["x"]}),
        ("States.MathAdd(-1.5, 1.5)", 1),
        ("States.StringSplit('a-b_c--', '-_')", ["a", "b", "c"]),
        ("States.ArrayGetItem(States.StringSplit($$.Name, '-'), 1)", "y"),
        ("$.n", 3),
    ],
)
def test_it_evaluates(text: str, value: object) -> None:
    data = {"n": 3, "map": {"a": 1, "b": ["x"]}, "other": {"a": 2}, "list": [1, 2, 3]}
    found = evaluate(text, **data, twice=[1, True, "a", 1, 1.0, "a"])
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "States.Nope()",
        "States.Hash('a')",
        "States.Format('a",
        "States.Array(1,)",
        "States.Array(a)",
        r"States.StringToJson('a \" b')",
        "States.Array(1) + 1",
        "States.Array(" * 12 + ")" * 12,
    ],
)
def test_it_knows_what_is_no_call(text: str) -> None:
    with pytest.raises(calls.CallSyntaxError):
        calls.parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("States.ArrayGetItem($.list, 9)", "The index is out of the bounds of the array"),
        ("States.ArrayRange(1, 9, 0)", "The increment must not be zero"),
        ("States.ArrayRange(1, 100000, 1)", "The array may not hold more than 1000 items"),
        ("States.JsonMerge($.map, $.map, true)", "Only the shallow merging mode is supported"),
        ("States.StringToJson('{')", "The string cannot be parsed as JSON: {"),
        ("States.MathAdd('1', 1)", "The argument must be a number"),
        ("States.Format('{}')", "The number of arguments does not match"),
    ],
)
def test_a_function_fails(text: str, reason: str) -> None:
    with pytest.raises(StatesError) as caught:
        evaluate(text, list=[1], map={})
    assert caught.value.error == "States.IntrinsicFailure"
    told = f"The function '{text}' had the following error: {reason}"
    assert str(caught.value.cause).startswith(told)


def test_chance_follows_from_the_seed() -> None:
    def draw() -> list[Any]:
        mock_random.seed(3)
        return [evaluate("States.UUID()"), evaluate("States.MathRandom(1, 1000)")]

    assert draw() == draw()
    assert evaluate("States.MathRandom(1, 1000, 5)") == evaluate("States.MathRandom(1, 1000, 5)")


def test_a_template_is_filled() -> None:
    template = {"a.$": "$.n", "b": {"c.$": "States.Array($.n)", "d": "$.n"}, "e": [{"f.$": "$v"}]}
    filled = templates.fill(template, {"n": 3}, {}, {"v": 1})
    assert filled == {"a": 3, "b": {"c": [3], "d": "$.n"}, "e": [{"f": 1}]}


def test_a_template_says_what_it_does_not_find() -> None:
    with pytest.raises(StatesError) as caught:
        templates.fill({"x.$": "$.none"}, {"n": 3}, {}, {})
    assert caught.value.cause == (
        "The JSONPath '$.none' specified for the field 'x.$' could not be found in the input "
        "'{\"n\":3}'"
    )
