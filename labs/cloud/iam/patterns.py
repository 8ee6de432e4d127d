"""The wildcards of policies: * is any text, ? any one character.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import functools
import re

from labs.cloud import wildcards

# What a policy variable stands for is taken as it is: ${*} in a policy is an asterisk.
LITERAL = {"*": "\ue000", "?": "\ue001", "$": "\ue002"}
_PLAIN = {private: char for char, private in LITERAL.items()}
ARN_PARTS = 6


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern says, in the same case."""
    if pattern in ("*", text):
        return True
    if pattern.isascii() and "*" not in pattern and "?" not in pattern:
        return False
    return _compiled(pattern).fullmatch(text) is not None


def arn_matches(pattern: str, arn: str) -> bool:
    """As ArnLike: each of the six parts by itself, so that * does not reach past a colon.

    The last part is the resource, in which * reaches everything.
    """
    wanted, found = pattern.split(":", ARN_PARTS - 1), arn.split(":", ARN_PARTS - 1)
    if len(wanted) != ARN_PARTS:
        return pattern == "*" or matches(pattern, arn)
    return len(found) == ARN_PARTS and all(map(matches, wanted, found))


def literally(text: str) -> str:
    """The pattern that means this text, with no wildcard in it."""
    return "".join(LITERAL.get(char, char) for char in text)


def plain(pattern: str) -> str:
    """The text that a pattern without wildcards means."""
    return "".join(_PLAIN.get(char, char) for char in pattern)


@functools.lru_cache(maxsize=2000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return wildcards.compiled([_piece(piece) for piece in pattern.split("*")])


def _piece(text: str) -> str:
    """What stands between two asterisks, as a regular expression."""
    return "".join("." if char == "?" else re.escape(_PLAIN.get(char, char)) for char in text)
