"""Hostile artefacts: each must come to a verdict, and to nothing else."""

import json
from dataclasses import dataclass
from typing import Any

from tests.labs.evaluation.conftest import job

TABLE = {"keys": [{"name": "pk"}]}
TEXT = "a" * 250
SQS = {"source": "sqs"}
DEEP = 15_000


@dataclass(frozen=True)
class Attack:
    """`verdicts` are those it may come to: a machine may be too slow, or have less memory."""

    name: str
    job: dict[str, Any]
    verdicts: tuple[str, ...] = ("evaluated", "invalid")
    says: str = ""


def _policy(**statement: Any) -> dict[str, Any]:
    usual = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [{**usual, **statement}]}


def _pass(output: str) -> dict[str, Any]:
    state = {"Type": "Pass", "Output": f"{{% {output} %}}", "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}}


def _filter(expression: str, *, cases: int = 1) -> dict[str, Any]:
    case = {"items": [{"pk": "a", "n": TEXT}]}
    options: dict[str, Any] = {"use": "filter", "table": TABLE, "values": {":v": TEXT}}
    return job("dynamodb_expression", expression, *([case] * cases), **options)


def _event(pattern: Any, event: Any) -> dict[str, Any]:
    return job("event_pattern", pattern, {"event": event})


def _map(processor: dict[str, Any]) -> dict[str, Any]:
    mapped = {"Type": "Map", "ItemProcessor": processor, "End": True}
    return {"StartAt": "A", "States": {"A": mapped}}


def _nested_map(depth: int) -> dict[str, Any]:
    inner = {"StartAt": "Z", "States": {"Z": {"Type": "Pass", "End": True}}}
    for level in range(depth):
        mapped = {"Type": "Map", "ItemsPath": "$$.Execution.Input", "End": True}
        inner = {
            "StartAt": f"M{level}",
            "States": {f"M{level}": {**mapped, "ItemProcessor": inner}},
        }
    return inner


_WILDCARDS = "*a" * 60
_PARALLEL = {
    "StartAt": "P",
    "States": {
        "P": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": f"B{n}", "States": {f"B{n}": {"Type": "Pass", "End": True}}}
                for n in range(400)
            ],
            "Next": "Q",
        },
        "Q": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.never", "IsPresent": True, "Next": "E"}],
            "Default": "P",
        },
        "E": {"Type": "Succeed"},
    },
}

QUICK = (
    Attack("wildcards in a pattern", _event({"a": [{"wildcard": _WILDCARDS + "b"}]}, {"a": TEXT})),
    Attack(
        "wildcards in a policy",
        job(
            "iam_policy",
            _policy(Resource=f"arn:aws:s3:::{_WILDCARDS}b"),
            {"action": "s3:GetObject", "resource": f"arn:aws:s3:::{TEXT}"},
        ),
        ("evaluated",),
    ),
    Attack(
        "wildcards in a condition",
        job(
            "iam_policy",
            _policy(Condition={"StringLike": {"x:y": _WILDCARDS + "b"}}),
            {"action": "s3:GetObject", "context": {"x:y": TEXT * 40}},
        ),
        ("evaluated",),
    ),
    Attack("an open pattern of lists", _event("[" * DEEP, {}), ("invalid",)),
    Attack("a deep pattern", _event('{"a":' * DEEP, {}), ("invalid",)),
    Attack("a deep policy", job("iam_policy", '{"a":' * DEEP), ("invalid",), "too deeply"),
    Attack("a deep filter", job("event_filter", '{"a":' * DEEP, **SQS), ("invalid",)),
    Attack("a deep filter policy", job("filter_policy", '{"a":' * DEEP), ("invalid",)),
    Attack("a deep definition", job("asl", '{"a":' * DEEP), ("invalid",)),
    Attack(
        "a fragment as deep as Python reads",
        job("asl", "[" * 900 + "]" * 900, {}, definition=_pass("1") | {"Comment": "<answer>"}),
    ),
    Attack("deep parentheses", _filter("(" * 2000 + "n = :v" + ")" * 2000), ("invalid",)),
    Attack("many negations", _filter("NOT " * 900 + "n = :v"), ("invalid",)),
    Attack("a long chain", _filter(" OR ".join(["n = :v"] * 400))),
    Attack(
        "a megabyte", _event('{"a": ["' + "x" * 1_000_000 + '"]}', {}), ("invalid",), "at most"
    ),
    Attack(
        "half of a character", _event('{"a": ["\ud800"]}', {"a": "x"}), ("invalid",), "half of"
    ),
    Attack(
        "half of a character, escaped",
        job("asl", '"\\ud800"', {}, definition=_pass("1") | {"Comment": "<answer>"}),
    ),
    Attack(
        "half of a character in an output",
        job(
            "asl",
            "\"{% '\\ud800' %}\"",
            {},
            definition={
                "QueryLanguage": "JSONata",
                "StartAt": "A",
                "States": {"A": {"Type": "Pass", "Output": "<answer>", "End": True}},
            },
        ),
        ("evaluated", "invalid", "not_simulated"),
    ),
    Attack("a huge number in a pattern", _event('{"a": [' + "9" * 50_000 + "]}", {"a": 1})),
    Attack("a huge exponent", _event('{"a": [1e999999999]}', '{"a": 1e999999999}')),
    Attack(
        "a huge number in a policy",
        job("iam_policy", '{"Version":' + "9" * 50_000 + "}"),
        ("invalid",),
        "too many digits",
    ),
    Attack(
        "a huge number in a definition",
        job("asl", '{"TimeoutSeconds":' + "9" * 50_000 + "}"),
        ("invalid",),
    ),
    Attack("no number", job("iam_policy", '{"Version": NaN}'), ("invalid",), "NaN is none"),
    Attack("YAML", job("asl", "StartAt: !!python/object/apply:os.system [id]"), ("invalid",)),
    Attack("Python", job("iam_policy", "__import__('os').system('id')"), ("invalid",)),
    Attack("a NUL", _event('{"a": ["\\u0000"]}', {"a": "\0"}), ("evaluated",)),
    Attack("many alternatives", _event({"$or": [{"a": [n]} for n in range(3000)]}, {"a": 1})),
    Attack(
        "alternatives times alternatives",
        _event(
            {"x": {"$or": [{"a": [1]}, {"b": [1]}], "y": {"$or": [{"a": [1]}, {"b": [1]}] * 400}}},
            {"a": 1},
        ),
    ),
    Attack(
        "a loop of states",
        job(
            "asl",
            {
                "StartAt": "A",
                "States": {
                    "A": {"Type": "Pass", "Next": "B"},
                    "B": {
                        "Type": "Choice",
                        "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "E"}],
                        "Default": "A",
                    },
                    "E": {"Type": "Succeed"},
                },
            },
            {"input": {}},
        ),
        ("evaluated",),
    ),
    Attack("branches in a loop", job("asl", _PARALLEL, {"input": {}}), ("evaluated",)),
    Attack(
        "nested maps",
        job("asl", _nested_map(6), {"input": list(range(30))}),
        ("evaluated", "timed_out", "memory_exceeded"),
    ),
    Attack("maps that are too many", job("asl", _nested_map(60), {}), ("invalid",)),
    Attack(
        "a wait without end",
        job(
            "asl",
            {
                "StartAt": "A",
                "States": {"A": {"Type": "Wait", "Seconds": 2_000_000_000, "End": True}},
            },
            {},
        ),
    ),
    Attack(
        "retries without end",
        job(
            "asl",
            {
                "StartAt": "A",
                "States": {
                    "A": {
                        "Type": "Task",
                        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                        "End": True,
                        "Retry": [
                            {
                                "ErrorEquals": ["States.ALL"],
                                "MaxAttempts": 99_999_999,
                                "IntervalSeconds": 1,
                                "BackoffRate": 1.0,
                            }
                        ],
                    }
                },
            },
            {"tasks": {"*": [{"error": "E"}]}},
        ),
        ("evaluated", "timed_out"),
    ),
    Attack(
        "an output that doubles",
        job("asl", _pass("$reduce([1..30], function($s, $n){$s & $s}, 'xxxxxxxx')"), {}),
        ("evaluated", "memory_exceeded", "timed_out"),
    ),
    Attack(
        "outputs that are too large together",
        job("asl", _pass("$pad('x', 200000)"), *([{}] * 10)),
        ("evaluated", "output_exceeded"),
    ),
)

SLOW = (
    Attack(
        "a recursion in JSONata",
        job("asl", _pass("($f := function($n){$f($n + 1) + 1}; $f(1))"), {}),
        ("evaluated", "timed_out", "memory_exceeded"),
    ),
    Attack(
        "a loop in JSONata, in each case",
        job("asl", _pass("($f := function($n){$f($n + 1)}; $f(1))"), *([{}] * 20)),
        ("timed_out",),
        "within 4 s",
    ),
    Attack(
        "a regular expression in JSONata",
        job("asl", _pass("$match($states.input, /^(a+)+$/)"), {"input": "a" * 60 + "b"}),
        ("evaluated", "timed_out"),
    ),
    Attack(
        "a regular expression in JSONPath",
        job(
            "asl",
            {
                "StartAt": "A",
                "States": {
                    "A": {
                        "Type": "Pass",
                        "Parameters": {"x.$": "$[?(@ =~ /^(a+)+$/)]"},
                        "End": True,
                    }
                },
            },
            {"input": ["a" * 60 + "b"]},
        ),
        ("evaluated", "timed_out", "invalid"),
    ),
    Attack(
        "stars in a StringMatches",
        job(
            "asl",
            {
                "StartAt": "A",
                "States": {
                    "A": {
                        "Type": "Choice",
                        "Choices": [
                            {"Variable": "$", "StringMatches": "*a" * 60 + "b", "Next": "B"}
                        ],
                        "Default": "B",
                    },
                    "B": {"Type": "Succeed"},
                },
            },
            {"input": "a" * 5000},
        ),
        ("evaluated",),
    ),
    Attack(
        "a memory hog in JSONata",
        job(
            "asl", _pass("$count($map([1..3000000], function($x){$string($x) & $string($x)}))"), {}
        ),
        ("evaluated", "timed_out", "memory_exceeded"),
    ),
)

FORGED: tuple[Any, ...] = (
    None,
    [],
    {},
    {"evaluator": "event_pattern"},
    {"evaluator": "event_pattern", "artefact": 5, "cases": []},
    {"evaluator": "event_pattern", "artefact": "{}", "cases": {}},
    {"evaluator": "event_pattern", "artefact": "{}", "cases": [{"event": {}, "expected": True}]},
    {"evaluator": "event_pattern", "artefact": "{}", "cases": [{"event": {}}] * 51},
    {"evaluator": "event_pattern", "artefact": "{}", "cases": [], "options": {"scope": "x"}},
    {"evaluator": "event_pattern", "artefact": "{}", "cases": [{"event": {"a": float("nan")}}]},
    {"evaluator": "event_pattern", "artefact": "{}", "cases": [{"event": {"a": "\ud800"}}]},
    {"evaluator": "event_pattern", "artefact": "{}", "cases": [{"event": {"a": "x" * 1_100_000}}]},
    {
        "evaluator": "event_pattern",
        "artefact": "{}",
        "cases": [{"event": json.loads("[" * 500 + "]" * 500)}],
    },
    {"evaluator": "os.system", "artefact": "id", "cases": []},
    {"evaluator": "__init__", "artefact": "x", "cases": []},
    job("event_filter", "{}"),
    job("event_filter", "{}", source="file:///etc/passwd"),
    job("iam_policy", "{}", {"action": "x", "resource": "*"}),
    job("iam_policy", "{}", principal="nobody"),
    job("iam_policy", "{}", others=[{"kind": "boundary", "policy": {}}] * 2),
    job("dynamodb_expression", "x", use="drop", table=TABLE),
    job("dynamodb_expression", "x", {"item": {}}, use="filter", table=TABLE),
    job("dynamodb_expression", "x", use="filter", table={"keys": []}),
    job("dynamodb_expression", "x", use="filter", table=TABLE, index="none"),
    job("asl", "x", definition={"StartAt": "A"}),
    job("asl", "x", definition={"a": "<answer>", "b": "<answer>"}),
    job("asl", "x", {"tasks": {"A": []}}),
    job("asl", "x", {"tasks": {"A": [{"result": 1, "error": "E"}]}}),
    job("asl", "x", {"tasks": {"A": [{"cause": "E"}]}}),
)
