"""Evaluated artefacts: a pattern of EventBridge, all or nothing and by cases."""

import json

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from labs.evaluators import evaluate
from learn.questions.fields import Fields
from learn.questions.question import Json, Variant
from tests.learn.questions.sample import Sample

PATTERN = """\
kind: artefact
evaluator: event_pattern
prompt: Write a pattern for new orders of the shop that are worth 100 or more.
starter: |
  {
    "source": []
  }
cases:
  - name: An order of 250
    visible: true
    event: {source: shop, detail-type: OrderPlaced, detail: {total: 250}}
    expect: true
  - name: An order of 20
    visible: true
    event: {source: shop, detail-type: OrderPlaced, detail: {total: 20}}
    expect: false
    feedback: A **small** order arrived.
    misconception: numbers are compared as text
  - name: A cancelled order
    event: {source: shop, detail-type: OrderCancelled, detail: {total: 250}}
    expect: false
    feedback: Something arrived that is no new order.
    misconception: a pattern needs one field
  - name: A total as text
    event: {source: shop, detail-type: OrderPlaced, detail: {total: "250"}}
    expect: false
    feedback: An order arrived whose total is no number.
solutions:
  - |
    {"source": ["shop"], "detail-type": ["OrderPlaced"],
     "detail": {"total": [{"numeric": [">=", 100]}]}}
mistakes:
  - text: '{"source": ["shop"]}'
    caught_by: An order of 20
    misconception: a source is enough
  - text: '{"source": "shop"}'
    caught_by: invalid
    misconception: a value needs no list
explanation: Fields are joined by and.
"""
BY_CASE = f"credit: per_case\n{PATTERN}"
NUMERIC = {"total": [{"numeric": [">=", 100]}]}
RIGHT = json.dumps({"source": ["shop"], "detail-type": ["OrderPlaced"], "detail": NUMERIC})
# From what AWS refuses to what is right: 0, 1, 2, 3 and 4 cases come out right.
TEXTS = [
    '{"source": "shop"}',
    '{"source": ["shop"]}',
    '{"source": ["shop"], "detail-type": ["OrderPlaced"]}',
    json.dumps({"source": ["shop"], "detail": NUMERIC}),
    RIGHT,
]


def ladder(_variant: Variant[object]) -> list[Fields]:
    return [{"": [text]} for text in TEXTS]


def answers(_variant: Variant[object]) -> SearchStrategy[Fields]:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(["shop", "source", "\u2028"]),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["source", "x"]), inner),
        max_leaves=5,
    )
    texts = st.sampled_from(TEXTS) | values.map(json.dumps)
    return texts.map(lambda text: {"": [text]})


def evaluated(job: Json) -> Json:
    """What a worker finds out, without its sandbox."""
    return evaluate(job)


SAMPLES = [
    Sample("artefact", PATTERN, ladder, answers, evaluated),
    Sample("artefact, by cases", BY_CASE, ladder, answers, evaluated),
]
