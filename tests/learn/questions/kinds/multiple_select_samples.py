"""Multiple select: with and without a number to pick, with and without partial credit."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from learn.questions.fields import Fields
from learn.questions.kinds.multiple_select import MultipleSelect
from learn.questions.question import Variant
from tests.learn.questions.sample import Sample

AT_LEAST_ONCE = """\
kind: multiple_select
prompt: |
  A function reads a standard queue in batches.

  What must its handler be ready for?
options:
  - text: A message that arrives twice
    correct: true
    feedback: Standard queues promise delivery **at least** once.
    misconception: A queue delivers exactly once
  - text: Messages out of order
    correct: true
    feedback: Only FIFO queues keep the order.
  - text: A batch with a single record
    correct: true
  - text: More than 10,000 records in a batch
    misconception: Batches have no limit
    feedback: 10,000 is the limit of a standard queue.
  - text: A message that has already been deleted with `DeleteMessage`
    feedback: A deleted message does not come back.
explanation: At least once, in about the order, and never more than the batch size.
section: message-life#who-deletes-it
"""
PICK = AT_LEAST_ONCE.replace("options:", "pick: 3\ncredit: partial\noptions:", 1)
PARTIAL = AT_LEAST_ONCE.replace("options:", "credit: partial\noptions:", 1)


def chosen(variant: Variant[Any], right: int, wrong: int) -> Fields:
    """So many right options and so many wrong ones."""
    assert isinstance(variant, MultipleSelect)
    rights = [option.id for option in variant.correct_options]
    wrongs = [option.id for option in variant.options if not option.correct]
    return {"": [*rights[:right], *wrongs[:wrong]]}


def ladder(variant: Variant[Any]) -> list[Fields]:
    steps = [(0, 2), (1, 2), (1, 1), (2, 1), (2, 0), (3, 0)]
    return [chosen(variant, right, wrong) for right, wrong in steps]


def ladder_of_three(variant: Variant[Any]) -> list[Fields]:
    return [chosen(variant, right, 3 - right) for right in (1, 2, 3)]


def answers(variant: Variant[Any]) -> SearchStrategy[Fields]:
    assert isinstance(variant, MultipleSelect)
    ids = st.sampled_from([option.id for option in variant.options])
    size = variant.pick
    return st.builds(
        lambda picked: {"": picked},
        st.lists(ids, min_size=size or 1, max_size=size, unique=True),
    )


SAMPLES = [
    Sample("multiple_select", AT_LEAST_ONCE, ladder, answers),
    Sample("multiple_select, partial", PARTIAL, ladder, answers),
    Sample("multiple_select, pick 3", PICK, ladder_of_three, answers),
]
