"""The objects in a field's list, {"prefix": "a"}, read into matchers.

The syntax: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html.
What is refused, and in which words, is what TestEventPattern answers.
"""

from collections.abc import Callable
from decimal import Decimal

from labs.cloud.event_patterns.errors import InvalidPatternError
from labs.cloud.event_patterns.fields import DECIMALS, LIMIT, decimals
from labs.cloud.event_patterns.matchers import (
    Absent,
    AnythingBut,
    IgnoringCase,
    Matcher,
    Number,
    Prefix,
    Present,
    Range,
    Suffix,
    Text,
    Wildcard,
    check_wildcard,
    cidr,
)
from labs.cloud.event_patterns.tokens import Tokens

ONE_KEY = "Only one key allowed in match expression"
TOO_MANY = "Too many elements in numeric expression"
NO_NAMES = "Match expression name not found"
FIXES: dict[str, type[Prefix] | type[Suffix]] = {"prefix": Prefix, "suffix": Suffix}
SETS = ("equals-ignore-case", "prefix", "suffix", "wildcard")
NO_STRINGS = {
    "equals-ignore-case": (
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
    ),
    "wildcard": "wildcard match pattern must be a string",
}


def read_expression(tokens: Tokens) -> Matcher:
    """The matcher of an object whose "{" has just been read, up to its "}".

    Raises:
        InvalidPatternError: it is none.
    """
    if tokens.next() != "name":
        raise tokens.error(NO_NAMES)
    name = tokens.name
    read = READERS.get(name)
    if read is None:
        raise tokens.error(f"Unrecognized match type {name}")
    return read(tokens, name)


def _close(tokens: Tokens, reason: str = ONE_KEY) -> None:
    if tokens.next() != "}":
        raise tokens.error(reason)


def _string(tokens: Tokens, reason: str) -> str:
    """The text of the token that was read."""
    if tokens.kind != "string":
        raise tokens.error(reason)
    return tokens.text


def _exactly(tokens: Tokens, _name: str) -> Matcher:
    tokens.next()
    matcher = Text(_string(tokens, "exact match pattern must be a string"))
    _close(tokens)
    return matcher


def _ignoring_case(tokens: Tokens, name: str) -> Matcher:
    tokens.next()
    matcher = IgnoringCase(_string(tokens, f"{name} match pattern must be a string"))
    _close(tokens)
    return matcher


def _fix(tokens: Tokens, name: str) -> Matcher:
    """A prefix or suffix, perhaps {"equals-ignore-case": text}."""
    if tokens.next() != "{":
        text = _string(tokens, f"{name} match pattern must be a string")
        _close(tokens)
        return FIXES[name](text)
    if tokens.next() != "name":
        raise tokens.error(f"{name.capitalize()} expression name not found")
    if tokens.name != "equals-ignore-case":
        raise tokens.error(f"Unsupported {name} pattern: {tokens.name}")
    tokens.next()
    text = _string(tokens, "equals-ignore-case match pattern must be a string")
    _close(tokens)
    _close(tokens)
    return FIXES[name](text, ignores_case=True)


def _wildcard(tokens: Tokens, name: str) -> Matcher:
    tokens.next()
    matcher = _wildcard_of(tokens, _string(tokens, f"{name} match pattern must be a string"))
    _close(tokens)
    return matcher


def _wildcard_of(tokens: Tokens, text: str) -> Matcher:
    if reason := check_wildcard(text):
        raise tokens.error(reason)
    return Wildcard(text)


def _cidr(tokens: Tokens, _name: str) -> Matcher:
    tokens.next()
    # The words of another expression: so does EventBridge say it.
    matcher = cidr(_string(tokens, "prefix match pattern must be a string"))
    _close(tokens)
    return matcher


def _exists(tokens: Tokens, name: str) -> Matcher:
    kind = tokens.next()
    if kind not in {"true", "false"}:
        raise tokens.error(f"{name} match pattern must be either true or false.")
    _close(tokens)
    return Present() if kind == "true" else Absent()


def _anything_but(tokens: Tokens, name: str) -> Matcher:
    kind, operator = tokens.next(), ""
    if kind == "{":
        if tokens.next() != "name":
            raise tokens.error("Anything-But expression name not found")
        operator = tokens.name
        if operator not in SETS:
            raise tokens.error(f"Unsupported anything-but pattern: {operator}")
        kind = tokens.next()
    if kind not in {"[", "string", "number"}:
        reason = f"Value of {name} must be an array or single string/number value."
        raise tokens.error(reason)
    read = _other if operator else _plain_other
    others = _list(tokens, operator, read) if kind == "[" else [read(tokens, operator)]
    if not operator:
        _check_kinds(tokens, others)
    _close(tokens, TOO_MANY)
    if operator:
        _close(tokens, TOO_MANY)
    return AnythingBut(tuple(others))


def _list(tokens: Tokens, operator: str, read: Callable[[Tokens, str], Matcher]) -> list[Matcher]:
    others = []
    try:
        while tokens.next() != "]":
            others.append(read(tokens, operator))
    except InvalidPatternError as error:
        # It is reported from within, and once more from here.
        raise tokens.error(error.reason) from None
    return others


def _plain_other(tokens: Tokens, _operator: str) -> Matcher:
    if tokens.kind == "string":
        return Text(tokens.text)
    if tokens.kind == "number":
        text = tokens.text
        _limited(text)
        return Number(text)
    raise tokens.error("Inside anything but list, start|null|boolean is not supported.")


def _check_kinds(tokens: Tokens, others: list[Matcher]) -> None:
    if len({type(other) for other in others}) != 1:
        raise tokens.error(
            "Inside anything but list, either all values are number or string, "
            "mixed type is not supported"
        )


def _other(tokens: Tokens, operator: str) -> Matcher:
    reason = NO_STRINGS.get(operator, "prefix/suffix match pattern must be a string")
    text = _string(tokens, reason)
    if operator == "equals-ignore-case":
        return IgnoringCase(text)
    if operator == "wildcard":
        return _wildcard_of(tokens, text)
    if not text:
        raise tokens.error("Null prefix/suffix not allowed")
    return FIXES[operator](text)


def _numeric(tokens: Tokens, name: str) -> Matcher:
    if tokens.next() != "[":
        raise tokens.error(f"Value of {name} must be an array.")
    if tokens.next() != "string":
        raise tokens.error(f"Invalid member in numeric match: {_shown(tokens)}")
    operator = tokens.text
    if operator not in {"=", "<", "<=", ">", ">="}:
        tokens.next()
        raise tokens.error(f"Unrecognized numeric range operator: {operator}")
    bottom = _number(tokens, "equals" if operator == "=" else operator)
    if operator in {"=", "<", "<="} or tokens.next() == "]":
        if operator in {"=", "<", "<="} and tokens.next() != "]":
            raise tokens.error(TOO_MANY)
        matcher = _range(tokens, operator, bottom)
    else:
        matcher = _closed_range(tokens, operator, bottom)
    _close(tokens, TOO_MANY)
    return matcher


def _range(tokens: Tokens, operator: str, text: str) -> Matcher:
    limit = _limit(tokens, text)
    if operator == "=":
        return Range(limit, top=limit)
    if operator.startswith("<"):
        return Range(top=limit, is_top_open=operator == "<")
    return Range(limit, operator == ">")


def _closed_range(tokens: Tokens, operator: str, bottom: str) -> Matcher:
    """One with two limits, whose second operator was read."""
    if tokens.kind != "string":
        raise tokens.error(f"Bad value in numeric range: {_shown(tokens)}")
    second = tokens.text
    if second not in {"<", "<="}:
        raise tokens.error(f"Bad numeric range operator: {second}")
    top = _number(tokens, second)
    if tokens.next() != "]":
        raise tokens.error("Too many terms in numeric range expression")
    low, high = _limit(tokens, bottom), _limit(tokens, top)
    if low >= high:
        raise tokens.error("Bottom must be less than top")
    return Range(low, operator == ">", high, second == "<")


def _number(tokens: Tokens, operator: str) -> str:
    if tokens.next() != "number":
        raise tokens.error(f"Value of {operator} must be numeric")
    return tokens.text


def _limit(tokens: Tokens, text: str) -> Decimal:
    try:
        return _limited(text)
    except InvalidPatternError as error:
        raise tokens.error(error.reason) from None


def _limited(text: str) -> Decimal:
    number = Decimal(text)
    # First, as Python does not compute with the exponent of a number that is far larger.
    is_too_large = number.compare(LIMIT) > 0 or number.compare(-LIMIT) < 0
    if not is_too_large and decimals(number) > DECIMALS:
        reason = f"Only values upto {DECIMALS} decimals are supported"
        raise InvalidPatternError(reason, has_location=False)
    if is_too_large:
        reason = "Value must be between -5.0E9 and 5.0E9, inclusive"
        raise InvalidPatternError(reason, has_location=False)
    return number


def _shown(tokens: Tokens) -> str:
    return tokens.text or tokens.kind


READERS: dict[str, Callable[[Tokens, str], Matcher]] = {
    "exactly": _exactly,
    "prefix": _fix,
    "suffix": _fix,
    "equals-ignore-case": _ignoring_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "anything-but": _anything_but,
    "exists": _exists,
    "cidr": _cidr,
}
