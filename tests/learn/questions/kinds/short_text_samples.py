"""Short text: forms, a pattern, and a wrong form with feedback."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from learn.questions.fields import Fields
from learn.questions.kinds.short_text import MAX_LENGTH
from learn.questions.question import Variant
from tests.learn.questions.sample import Sample

SETTING = """\
kind: short_text
prompt: Which response type lets a function report single failed messages?
accept: [ReportBatchItemFailures, report batch item failures]
regex: ['report\\s+(partial|batch)\\s+failures?']
ignore_punctuation: true
wrong:
  - forms: [batchItemFailures, BatchItemFailure]
    feedback: That is the key of the **answer**; the mapping needs the setting.
    misconception: The key of the answer is the setting
explanation: Without the setting on the mapping, the answer is not read.
"""
FORMS = ["nothing", "batchItemFailures", "ReportBatchItemFailure", "reportbatchitemfailures"]


def ladder(_variant: Variant[Any]) -> list[Fields]:
    return [{"": [form]} for form in FORMS]


def answers(_variant: Variant[Any]) -> SearchStrategy[Fields]:
    letters = st.characters(exclude_categories=["Cs", "Cc", "Cf", "P", "Sk", "Z"])
    typed = st.sampled_from(FORMS) | st.text(letters, min_size=1, max_size=MAX_LENGTH)
    return typed.map(lambda text: {"": [text]})


SAMPLES = [Sample("short_text", SETTING, ladder, answers)]
