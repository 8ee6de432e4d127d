"""Which questions an attempt asks, and in which order. Rules without Django."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from learn.catalog.quiz import Quiz
from learn.questions.question import Question


@dataclass(frozen=True)
class Slot:
    """One question of an attempt."""

    question: Question
    points: int


def draw_slots(quiz: Quiz, dice: random.Random, asked: Mapping[str, int]) -> list[Slot]:
    """`quiz.size` different questions.

    `asked` tells how often the learner was asked each question, by slug: whoever tries again is
    asked those first that he or she has met least often.
    """
    slots = [Slot(question, quiz.points_of(question)) for question in quiz.fixed]
    taken = {slot.question.slug for slot in slots}
    for pool in quiz.pools:
        left = [question for question in pool.questions if question.slug not in taken]
        dice.shuffle(left)
        left.sort(key=lambda question: asked.get(question.slug, 0))
        drawn = left[: pool.count]
        taken.update(question.slug for question in drawn)
        slots += [Slot(question, pool.points) for question in drawn]
    if quiz.rules.shuffle:
        dice.shuffle(slots)
    return slots
