"""A pattern's JSON read into alternatives: each says for some paths what must stand there.

`$or` makes alternatives: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html.
"""

from labs.cloud.event_patterns.complexity import check_wildcards
from labs.cloud.event_patterns.errors import InvalidPatternError
from labs.cloud.event_patterns.expressions import READERS, read_expression
from labs.cloud.event_patterns.matchers import Matcher, Number, Text, Wildcard, Word
from labs.cloud.event_patterns.tokens import Tokens

OR = "$or"
MAX_ALTERNATIVES = 1000  # the combinations that a rule's `$or` may have
RESERVED = {
    *READERS,
    *("=", "<", "<=", ">", ">="),
    *("regex", "not-wildcard", "not-equals-ignore-case", "in-date-range"),
    *("date-after", "date-on-or-after", "date-before", "date-on-or-before"),
    *("ip-address-in-range", "ip-address-not-in-range"),
}

# Path ("detail.state") -> what may stand there.
type Alternative = dict[str, tuple[Matcher, ...]]


def read_pattern(text: str) -> list[Alternative]:
    """The alternatives, one of which an event must match.

    What does not make sense as `$or` is tried as a field of that name.

    Raises:
        InvalidPatternError: in EventBridge's words.
    """
    try:
        return _Reader(text, knows_or=True).read()
    except InvalidPatternError as error:
        if OR not in text or not error.has_location:
            raise
    return _Reader(text, knows_or=False).read()


class _Reader:
    def __init__(self, text: str, *, knows_or: bool) -> None:
        self._tokens = Tokens(text)
        self._knows_or = knows_or

    def read(self) -> list[Alternative]:
        if self._tokens.next() != "{":
            raise self._tokens.error("Filter is not an object")
        alternatives = self._object([{}], "", in_or=False)
        if len(alternatives) > MAX_ALTERNATIVES:
            reason = "Rule is too complex - try using fewer or conditions"
            raise InvalidPatternError(reason, has_location=False)
        # What follows is read too: it must be JSON to its end.
        self._tokens.finish()
        return alternatives

    def _object(
        self, alternatives: list[Alternative], path: str, *, in_or: bool
    ) -> list[Alternative]:
        """The alternatives with what an object adds to each."""
        tokens, is_empty = self._tokens, True
        while tokens.next() != "}":
            is_empty = False
            name = tokens.name
            inner = f"{path}.{name}" if path else name
            if name == OR and self._knows_or:
                alternatives = self._or(alternatives, path)
                continue
            if in_or and name in RESERVED:
                reason = f"{name} is Ruler reserved fieldName which cannot be used inside {OR}."
                raise tokens.error(reason)
            kind = tokens.next()
            if kind == "{":
                alternatives = self._object(alternatives, inner, in_or=in_or)
            elif kind == "[":
                values = self._values()
                # A path that comes twice stands for what it says last.
                alternatives = [{**one, inner: values} for one in alternatives]
            else:
                raise tokens.error(f'"{name}" must be an object or an array')
        if is_empty:
            raise tokens.error("Empty objects are not allowed")
        return alternatives

    def _or(self, alternatives: list[Alternative], path: str) -> list[Alternative]:
        tokens, found, count = self._tokens, list[Alternative](), 0
        if tokens.next() != "[":
            raise tokens.error(f"It must be an Array followed with {OR}.")
        while tokens.next() != "]":
            if tokens.kind != "{":
                reason = f"Only JSON object is allowed in array of {OR} relationship."
                raise tokens.error(reason)
            count += 1
            found += self._object(alternatives, path, in_or=True)
            if len(found) > MAX_ALTERNATIVES:
                break
        if count < 2:
            raise tokens.error(f"There must have at least 2 Objects in {OR} relationship.")
        return found

    def _values(self) -> tuple[Matcher, ...]:
        tokens, values = self._tokens, list[Matcher]()
        while tokens.next() != "]":
            values.append(self._value(tokens.kind))
        if not values:
            raise tokens.error("Empty arrays are not allowed")
        check_wildcards(value.text for value in values if isinstance(value, Wildcard))
        return tuple(values)

    def _value(self, kind: str) -> Matcher:
        if kind == "{":
            return read_expression(self._tokens)
        if kind == "string":
            return Text(self._tokens.text)
        if kind == "number":
            return Number(self._tokens.text)
        if kind in {"true", "false", "null"}:
            return Word(kind)
        raise self._tokens.error("Match value must be String, number, true, false, or null")
