"""Which events a pattern wants."""

from typing import Any

import pytest

from labs.cloud import event_patterns


def matches(pattern: Any, event: Any) -> bool:
    return event_patterns.compile(pattern).matches(event)


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [
        ("running", "running", True),
        ("running", "Running", False),
        ("", "", True),
        (None, None, True),
        (None, "null", False),
        (True, True, True),
        (True, "true", False),
        (300, 300.0, True),
        (300, "300", False),
        (123456789012, 123456789012, True),
        ("2001:db8::1", "2001:0db8:0:0:0:0:0:1", True),
        ({"prefix": "run"}, "running", True),
        ({"prefix": {"equals-ignore-case": "RUN"}}, "running", True),
        ({"suffix": "ing"}, "running", True),
        ({"suffix": {"equals-ignore-case": "ING"}}, "running", True),
        ({"equals-ignore-case": "RUNNING"}, "running", True),
        ({"wildcard": "r*n*g"}, "running", True),
        ({"wildcard": "*nn"}, "running", False),
        ({"wildcard": "a\\*b"}, "a*b", True),
        ({"wildcard": "a\\*b"}, "axb", False),
        ({"wildcard": "a\\\\*"}, "a\\b", True),
        ({"anything-but": "running"}, "stopped", True),
        ({"anything-but": "running"}, None, True),
        ({"anything-but": ["running", "stopped"]}, "stopped", False),
        ({"anything-but": [1, 2]}, 2.0, False),
        ({"anything-but": {"prefix": "run"}}, "running", False),
        ({"anything-but": {"prefix": "run"}}, 12, True),
        ({"anything-but": {"suffix": [".txt", ".md"]}}, "a.png", True),
        ({"anything-but": {"wildcard": "*/dir/*"}}, "a/dir/b", False),
        ({"anything-but": {"equals-ignore-case": ["A"]}}, "a", False),
        ({"numeric": [">", 0, "<=", 5]}, 5, True),
        ({"numeric": [">", 0, "<=", 5]}, 0, False),
        ({"numeric": ["=", 301.8]}, 301.8, True),
        ({"numeric": ["<", 10]}, "9", False),
        ({"numeric": [">", 0]}, 6_000_000_000, False),
        ({"cidr": "10.0.0.0/24"}, "10.0.0.255", True),
        ({"cidr": "10.0.0.0/24"}, "10.0.1.0", False),
        ({"cidr": "2001:db8::/32"}, "2001:db8::5", True),
        ({"exists": True}, None, True),
        ({"exists": False}, "x", False),
        ({"exactly": "running"}, "running", True),
    ],
)
def test_it_matches_one_value(expression: Any, value: Any, *, expected: bool) -> None:
    assert matches({"state": [expression]}, {"state": value}) is expected


def test_it_wants_every_field_and_one_value_of_each() -> None:
    pattern = {"source": ["a", "b"], "detail": {"state": ["on"]}}
    assert matches(pattern, {"source": "b", "detail": {"state": "on", "more": 1}})
    assert not matches(pattern, {"source": "b", "detail": {"state": "off"}})


def test_it_takes_a_name_with_dots_as_a_path() -> None:
    assert matches({"detail.state": ["on"]}, {"detail": {"state": "on"}})
    assert matches({"detail": {"state": ["on"]}}, {"detail.state": "on"})


def test_it_finds_one_value_in_an_array() -> None:
    assert matches({"tags": ["b"]}, {"tags": ["a", "b"]})
    assert not matches({"tags": [{"exists": True}]}, {"tags": []})


def test_it_matches_fields_in_the_same_element_of_an_array() -> None:
    pattern = {"items": {"name": ["a"], "price": [{"numeric": [">", 5]}]}}
    assert matches(pattern, {"items": [{"name": "b", "price": 1}, {"name": "a", "price": 9}]})
    assert not matches(pattern, {"items": [{"name": "a", "price": 1}, {"name": "b", "price": 9}]})


def test_it_looks_at_leaves_alone() -> None:
    assert not matches({"detail": [{"exists": True}]}, {"detail": {"state": "on"}})
    assert matches({"detail": [{"exists": False}]}, {"detail": {"state": "on"}})


def test_it_takes_one_of_what_or_names() -> None:
    pattern = {"source": ["s"], "$or": [{"a": [1]}, {"b": {"c": [2]}}]}
    assert matches(pattern, {"source": "s", "b": {"c": 2}})
    assert not matches(pattern, {"source": "s", "b": {"c": 3}})
    assert not matches(pattern, {"source": "t", "a": 1})


def test_it_takes_or_as_a_field_where_it_is_no_choice() -> None:
    assert matches({"$or": {"a": [1]}}, {"$or": {"a": 1}})
    assert matches({"$or": ["x"]}, {"$or": "x"})


def test_it_reads_the_last_of_two_fields_of_one_name() -> None:
    pattern = '{"a": ["x"], "a": ["y"]}'
    assert matches(pattern, '{"a": "y"}')
    assert not matches(pattern, '{"a": "x"}')


def test_it_answers_quickly_to_many_wildcards() -> None:
    other = {"anything-but": {"wildcard": "*a" * 30 + "b"}}
    assert matches({"a": [other]}, {"a": "a" * 5000})


@pytest.mark.parametrize(
    ("wildcards", "expected"),
    [
        (["/Users/*/dir/dir/dir/dir/dir/doc.txt"], True),
        (["*.bif", "*.tiff", "*.tif", "*.svs"], True),
        (["*/sync/*.bif", "*/sync/*.tif"], True),
        (["*/sync/*.bif", "*/sync/*.tiff", "*/sync/*.tif", "*/sync/*.svs"], False),
        (["*a*a*a*a*a*a*a"], False),
    ],
)
def test_it_refuses_what_is_hard_to_match(wildcards: list[str], *, expected: bool) -> None:
    pattern = {"a": [{"wildcard": wildcard} for wildcard in wildcards]}
    if expected:
        event_patterns.compile(pattern)
        return
    with pytest.raises(event_patterns.InvalidPatternError, match="Rule is too complex"):
        event_patterns.compile(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ('{"a": 1}', '"a" must be an object or an array'),
        ("[]", "Filter is not an object"),
        ("{}", "Empty objects are not allowed"),
        ('{"a": []}', "Empty arrays are not allowed"),
        ('{"a": [[1]]}', "Match value must be String, number, true, false, or null"),
        ('{"a": [{"PREFIX": "b"}]}', "Unrecognized match type PREFIX"),
        ('{"a": [{"prefix": "b", "suffix": "c"}]}', "Only one key allowed"),
        ('{"a": [{"wildcard": "b**"}]}', "Consecutive wildcard characters at pos 2"),
        ('{"a": [{"wildcard": "b\\\\c"}]}', "Invalid escape character at pos 2"),
        ('{"a": [{"anything-but": ["b", 1]}]}', "either all values are number or string"),
        ('{"a": [{"numeric": [">", 1e10]}]}', "Value must be between -5.0E9 and 5.0E9"),
        ('{"a": [{"numeric": [">", 1e999999999]}]}', "Value must be between -5.0E9 and 5.0E9"),
        ('{"a": [{"numeric": [">", 5, "<", 1]}]}', "Bottom must be less than top"),
        ('{"a": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"),
        ('{"a": ["b"]', "Unexpected end-of-input: expected close marker for Object"),
        ("{'a': ['b']}", "Unexpected character (''' (code 39))"),
        ('{"a": [maybe]}', "Unrecognized token 'maybe'"),
        ("[" * 5000, "Filter is not an object"),
        ('{"a":' * 5000, "nesting depth"),
    ],
)
def test_it_says_what_is_wrong(pattern: str, reason: str) -> None:
    with pytest.raises(event_patterns.InvalidPatternError) as caught:
        event_patterns.compile(pattern)
    assert caught.value.message.startswith("Event pattern is not valid. Reason: ")
    assert reason in caught.value.message


def test_it_names_the_place() -> None:
    with pytest.raises(event_patterns.InvalidPatternError) as caught:
        event_patterns.compile('{\n "a": 17}')
    place = 'at [Source: (String)"{\n "a": 17}"; line: 2, column: 9]'
    assert caught.value.message.endswith(place)
