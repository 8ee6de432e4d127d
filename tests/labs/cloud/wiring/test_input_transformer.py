"""Templates of rules, filled."""

from typing import Any

import pytest

from labs.cloud.wiring.input_transformer import Rule, fill, target_input
from labs.cloud.wiring.json_paths import MISSING

EVENT: dict[str, Any] = {
    "id": "1",
    "source": "shop",
    "detail": {"name": 'Ada "A"', "n": 1, "tags": ["a", "b"], "no": None, "in": {"x": [1]}},
}
RULE = Rule("r", "arn:r", "2026-01-30T09:40:00Z")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"a": <name>}', '{"a": "Ada \\"A\\""}'),
        ('{"a": "<name>"}', '{"a": "Ada \\"A\\""}'),
        ('{"a": <n>, "b": "<n>"}', '{"a": 1, "b": "1"}'),
        ('{"a": <tags>}', '{"a": ["a","b"]}'),
        ('{"a": <no>, "b": <gone>}', '{"a": null, "b": ""}'),
        ('"all: <in>"', '"all: {x:[1]}"'),
        ("<name>", 'Ada "A"'),
        ("<in>", '{"x":[1]}'),
        ('{"a": "say \\"<n>\\""}', '{"a": "say \\"1\\""}'),
        ('{"a": 1 < 2}', '{"a": 1 < 2}'),
    ],
)
def test_it_fills_a_template(template: str, expected: str) -> None:
    values = EVENT["detail"]
    assert fill(template, lambda name: values.get(name, MISSING)) == expected


def test_it_knows_the_reserved_names() -> None:
    template = '["<aws.events.rule-arn>", <aws.events.event>, "<aws.events.event.ingestion-time>"]'
    target = {"InputTransformer": {"InputTemplate": template}}
    expected = '["arn:r", {"id":"1","source":"shop"}, "2026-01-30T09:40:00Z"]'
    assert target_input(target, EVENT, RULE) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.detail.in", '{"x":[1]}'),
        ("$.detail.in.x[0]", "1"),
        ("$.detail.tags[*]", '["a","b"]'),
        ("$['detail']['n']", "1"),
        ("$.source", '"shop"'),
    ],
)
def test_it_takes_a_part(path: str, expected: str) -> None:
    assert target_input({"InputPath": path}, EVENT, RULE) == expected
