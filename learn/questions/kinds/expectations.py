"""What each evaluator's cases come to: how an author writes it, how it compares, how it reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learn.questions.json_values import is_same

MAX_SHOWN = 4_000


@dataclass(frozen=True)
class Expectations:
    """Of one evaluator.

    `words` of the closed sets: what comes out, and how it is called. `keys` of the others: an
    object of which an author names the parts that count. With neither it is compared whole.
    """

    label: str
    named: tuple[tuple[Any, str], ...] = ()
    keys: frozenset[str] = frozenset()

    def hold(self, expected: Any, got: Any) -> bool:
        """Whether what came out is what the author expects."""
        if self.keys and isinstance(got, dict):
            return all(key in got and is_same(expected[key], got[key]) for key in expected)
        return is_same(expected, got)

    def words(self, value: Any) -> str:
        """What comes out, for people."""
        for one, word in self.named:
            if is_same(one, value):
                return word
        text = json.dumps(value, indent=2, ensure_ascii=False)
        return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]} ..."


_DECISIONS = (
    ("allowed", "allowed"),
    ("implicitly_denied", "denied, as nothing allows it"),
    ("explicitly_denied", "denied by a statement"),
)
_ALL = {
    "event_pattern": Expectations(
        "your event pattern", ((True, "matches"), (False, "does not match"))
    ),
    "filter_policy": Expectations(
        "your filter policy", ((True, "is delivered"), (False, "is filtered out"))
    ),
    "event_filter": Expectations(
        "your filter pattern", ((True, "reaches the function"), (False, "is filtered out"))
    ),
    "iam_policy": Expectations("your policy", _DECISIONS),
    "asl": Expectations(
        "your part of the state machine",
        keys=frozenset({"status", "output", "error", "cause", "path"}),
    ),
}
_READ = frozenset({"keys", "scanned"})
_EXPRESSIONS = {
    "key_condition": Expectations("your key condition", keys=_READ),
    "filter": Expectations("your filter expression", keys=_READ),
    "condition": Expectations("your condition", ((True, "holds"), (False, "does not hold"))),
    "update": Expectations("your update expression"),
}
_OTHER = Expectations("your answer")


def expectations_of(evaluator: str, options: Mapping[str, Any]) -> Expectations:
    """Those of the evaluator; of expressions it is the `use` that decides."""
    if evaluator == "dynamodb_expression":
        return _EXPRESSIONS.get(str(options.get("use")), _OTHER)
    return _ALL.get(evaluator, _OTHER)


def expectation_problem(expectations: Expectations, expected: Any) -> str:
    """What is wrong with `expect`, for its author; "" if nothing is."""
    named = [one for one, _ in expectations.named]
    if named and not any(is_same(one, expected) for one in named):
        return f"write one of: {', '.join(json.dumps(one) for one in named)}"
    if not expectations.keys:
        return ""
    known = ", ".join(sorted(expectations.keys))
    if not isinstance(expected, dict) or not expected:
        return f"write what must come out, as keys and values; the keys are {known}"
    unknown = [key for key in expected if key not in expectations.keys]
    return f"unknown key '{unknown[0]}'; the keys are {known}" if unknown else ""
