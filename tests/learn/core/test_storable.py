"""What a database's JSON cannot keep."""

import json

import pytest

from learn.core.storable import storable


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"a\0": ["\ud800x", "\0"]}, {"a\ufffd": ["?x", "\ufffd"]}),
        ([float("inf"), [float("-inf")]], ["inf", ["-inf"]]),
        ({"output": json.loads("1e999")}, {"output": "inf"}),
        ([1.5, True, None, 10**40], [1.5, True, None, 10**40]),
    ],
)
def test_it_makes_it_text(value: object, kept: object) -> None:
    assert storable(value) == kept
    json.dumps(storable(value), allow_nan=False)
