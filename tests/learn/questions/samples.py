"""Samples of every kind, which `test_properties.py` and `test_looks.py` go through.

A new kind adds `kinds/<kind>_samples.py` with a list SAMPLES of `Sample`, and a line here. A test
fails until it has.
"""

from tests.learn.questions.kinds import (
    artefact_samples,
    matching_samples,
    multiple_choice_samples,
    multiple_select_samples,
    numeric_samples,
    ordering_samples,
    output_samples,
    short_text_samples,
)
from tests.learn.questions.sample import Sample

SAMPLES: list[Sample] = [
    *multiple_choice_samples.SAMPLES,
    *multiple_select_samples.SAMPLES,
    *numeric_samples.SAMPLES,
    *ordering_samples.SAMPLES,
    *matching_samples.SAMPLES,
    *short_text_samples.SAMPLES,
    *output_samples.SAMPLES,
    *artefact_samples.SAMPLES,
]
