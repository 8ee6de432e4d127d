"""What holds for every kind of question, whatever is answered."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from learn.questions.fields import AnswerError, Fields
from learn.questions.kinds import KINDS
from learn.questions.question import MAX_SEED
from learn.questions.variants import question_from_json, question_to_json, variant_of
from tests.learn.questions.sample import Sample
from tests.learn.questions.samples import SAMPLES

SEEDS = st.integers(0, MAX_SEED - 1)
MAX_SUMMARY = 200


def each_of(samples: list[Sample]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sample", samples, ids=[sample.name for sample in samples])


each_sample = each_of(SAMPLES)
each_fixed_sample = each_of([sample for sample in SAMPLES if sample.is_fixed])


def examples(count: int) -> Callable[[Any], Any]:
    """The same examples in every run, however slow the machine is."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


CHARACTERS = st.sampled_from("\0\ud800\u200b\n") | st.characters()
TEXTS = st.text(CHARACTERS, max_size=30) | st.sampled_from(
    ["", "0", "-1", "²", "1e9", "a\0", "\ud800", "a" * 9_999]
)


def hostile(right: Fields) -> SearchStrategy[Fields]:
    """Fields made by hand: an answer with one part forged, or forged from end to end."""
    known = sorted({value for values in right.values() for value in values})
    parts = st.sampled_from(["", *right])
    value = TEXTS | st.sampled_from(known)
    values = st.builds(lambda one: [one], value) | st.lists(value, max_size=4)
    one_forged = st.builds(lambda part, forged: {**right, part: forged}, parts, values)
    return one_forged | st.dictionaries(parts | TEXTS, values, max_size=6)


def test_it_has_a_sample_of_every_kind() -> None:
    assert {sample.question.kind for sample in SAMPLES} == set(KINDS)


@each_sample
@given(data=st.data(), seed=SEEDS)
@examples(30)
def test_it_scores_between_nothing_and_all(sample: Sample, data: DataObject, seed: int) -> None:
    variant = sample.variant(seed)
    mark = sample.mark(variant, data.draw(sample.answers(variant)))
    assert 0 <= mark.score <= 1
    assert mark.is_right == (mark.score == 1)


@each_sample
@given(data=st.data(), seed=SEEDS)
@examples(20)
def test_it_marks_the_same_answer_the_same_again(
    sample: Sample, data: DataObject, seed: int
) -> None:
    variant, again = sample.variant(seed), sample.variant(seed)
    fields = data.draw(sample.answers(variant))
    assert again == variant
    assert sample.mark(again, fields) == sample.mark(variant, fields)
    assert again.summary(again.read(fields)) == variant.summary(variant.read(fields))


@each_fixed_sample
@given(data=st.data(), seed=SEEDS, other=SEEDS)
@examples(20)
def test_it_does_not_care_in_which_order_options_are_shown(
    sample: Sample, data: DataObject, seed: int, other: int
) -> None:
    one, another = sample.variant(seed), sample.variant(other)
    fields = data.draw(sample.answers(one))
    assert sample.mark(another, fields).score == sample.mark(one, fields).score
    assert another.summary(another.read(fields)) == one.summary(one.read(fields))


@each_sample
@given(data=st.data(), seed=SEEDS)
@examples(20)
def test_it_does_not_care_in_which_order_an_answer_is_sent(
    sample: Sample, data: DataObject, seed: int
) -> None:
    variant = sample.variant(seed)
    fields = data.draw(sample.answers(variant))
    parts = data.draw(st.permutations(list(fields)))
    shuffled = {part: data.draw(st.permutations(list(fields[part]))) for part in parts}
    assert sample.mark(variant, shuffled) == sample.mark(variant, fields)
    assert variant.summary(variant.read(shuffled)) == variant.summary(variant.read(fields))


@each_sample
@given(seed=SEEDS)
@examples(20)
def test_it_gives_more_for_a_better_answer_and_all_for_the_right_one(
    sample: Sample, seed: int
) -> None:
    variant = sample.variant(seed)
    scores = [sample.mark(variant, fields).score for fields in sample.ladder(variant)]
    assert len(scores) > 1
    assert scores == sorted(scores)
    assert scores[-1] == 1
    assert max(scores[:-1]) < 1


@each_sample
@given(data=st.data(), seed=SEEDS)
@examples(60)
def test_it_refuses_what_is_no_answer_with_a_sentence(
    sample: Sample, data: DataObject, seed: int
) -> None:
    variant = sample.variant(seed)
    fields = data.draw(hostile(sample.ladder(variant)[-1]))
    try:
        answer = variant.read(fields)
    except AnswerError as refused:
        assert str(refused).endswith(".")  # noqa: PT017 - either is right, and no other error
    else:
        assert 0 <= sample.mark(variant, fields).score <= 1
        # What was read is stored, in a database that takes text alone.
        assert not any("\0" in value for values in fields.values() for value in values)
        assert len(variant.summary(answer).encode().decode()) <= MAX_SUMMARY


@each_sample
@given(data=st.data(), seed=SEEDS)
@examples(20)
def test_it_sums_up_an_answer_in_a_line(sample: Sample, data: DataObject, seed: int) -> None:
    variant = sample.variant(seed)
    answer = variant.read(data.draw(sample.answers(variant)))
    assert 0 < len(variant.summary(answer)) <= MAX_SUMMARY
    assert "\n" not in variant.summary(answer)


@each_sample
@given(seed=SEEDS)
@examples(10)
def test_it_tells_different_answers_apart(sample: Sample, seed: int) -> None:
    variant = sample.variant(seed)
    ladder = sample.ladder(variant)
    assert len({variant.summary(variant.read(fields)) for fields in ladder}) == len(ladder)


@each_sample
@given(seed=SEEDS)
@examples(10)
def test_it_shows_the_same_variant_after_a_stay_in_the_database(sample: Sample, seed: int) -> None:
    kept = question_from_json(json.loads(json.dumps(question_to_json(sample.question))))
    assert kept == sample.question
    assert variant_of(kept, seed) == sample.variant(seed)


@each_sample
def test_it_refuses_a_part_that_it_does_not_have(sample: Sample) -> None:
    variant = sample.variant(1)
    with pytest.raises(AnswerError, match="does not fit its question"):
        variant.read({**sample.ladder(variant)[-1], "forged": ["1"]})


@each_sample
def test_it_refuses_a_blank(sample: Sample) -> None:
    with pytest.raises(AnswerError):
        sample.variant(1).read({})


@each_sample
def test_it_refuses_a_value_that_is_sent_twice(sample: Sample) -> None:
    variant = sample.variant(1)
    right = sample.ladder(variant)[-1]
    for part, values in right.items():
        with pytest.raises(AnswerError, match="does not fit its question"):
            variant.read({**right, part: [*values, values[0]]})
