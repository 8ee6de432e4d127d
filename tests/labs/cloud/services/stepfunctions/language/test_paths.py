"""Paths as Step Functions reads them: Jayway's dialect, the context object, variables."""

from typing import Any

import pytest

from labs.cloud.services.stepfunctions.language import paths
from labs.cloud.services.stepfunctions.language.errors import StatesError

ORDER = {
    "items": [{"price": 1, "name": "pen"}, {"price": 5, "name": "ink"}, {"price": 9}],
    "sizes": [1, 2, 3],
    "odd-key": {"a b": 2},
    "nothing": None,
}
CONTEXT = {"State": {"Name": "Here"}}


def read(path: str, **variables: Any) -> Any:
    return paths.read(path, ORDER, CONTEXT, variables)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.sizes", [1, 2, 3]),
        ("$.items[0].price", 1),
        ("$.items[-1].price", 9),
        ("$.items[*].price", [1, 5, 9]),
        ("$..price", [1, 5, 9]),
        ("$.sizes[0:2]", [1, 2]),
        ("$.sizes[:1]", [1]),
        ("$.sizes[0,2]", [1, 3]),
        ("$['odd-key']['a b']", 2),
        ("$.odd-key", {"a b": 2}),
        ("$.items[0]['price','name']", {"price": 1, "name": "pen"}),
        ("$.items[?(@.price > 3)].price", [5, 9]),
        ("$.items[?(@.price > 3 && @.name == 'ink')].price", [5]),
        ("$.items[?(@.price == 1 || !(@.name))].price", [1, 9]),
        ("$.items[?(@.price > .5 && @.price < 2.)].price", [1]),
        ("$$.State.Name ", "Here"),
        ("$.items[?(@.name =~ /I.*/i)].name", ["ink"]),
        ("$.items[?(@.price in [1, 9])].price", [1, 9]),
        ("$.sizes.length()", 3),
        ("$.nothing", None),
        ("$$.State.Name", "Here"),
        ("$$", CONTEXT),
    ],
)
def test_it_finds(path: str, found: object) -> None:
    assert read(path) == found


def test_it_reads_variables() -> None:
    assert read("$order.id", order={"id": 7}) == 7
    assert read("$order", order=[1]) == [1]


@pytest.mark.parametrize(
    "path", ["$.none[*]", "$.none[1:3].price", "$.items[?(@.none)]", "$..none"]
)
def test_a_path_to_many_places_may_find_none(path: str) -> None:
    assert read(path) == []


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("$.none", "Invalid path '$.none' : No results for path: $['none']"),
        ("$.none.price", "Invalid path '$.none.price' : Missing property in path $['none']"),
        ("$.sizes[9]", "Invalid path '$.sizes[9]' : No results for path: $['sizes'][9]"),
    ],
)
def test_a_path_to_one_place_must_lead_there(path: str, cause: str) -> None:
    with pytest.raises(paths.NothingThereError) as caught:
        read(path)
    assert (caught.value.error, caught.value.cause) == ("States.Runtime", cause)


@pytest.mark.parametrize("path", ["", "a", "$.", "$.a[", "$[?(@.a ==)]", "$..", "$.a[x]", "$$$"])
def test_it_knows_what_is_no_path(path: str) -> None:
    assert not paths.is_path(path)
    with pytest.raises(StatesError):
        read(path)


def test_a_backslash_in_a_name_stands_for_itself() -> None:
    assert paths.read("$['a\\\"b']", {'a\\"b': 1}, {}, {}) == 1


def test_a_hostile_filter_ends() -> None:
    assert not paths.is_path("$[?(" + "(" * 5000 + "@.a" + ")" * 5000 + ")]")


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("$", 9),
        ("$.b", {"a": {"x": 1}, "b": 9}),
        ("$.a.y", {"a": {"x": 1, "y": 9}}),
        ("$.b.c.d", {"a": {"x": 1}, "b": {"c": {"d": 9}}}),
    ],
)
def test_it_writes_a_result(path: str, written: object) -> None:
    before = {"a": {"x": 1}}
    assert paths.write(path, before, 9) == written
    assert before == {"a": {"x": 1}}


def test_no_result_path_keeps_the_input() -> None:
    assert paths.write(None, {"a": 1}, 9) == {"a": 1}


def test_a_result_needs_objects_on_its_way() -> None:
    with pytest.raises(StatesError) as caught:
        paths.write("$.a.b", {"a": 1}, 9)
    assert caught.value.error == "States.ResultPathMatchFailure"
    assert caught.value.cause == 'Unable to apply ReferencePath $.a.b to input {"a":1}'
