"""Answers drawn with a seed from a model whose truth is known (Rasch's, with distractors)."""

import math
import random
from collections.abc import Iterator, Sequence

import numpy as np

from learn.quizzes.item_analysis import Answers
from tests.learn.quizzes.plain_statistics import Row

OPTIONS = 4


def seeded(seed: int) -> random.Random:
    """Dice that fall the same in each run."""
    return random.Random(seed)  # noqa: S311


def drawn_rows(*, persons: int, items: int, seed: int, per_person: int | None = None) -> list[Row]:
    """Item i's key is choice 0. Each person answers `per_person` of the items, by default all."""
    dice = seeded(seed)
    difficulty = [dice.gauss(0, 1) for _ in range(items)]
    rows: list[Row] = []
    for person in range(persons):
        ability = dice.gauss(0, 1)
        asked = sorted(dice.sample(range(items), per_person or items))
        rows += [_row(dice, person, item, ability - difficulty[item]) for item in asked]
    return rows


def _row(dice: random.Random, person: int, item: int, edge: float) -> Row:
    right = dice.random() < 1 / (1 + math.exp(-edge))
    choice = 0 if right else dice.choice((1, 1, 2, 3))
    seconds = dice.lognormvariate(4, 0.5) if dice.random() < 0.7 else None
    return Row(person, item, choice, float(right), hinted=dice.random() < 0.2, seconds=seconds)


def to_answers(rows: Sequence[Row]) -> Answers:
    """The rows as arrays."""
    return Answers(
        person=np.array([row.person for row in rows], dtype=np.int64),
        item=np.array([row.item for row in rows], dtype=np.int64),
        choice=np.array([row.choice for row in rows], dtype=np.int64),
        score=np.array([row.score for row in rows], dtype=np.float64),
        hinted=np.array([row.hinted for row in rows], dtype=np.bool_),
        seconds=np.array(
            [math.nan if row.seconds is None else row.seconds for row in rows], dtype=np.float64
        ),
        persons=max((row.person for row in rows), default=-1) + 1,
        items=max((row.item for row in rows), default=-1) + 1,
        choices=max((row.choice for row in rows), default=-1) + 1,
    )


def to_rows(table: Sequence[Sequence[float]]) -> Iterator[Row]:
    """A complete table, a row for each person, as answers; who is right chose 1."""
    for person, scores in enumerate(table):
        for item, score in enumerate(scores):
            yield Row(person, item, int(score), float(score))
