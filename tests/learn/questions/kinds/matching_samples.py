"""Matching: with spare options, confusions, and an option for two terms."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from learn.questions.fields import Fields
from learn.questions.kinds.matching import Matching
from learn.questions.question import Variant
from tests.learn.questions.sample import Sample

SERVICES = """\
kind: matching
prompt: Which service fits?
pairs:
  - left: One message for one of many workers
    right: SQS
  - left: One message for every subscriber
    right: SNS
    feedback: Fan-out is what topics are made for.
  - left: Events chosen by their *content*, from many sources
    right: "`EventBridge`, which routes events by patterns of their fields"
  - left: A buffer that keeps messages for days
    right: SQS
spare: [Kinesis Data Firehose, Step Functions]
confusions:
  - left: One message for every subscriber
    right: SQS
    feedback: A queue gives each message to **one** consumer.
    misconception: A queue is a topic
explanation: Queues share work, topics copy it, buses route it.
"""


def matched(variant: Variant[Any], right: int) -> Fields:
    """The first terms matched as they should be, the others wrongly."""
    assert isinstance(variant, Matching)
    used = {term.right.id for term in variant.terms}
    spare = next(choice.id for choice in variant.choices if choice.id not in used)
    return {
        term.id: [term.right.id if index < right else spare]
        for index, term in enumerate(variant.terms)
    }


def ladder(variant: Variant[Any]) -> list[Fields]:
    return [matched(variant, right) for right in range(5)]


def answers(variant: Variant[Any]) -> SearchStrategy[Fields]:
    assert isinstance(variant, Matching)
    choice = st.sampled_from([[each.id] for each in variant.choices])
    return st.fixed_dictionaries({term.id: choice for term in variant.terms})


SAMPLES = [Sample("matching", SERVICES, ladder, answers)]
