"""How hard wildcards are to match: EventBridge refuses patterns that are too hard.

It counts the beginnings of wildcards that one value, the worst one, can match at once:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html. Where it
draws the line is not said; of patterns that are known to be taken none exceeds 8, of those that
are refused none is below 16.
"""

import re
from collections.abc import Iterable

from labs.cloud.event_patterns.errors import InvalidPatternError

LIMIT = 10
MAX_STATES = 300  # that are looked at
OTHER = ""  # any character that no wildcard names
STAR = "*"

# Which beginnings of which wildcards a value matches: (wildcard, how many of its tokens).
type State = frozenset[tuple[int, int]]


def check_wildcards(texts: Iterable[str]) -> None:
    """Raises InvalidPatternError if the wildcards of one field are too hard together."""
    wildcards = [_tokens(text) for text in texts]
    if sum(len(tokens) + 1 for tokens in wildcards) > LIMIT and _is_hard(wildcards):
        raise InvalidPatternError(
            "Rule is too complex - try using fewer wildcard characters or fewer repeating "
            "character sequences after a wildcard character",
            has_location=False,
        )


def _tokens(text: str) -> list[str]:
    """Its characters, and STAR; an escaped character has its backslash before it."""
    return re.findall(r"\\.|.", text, re.DOTALL)


def _is_hard(wildcards: list[list[str]]) -> bool:
    """Whether there is a value that matches too many beginnings."""
    letters = [*sorted({token for tokens in wildcards for token in tokens} - {STAR}), OTHER]
    start = _closed({(number, 0) for number in range(len(wildcards))}, wildcards)
    seen, waiting = {start}, [start]
    while waiting and len(seen) < MAX_STATES:
        state = waiting.pop()
        for letter in letters:
            following = _after(state, letter, wildcards)
            if len(following) > LIMIT:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _after(state: State, letter: str, wildcards: list[list[str]]) -> State:
    found = set()
    for number, count in state:
        tokens = wildcards[number]
        if count and tokens[count - 1] == STAR:
            found.add((number, count))  # the star takes one more
        if count < len(tokens) and tokens[count] == letter:
            found.add((number, count + 1))
    return _closed(found, wildcards)


def _closed(found: set[tuple[int, int]], wildcards: list[list[str]]) -> State:
    """With the beginnings whose last star takes nothing."""
    more = {
        (number, count + 1)
        for number, count in found
        if count < len(wildcards[number]) and wildcards[number][count] == STAR
    }
    return frozenset(found | more)
