"""Output prediction: written, and chosen."""

import textwrap

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from learn.questions.fields import Fields
from learn.questions.kinds.output import MAIN, Output, run_id
from learn.questions.question import Variant
from tests.learn.questions.sample import Sample

SNIPPET = """\
seen = []
for name in "AB":
    seen.append(name)
    print(name, len(seen))
"""
PRINTED = "A 1\nB 2"
WARM = f"""\
kind: output
prompt: An environment serves A, then B. What does it print?
snippet: |
{textwrap.indent(SNIPPET, "  ")}
wrong_outputs:
  - output: |
      A 1
      B 1
    feedback: What stands **outside** the handler stays.
    misconception: stateless means fresh
  - output: |
      A 2
      B 2
    feedback: A is counted before B arrives.
explanation: Module state lives as long as its environment.
"""
CHOICES = f"choices: true\n{WARM}"
RECORDING = ((run_id({MAIN: SNIPPET}), PRINTED),)
OUTPUTS = ["nothing", "A 1\nB 1", "A 1  \r\nB 2\r\n"]


def ladder(_variant: Variant[object]) -> list[Fields]:
    return [{"": [output]} for output in OUTPUTS]


def answers(_variant: Variant[object]) -> SearchStrategy[Fields]:
    letters = st.characters(exclude_categories=["Cs", "Cc", "Z"])
    typed = st.sampled_from(OUTPUTS) | st.text(letters, min_size=1, max_size=300)
    return typed.map(lambda text: {"": [text]})


def chosen(variant: Variant[object]) -> list[Fields]:
    assert isinstance(variant, Output)
    options = sorted(variant.options, key=lambda option: option.correct)
    return [{"": [option.id]} for option in options]


SAMPLES = [
    Sample("output", WARM, ladder, answers, recording=RECORDING),
    Sample(
        "output, choices",
        CHOICES,
        chosen,
        lambda variant: st.sampled_from(chosen(variant)),
        recording=RECORDING,
    ),
]
