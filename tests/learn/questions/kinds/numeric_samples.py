"""Numeric: one size, a cost within a tolerance, and two capacities that follow from parameters."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from learn.questions.fields import Fields
from learn.questions.kinds.numeric import Numeric
from learn.questions.quantities import written
from learn.questions.question import Variant
from tests.learn.questions.sample import Sample

SIZE = """\
kind: numeric
prompt: |
  An item has a key of 36 B and an attribute of 1,500 B. How large is it?
answer: 36 + 1500
unit: B
feedback: Names and values count alike.
wrong_answers:
  - value: 1500
    misconception: Keys do not count
    feedback: The **key** counts as well.
explanation: 36 B + 1,500 B = 1,536 B.
section: message-life#who-deletes-it
"""
COST = """\
kind: numeric
parameters:
  millions: {from: 2, to: 20}
  price: {choice: [0.2, 0.25, 0.4]}
  cost: millions * price
prompt: |
  A million requests cost ${{ price:.2f }}. What do {{ millions }} million requests cost?
answer: cost
unit: USD
tolerance: 1%
unit_credit: 0.25
wrong_answers:
  - value: cost * 1000
    feedback: The price is that of a million, not of a thousand.
explanation: "{{ millions }} * {{ price }} = {{ cost:.2f }} USD"
"""
# The question is Q1 of the curriculum; its figures are one variant of it.
CAPACITY = """\
kind: numeric
parameters:
  calls: {from: 20, to: 100, step: 10}
  items: {from: 6, to: 20}
  size: {choice: [500, 600, 700, 900, 1100]}
  transactions: {from: 10, to: 40, step: 5}
  kilobytes: {choice: [1.2, 1.6, 2.4, 3.5]}
  page_units: ceil(items * size / 4096)
  rcu: calls * page_units / 2
  wcu: transactions * 2 * 2 * ceil(kilobytes)
require:
  - page_units > 1
  - items * ceil(size / 4096) != page_units * 2
prompt: |
  Per second a provisioned table serves {{ calls }} eventually consistent `Query` calls, each
  returning {{ items }} items of {{ size }} B after reading exactly those items, and
  {{ transactions }} `TransactWriteItems` calls, each putting two {{ kilobytes }} KB items. The
  table has no indexes.

  How much capacity does it need?
hints:
  - A `Query` rounds up the sum of all that it reads, here {{ items * size:, }} B.
parts:
  - label: Read capacity
    answer: rcu
    unit: RCU
    wrong_answers:
      - value: calls * items * ceil(size / 4096) / 2
        misconception: A Query rounds up each item
        feedback: A `Query` adds up its {{ items }} items and rounds once.
      - value: calls * page_units
        misconception: Eventually consistent reads cost a whole unit
        feedback: That is the price of strongly consistent reads.
  - label: Write capacity
    answer: wcu
    unit: WCU
    wrong_answers:
      - value: wcu / 2
        misconception: A transaction costs what its writes cost
        feedback: In a transaction each write is done twice, once to prepare it.
explanation: |
  {{ items }} * {{ size }} B are {{ page_units }} units of 4 KB, and half of that for eventually
  consistent reads: {{ page_units / 2 }} * {{ calls }} = **{{ rcu }} RCU**.

  {{ kilobytes }} KB are {{ ceil(kilobytes) }} units of 1 KB. Two items, twice for the transaction:
  {{ transactions }} * 2 * 2 * {{ ceil(kilobytes) }} = **{{ wcu }} WCU**.
"""


def size_ladder(_variant: Variant[Any]) -> list[Fields]:
    return [{"": [text]} for text in ("7 B", "1,500 B", "1536 RCU", "1 536", "1.5 KB")]


def cost_ladder(variant: Variant[Any]) -> list[Fields]:
    assert isinstance(variant, Numeric)
    number = variant.slots[0].number
    texts = [f"${written(number * 1000)}", written(number), f"${written(number)}"]
    return [{"": [text]} for text in texts]


def capacity_ladder(variant: Variant[Any]) -> list[Fields]:
    assert isinstance(variant, Numeric)
    rcu, wcu = variant.slots
    return [
        {"0": ["0 RCU"], "1": ["0 WCU"]},
        {"0": [f"{rcu.number * 2} RCU"], "1": ["0 WCU"]},
        {"0": [rcu.right_answer], "1": [f"{wcu.number / 2} wcu"]},
        {"0": [rcu.right_answer], "1": [str(wcu.number)]},
        {"0": [rcu.right_answer], "1": [wcu.right_answer]},
    ]


def answers(variant: Variant[Any]) -> SearchStrategy[Fields]:
    assert isinstance(variant, Numeric)
    near = [slot.right_answer for slot in variant.slots]
    near += [str(Fraction(wrong.number)) for slot in variant.slots for wrong in slot.wrong]
    numbers = st.integers().map(str) | st.decimals(-(10**9), 10**9, places=2).map(str)
    numbers = numbers.filter(lambda text: len(text) < 30)
    units = st.sampled_from(["", " B", " KB", " RCU", " WCU", " USD", " parsecs"])
    typed = st.builds("{}{}".format, numbers, units) | st.sampled_from(near).filter(
        lambda text: "/" not in text
    )
    return st.fixed_dictionaries(
        {slot.part: typed.map(lambda text: [text]) for slot in variant.slots}
    )


SAMPLES = [
    Sample("numeric", SIZE, size_ladder, answers),
    Sample("numeric, tolerance", COST, cost_ladder, answers, is_fixed=False),
    Sample("numeric, parts", CAPACITY, capacity_ladder, answers, is_fixed=False),
]
