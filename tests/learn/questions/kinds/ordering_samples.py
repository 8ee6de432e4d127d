"""Ordering: exact, and with partial credit."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from learn.questions.fields import Fields
from learn.questions.kinds.ordering import Ordering
from learn.questions.question import Variant
from tests.learn.questions.sample import Sample

LIFE = """\
kind: ordering
prompt: Put the life of a message into order.
items:
  - text: The producer calls `SendMessage`.
  - text: The consumer receives it.
    feedback: Nothing can be received before it was sent.
  - text: The visibility timeout runs, and the message is hidden from every other consumer.
    feedback: It starts when the message is received.
    misconception: The timeout starts when a message is sent
  - text: The consumer calls `DeleteMessage`.
    feedback: It comes last, when the work is done.
explanation: Receive, work, delete.
"""
PARTIAL = LIFE.replace("items:", "credit: partial\nitems:", 1)


def placed(variant: Variant[Any], places: Sequence[int]) -> Fields:
    """The items, in their right order, at these places."""
    assert isinstance(variant, Ordering)
    pairs = zip(variant.solution, places, strict=True)
    return {item.id: [str(place)] for item, place in pairs}


def ladder(variant: Variant[Any]) -> list[Fields]:
    steps = [(4, 3, 2, 1), (4, 2, 3, 1), (2, 3, 4, 1), (2, 3, 1, 4), (2, 1, 3, 4), (1, 2, 3, 4)]
    return [placed(variant, places) for places in steps]


def answers(variant: Variant[Any]) -> SearchStrategy[Fields]:
    return st.permutations([1, 2, 3, 4]).map(lambda places: placed(variant, places))


SAMPLES = [
    Sample("ordering", LIFE, ladder, answers),
    Sample("ordering, partial", PARTIAL, ladder, answers),
]
