"""Texts in which asterisks stand for anything: many of them take no longer than one."""

import re
from collections.abc import Sequence


def compiled(pieces: Sequence[str]) -> re.Pattern[str]:
    """What matches regular expressions of a fixed length with anything between each two."""
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    # Atomic: after the first place where a piece is found no other one needs to be tried.
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    return re.compile(f"{pieces[0]}{middle}.*{pieces[-1]}", re.DOTALL)
