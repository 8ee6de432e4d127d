"""What an attempt asks."""

import random
from dataclasses import replace

from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from learn.catalog.quiz import Pool, Quiz
from learn.catalog.rules import Rules
from learn.questions.question import Question
from learn.quizzes.drawing import draw_slots
from tests.learn.questions.samples import SAMPLES

QUESTION = SAMPLES[0].variant(1).question


def quiz_of(fixed: str, *pools: tuple[int, str], shuffle: bool = True) -> Quiz:
    """Each letter names a question."""

    def questions(letters: str) -> tuple[Question, ...]:
        return tuple(replace(QUESTION, slug=letter) for letter in letters)

    return Quiz(
        module="m",
        name="q",
        title="Quiz",
        intro=SafeString(),
        lesson=None,
        fixed=questions(fixed),
        points={"a": 3},
        pools=tuple(Pool(count, 2, questions(letters)) for count, letters in pools),
        rules=Rules(shuffle=shuffle),
        content_hash="",
    )


QUIZ = quiz_of("ab", (2, "cdef"), (1, "efg"))


@given(st.integers(), st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 9)))
def test_it_asks_as_many_as_it_says_and_none_twice(seed: int, asked: dict[str, int]) -> None:
    slots = draw_slots(QUIZ, random.Random(seed), asked)  # noqa: S311

    slugs = [slot.question.slug for slot in slots]
    assert len(set(slugs)) == len(slugs) == QUIZ.size
    assert {"a", "b"} < set(slugs)
    assert sum(slot.points for slot in slots) == QUIZ.max_score


@given(st.integers())
def test_it_asks_first_what_was_asked_least(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    slots = draw_slots(quiz_of("", (2, "cdef")), dice, {"c": 1, "d": 2, "e": 1})

    slugs = {slot.question.slug for slot in slots}
    assert "f" in slugs
    assert "d" not in slugs


@given(st.integers())
def test_it_keeps_the_authors_order(seed: int) -> None:
    slots = draw_slots(quiz_of("ba", shuffle=False), random.Random(seed), {})  # noqa: S311

    assert [slot.question.slug for slot in slots] == ["b", "a"]


def test_every_question_of_a_pool_is_drawn_some_time() -> None:
    dice = random.Random(1)  # noqa: S311
    drawn = {
        slot.question.slug
        for _ in range(200)
        for slot in draw_slots(quiz_of("", (1, "cdef")), dice, {})
    }

    assert drawn == set("cdef")
