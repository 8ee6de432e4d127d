"""Filter policies of subscriptions: which messages one wants.

https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html: the patterns are
EventBridge's with limits of their own, on a message's attributes or on its body.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from typing import Any

from labs.cloud import event_patterns
from labs.cloud.event_patterns import InvalidPatternError

ATTRIBUTES, BODY = "MessageAttributes", "MessageBody"
# https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
MAX_KEYS = 5
MAX_COMBINATIONS = 150
MAX_BYTES = 256 * 1024
OR = "$or"
_SMALLEST, _LARGE = Decimal("0.000001"), Decimal("1E15")
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")


class InvalidPolicyError(ValueError):
    """It is no filter policy; the text is what follows "FilterPolicy: "."""


def check(policy: str, scope: str) -> None:
    """Raises InvalidPolicyError if it is none of this scope; "" takes a policy away."""
    if not policy:
        return
    try:
        parsed = json.loads(policy)
    except ValueError:
        raise InvalidPolicyError("failed to parse JSON.") from None
    if not isinstance(parsed, dict):
        raise InvalidPolicyError("Filter policy must be a JSON object.")
    if len(policy.encode()) > MAX_BYTES:
        raise InvalidPolicyError(f"Filter policy can not have more than {MAX_BYTES} bytes")
    if scope != BODY and any(isinstance(value, dict) for value in _conditions(parsed)):
        raise InvalidPolicyError(
            "Filter policy scope MessageAttributes does not support nested filter policy"
        )
    if len(parsed) > MAX_KEYS:
        raise InvalidPolicyError(f"Filter policy can not have more than {MAX_KEYS} keys")
    if parsed:
        _check_pattern(policy)
    if _combinations(parsed) > MAX_COMBINATIONS:
        raise InvalidPolicyError("Filter policy is too complex")


def _check_pattern(policy: str) -> None:
    try:
        event_patterns.compile(policy)
    except InvalidPatternError as error:
        if error.has_location:
            raise InvalidPolicyError(error.reason) from None
        _pattern(policy)  # a number with more decimals than count


def wants(
    policy: str, scope: str, attributes: Mapping[str, Mapping[str, str]], message: str
) -> bool:
    """Whether a subscription with this policy (JSON, or "") gets a message.

    `attributes` are {"store": {"Type": "String", "Value": "shop"}}.
    """
    if not policy or not json.loads(policy):
        return True
    try:
        event = json.loads(message if scope == BODY else _as_event(attributes), parse_float=_cut)
        return _pattern(policy).matches(event)
    except (ValueError, RecursionError):  # the body is no JSON object
        return False


@lru_cache(maxsize=256)
def _pattern(policy: str) -> event_patterns.Pattern:
    try:
        return event_patterns.compile(json.loads(policy, parse_float=_cut))
    except InvalidPatternError as error:
        raise InvalidPolicyError(error.reason) from None


def _cut(text: str) -> float:
    """A number with as many decimals as SNS compares; the others do not count."""
    number = Decimal(text)
    return float(number.quantize(_SMALLEST, ROUND_DOWN)) if abs(number) < _LARGE else float(number)


def _as_event(attributes: Mapping[str, Mapping[str, str]]) -> str:
    """A message's attributes as the JSON that patterns are matched with; without binary ones."""
    members = []
    for name, attribute in attributes.items():
        if (value := _as_json(attribute["Type"], attribute["Value"])) is not None:
            members.append(f"{json.dumps(name)}: {value}")
    return f"{{{', '.join(members)}}}"


def _as_json(kind: str, value: str) -> str | None:
    if kind.startswith("Binary"):
        return None
    if kind.startswith("Number"):
        return value if _JSON_NUMBER.fullmatch(value) else json.dumps(float(value))
    if kind == "String.Array":
        # It may also hold a single value, as JSON.
        with suppress(ValueError):
            return json.dumps(json.loads(value))
    return json.dumps(value)


def _conditions(policy: Mapping[str, Any]) -> Iterator[Any]:
    """What a policy says of its fields, with those of its `$or`."""
    for name, value in policy.items():
        if name == OR and isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    yield from _conditions(one)
        else:
            yield value


def _combinations(policy: Mapping[str, Any], depth: int = 1) -> int:
    """Each list's length times how deep it lies, multiplied over all lists."""
    total = 1
    for name, value in policy.items():
        if isinstance(value, dict):
            total *= _combinations(value, depth + 1)
        elif name == OR and isinstance(value, list):
            total *= sum(_combinations(one, depth) for one in value if isinstance(one, dict))
        elif isinstance(value, list):
            total *= max(1, len(value)) * depth
    return total
