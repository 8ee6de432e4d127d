"""Which due questions are asked today, and in which order. Rules without Django.

Questions of one topic in a row are answered by the topic; mixed ones must be told apart first
(interleaved practice: Rohrer, 2012, doi.org/10.1007/s10648-012-9201-3).
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from learn.core.digests import digest


@dataclass(frozen=True)
class Due:
    """A card that is due: `is_urgent` after a failed lab check, `is_asked` if it was begun."""

    pk: int
    module: str
    question: str
    due_on: dt.date
    is_urgent: bool = False
    is_asked: bool = False


def chosen(due: Sequence[Due], room: int) -> list[Due]:
    """The `room` cards to be asked: those of failed labs, then those that wait longest."""
    by_need = sorted(due, key=lambda card: (not card.is_asked, not card.is_urgent, card.due_on))
    return by_need[: max(room, 0)]


def next_of(cards: Sequence[Due], *, after: str, seed: str) -> Due | None:
    """What comes next after a question of the module `after`; None without any card.

    What was asked and not answered comes again. Otherwise it is of another module if there is
    one: of that with most cards left, so that none is left over in a block. `seed` decides among
    equals, the same way all day.
    """
    asked = [card for card in cards if card.is_asked]
    if asked or not cards:
        return asked[0] if asked else None
    left = Counter(card.module for card in cards)
    others = [module for module in left if module != after] or [after]
    module = max(others, key=lambda name: (left[name], digest(seed, name)))
    of_module = [card for card in cards if card.module == module]
    return min(of_module, key=lambda card: digest(seed, card.module, card.question))
