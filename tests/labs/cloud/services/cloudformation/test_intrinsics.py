"""Values of a template become what its functions say."""

from typing import Any

import pytest

from labs.cloud.services.cloudformation.errors import TemplateError
from labs.cloud.services.cloudformation.intrinsics import Resolver
from labs.cloud.services.cloudformation.templates import parse

HEAD = """
Mappings: {Sizes: {us-east-1: {small: 1}}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Either: !Or [!Condition IsProd, !Condition IsDev]
  Both: !And [!Condition IsProd, !Condition IsDev]
Resources: {A: {Type: AWS::SQS::Queue}}
Outputs: {O: {Value: VALUE}}
"""


def value(text: str) -> Any:
    template = parse(HEAD.replace("VALUE", text))

    def attribute(name: str, wanted: str) -> str:
        return f"{name}.{wanted}"

    resolver = Resolver(
        template,
        {"Stage": "dev", "List": ["a", "b"]},
        {"AWS::Region": "us-east-1"},
        ref=lambda name: f"<{name}>",
        attribute=attribute,
        imported=lambda name: f"imported {name}",
    )
    return resolver.value(template["Outputs"]["O"])["Value"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Ref Stage", "dev"),
        ("!Ref A", "<A>"),
        ("!GetAtt A.Arn", "A.Arn"),
        ("!GetAtt [A, Endpoint.Port]", "A.Endpoint.Port"),
        (
            "!Sub '${Stage}-${A}-${A.Arn}-${!Left}-${AWS::Region}'",
            "dev-<A>-A.Arn-${Left}-us-east-1",
        ),
        ("!Sub ['${X}-${Stage}', {X: !Ref A}]", "<A>-dev"),
        ("!Join ['-', [a, !Ref Stage, 1]]", "a-dev-1"),
        ("!Join [',', !Ref List]", "a,b"),
        ("!Select [1, !Split ['|', 'a|b']]", "b"),
        ("!If [IsProd, 1, 2]", 2),
        ("!If [IsDev, !If [Either, x, y], 2]", "x"),
        ("!If [Both, 1, 2]", 2),
        ("{a: !If [IsProd, 1, !Ref AWS::NoValue], b: 2}", {"b": 2}),
        ("[1, !Ref AWS::NoValue, 3]", [1, 3]),
        ("!FindInMap [Sizes, !Ref AWS::Region, small]", 1),
        ("!ImportValue there", "imported there"),
        ("!Base64 abc", "YWJj"),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!GetAZs ''", ["us-east-1a", "us-east-1b", "us-east-1c"]),
        ("{Fn::ToJsonString: {a: !Ref Stage}}", '{"a":"dev"}'),
        ("{Fn::Length: !Ref List}", 2),
        ("{Condition: {StringEquals: {a: b}}}", {"Condition": {"StringEquals": {"a": "b"}}}),
        ("2026-01-31", "2026-01-31"),
    ],
)
def test_functions_are_done(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("!FindInMap [Sizes, eu, small]", "Unable to get mapping for Sizes::eu::small"),
        ("!Select [5, [a]]", "nonexistent value at index 5"),
        ("!Colour red", "Fn::Colour is not simulated"),
        ("!If [None, 1, 2]", "Unresolved condition dependency None"),
        ("!Join [a]", "every Fn::Join object must"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        value(text)
