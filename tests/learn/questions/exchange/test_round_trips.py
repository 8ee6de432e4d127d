"""A question that leaves and comes back is the same question."""

from itertools import product
from typing import Any

import pytest

from learn.questions.exchange.arrival import prove
from learn.questions.exchange.departure import FORMATS, export
from learn.questions.exchange.sources import read_data
from learn.questions.kinds import KINDS
from learn.questions.question import Question
from tests.learn.questions.exchange.samples import (
    ALL_OR_NOTHING,
    MATCHING,
    MULTIPLE_CHOICE,
    NUMERIC,
    ORDERING,
    SHORT_TEXT,
    TRAVELLERS,
    question,
)
from tests.learn.questions.sample import Sample
from tests.learn.questions.samples import SAMPLES

type Json = dict[str, Any]

# What a format has no sign for, and what stands there instead when it comes back.
CHANGED_BY_GIFT: Json = {"shuffle": True, "pick": None, "ignore_case": True}


def there_and_back(sent: Question, form: str) -> Json:
    """The keys of the question that comes back."""
    data, _ = export([sent], form)
    reading = read_data(data, "file")
    files, notes = prove(reading)
    assert notes == []
    assert list(files) == [sent.slug]
    (draft,) = reading.drafts
    model = KINDS[draft.document["kind"]].document
    back: Json = model.model_validate(draft.document, strict=False).model_dump()
    return back


# GIFT has no ordering: see test_it_leaves_out_what_gift_cannot_say.
JOURNEYS = sorted({*product(TRAVELLERS, FORMATS)} - {("ordering", "gift")})


@pytest.mark.parametrize(("name", "form"), JOURNEYS)
def test_it_comes_back_as_it_left(name: str, form: str) -> None:
    sent = question(TRAVELLERS[name])
    expected = sent.document.model_dump()
    if form == "gift":
        expected |= {key: value for key, value in CHANGED_BY_GIFT.items() if key in expected}
    assert there_and_back(sent, form) == expected


@pytest.mark.parametrize("form", ["qti21", "qti30"])
def test_it_brings_hints_back(form: str) -> None:
    sent = question({**SHORT_TEXT, "hints": ["Read `it`.", "Again."]})
    assert there_and_back(sent, form)["hints"] == ("Read `it`.", "Again.")


def test_it_brings_concepts_back_as_tags() -> None:
    sent = question({**SHORT_TEXT, "concepts": ["dead-letter-queue", "polling"]})
    assert there_and_back(sent, "gift")["concepts"] == ("dead-letter-queue", "polling")


def test_it_brings_feedback_on_wrong_texts_and_numbers_back_from_gift() -> None:
    wrong = [{"forms": ["messageId"], "feedback": "That is its value."}]
    back = there_and_back(question({**SHORT_TEXT, "wrong": wrong}), "gift")
    assert back["wrong"][0]["forms"] == ("messageId",)
    assert back["wrong"][0]["feedback"] == "That is its value."
    numbers = [{"value": 25, "feedback": "Ten times too much."}]
    back = there_and_back(question({**NUMERIC, "wrong_answers": numbers}), "gift")
    assert back["wrong_answers"][0]["value"] == 25


@pytest.mark.parametrize("form", FORMATS)
def test_it_writes_the_same_file_twice(form: str) -> None:
    sent = question(MULTIPLE_CHOICE)
    assert export([sent], form) == export([sent], form)


def test_it_turns_a_percentage_into_the_amount() -> None:
    back = there_and_back(question({**NUMERIC, "tolerance": "10%"}), "gift")
    assert back["tolerance"] == 0.25


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({**NUMERIC, "unit": "ms"}, "its answer has a unit"),
        ({**SHORT_TEXT, "regex": ["a+"]}, "patterns ('regex')"),
        (
            {**NUMERIC, "answer": "n * 2", "parameters": {"n": {"from": 1, "to": 9}}},
            "drawn anew for each learner",
        ),
    ],
)
@pytest.mark.parametrize("form", FORMATS)
def test_it_says_what_no_format_can_carry(document: Json, reason: str, form: str) -> None:
    _, (note,) = export([question(document)], form)
    assert note.is_left_out
    assert str(note).startswith("queues/sample is left out: ")
    assert reason in note.text


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (ORDERING, "GIFT has no questions of the kind 'ordering'"),
        ({**SHORT_TEXT, "accept": ["a*"]}, "'*'"),
        ({**SHORT_TEXT, "accept": ["a -> b"]}, "'->'"),
        ({**MATCHING, "pairs": [*MATCHING["pairs"], {"left": "a -> b", "right": "c"}]}, "'->'"),
    ],
)
def test_it_leaves_out_what_gift_cannot_say(document: Json, reason: str) -> None:
    _, (note,) = export([question(document)], "gift")
    assert note.is_left_out
    assert reason in note.text


def test_it_says_what_a_question_loses() -> None:
    document = {**ALL_OR_NOTHING, "bloom": "apply", "hints": ["Look."]}
    document["options"] = [
        *ALL_OR_NOTHING["options"][:-1],
        {"text": "Five", "feedback": "Never.", "misconception": "Five is all."},
    ]
    _, (note,) = export([question(document)], "gift")
    assert str(note) == "queues/sample is carried, without its hints, bloom, misconceptions"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_it_carries_or_names_every_question(sample: Sample, form: str) -> None:
    data, notes = export([sample.question], form)
    if any(note.is_left_out for note in notes):
        return
    assert len(read_data(data, "file").drafts) == 1
