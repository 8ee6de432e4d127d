"""Multiple choice: one option is right."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from learn.questions.fields import Fields
from learn.questions.kinds.multiple_choice import MultipleChoice
from learn.questions.question import Variant
from tests.learn.course_files import WHO_DELETES
from tests.learn.questions.sample import Sample


def ladder(variant: Variant[Any]) -> list[Fields]:
    assert isinstance(variant, MultipleChoice)
    best_last = sorted(variant.options, key=lambda option: option.correct)
    return [{"": [option.id]} for option in best_last]


def answers(variant: Variant[Any]) -> SearchStrategy[Fields]:
    return st.sampled_from(ladder(variant))


SAMPLES = [Sample("multiple_choice", WHO_DELETES, ladder, answers)]
