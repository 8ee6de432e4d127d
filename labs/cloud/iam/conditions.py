"""The Condition element: operators, their values, keys that are missing or have many values.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
import ipaddress
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from labs.cloud.iam.patterns import arn_matches, matches, plain
from labs.cloud.iam.variables import Context, resolve

ALL, ANY = "forallvalues:", "foranyvalue:"
IF_EXISTS = "ifexists"

# (value in the policy, value of the request) -> whether they agree
type Test = Callable[[str, str], bool]


@dataclass(frozen=True)
class Condition:
    """One operator with one key: {"StringEquals": {"aws:SourceArn": [value, ...]}}.

    `quantifier` is ALL, ANY or "". `test` is None where AWS knows no such operator.
    """

    key: str
    values: tuple[str, ...]
    test: Test | None
    is_negated: bool = False
    quantifier: str = ""
    if_exists: bool = False
    is_null: bool = False

    def holds(self, context: Context) -> bool:
        """Whether the request's context (keys in lower case) fulfils it.

        Raises:
            UnresolvedError: a variable has no value.
        """
        found = context.get(self.key)
        if self.is_null:
            return (found is None) == (self.values[:1] == ("true",))
        if self.test is None:
            return False
        if found is None:
            return self._without_key()
        values = [resolve(value, context) for value in self.values]
        of_request = (found,) if isinstance(found, str) else found
        fitting = (self._fits(values, value) for value in of_request)
        return all(fitting) if self.quantifier == ALL else any(fitting)

    def _without_key(self) -> bool:
        if self.quantifier:
            return self.quantifier == ALL or self.if_exists
        return self.if_exists or self.is_negated

    def _fits(self, values: list[str], found: str) -> bool:
        """Positive operators want one of the values, negated ones none of them."""
        test = self.test
        assert test is not None  # noqa: S101 - holds() asked
        return any(_safely(test, value, found) for value in values) != self.is_negated


def parse(element: Any) -> tuple[Condition, ...]:
    """All of a Condition element."""
    return tuple(
        _condition(str(name), str(key), values if isinstance(values, list) else [values])
        for name, keys in (element or {}).items()
        for key, values in keys.items()
    )


def is_operator(name: str) -> bool:
    """Whether AWS knows this operator."""
    condition = _condition(name, "", [])
    return condition.is_null or condition.test is not None


def _condition(name: str, key: str, values: list[Any]) -> Condition:
    plain_name, quantifier = name.lower(), ""
    for prefix in (ALL, ANY):
        if plain_name.startswith(prefix):
            plain_name, quantifier = plain_name.removeprefix(prefix), prefix
    if_exists = plain_name.endswith(IF_EXISTS)
    plain_name = plain_name.removesuffix(IF_EXISTS)
    test, is_negated = TESTS.get(plain_name, (None, False))
    return Condition(
        key.lower(),
        tuple(_text(value) for value in values),
        test,
        is_negated,
        quantifier,
        if_exists,
        is_null=plain_name == "null",
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _safely(test: Test, value: str, found: str) -> bool:
    """What is no number, date or address equals none."""
    try:
        return test(value, found)
    except (ValueError, OverflowError, binascii.Error):
        return False


def _equals(value: str, found: str) -> bool:
    return plain(value) == found


def _equals_ignoring_case(value: str, found: str) -> bool:
    return plain(value).lower() == found.lower()


def _number(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, found: compare(float(found), float(value))


def _date(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, found: compare(_seconds(found), _seconds(value))


def _seconds(moment: str) -> float:
    """Of "2026-01-31T12:00:00Z", or of seconds since 1970."""
    try:
        return float(moment)
    except ValueError:
        read = datetime.fromisoformat(moment)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


def _is_in(value: str, found: str) -> bool:
    return ipaddress.ip_address(found) in ipaddress.ip_network(plain(value), strict=False)


def _same_bytes(value: str, found: str) -> bool:
    return base64.b64decode(plain(value)) == base64.b64decode(found)


def _operators() -> dict[str, tuple[Test, bool]]:
    """{name in lower case: (test, whether it is negated)}."""
    found: dict[str, tuple[Test, bool]] = {
        "bool": (_equals_ignoring_case, False),
        "binaryequals": (_same_bytes, False),
        "ipaddress": (_is_in, False),
        "notipaddress": (_is_in, True),
    }
    positive: dict[str, Test] = {
        "string{}equals": _equals,
        "string{}equalsignorecase": _equals_ignoring_case,
        "string{}like": matches,
        "arn{}equals": arn_matches,
        "arn{}like": arn_matches,
        "numeric{}equals": _number(operator.eq),
        "date{}equals": _date(operator.eq),
    }
    for name, test in positive.items():
        found[name.format("")] = test, False
        found[name.format("not")] = test, True
    compare = {
        "lessthan": operator.lt,
        "lessthanequals": operator.le,
        "greaterthan": operator.gt,
        "greaterthanequals": operator.ge,
    }
    for name, comparing in compare.items():
        found[f"numeric{name}"] = _number(comparing), False
        found[f"date{name}"] = _date(comparing), False
    return found


TESTS = _operators()
