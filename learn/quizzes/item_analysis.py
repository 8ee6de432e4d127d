"""What answers tell of their questions: classical test theory on arrays, without Django.

All figures take time in proportion to the answers: nothing is looped over but whole arrays.

A learner's strength beside a question is the mean *deviation* (score minus the question's mean)
over the learner's other answers. Where all learners answer all questions, correlations with it
are those with the rest score; where each draws other questions from a pool, hard draws do not
make a learner look weak.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Codes = NDArray[np.int64]
type Flags = NDArray[np.bool_]

WILSON_Z = 1.959963984540054
"""95 % of a normal distribution lie within so many standard deviations."""

MIN_OTHERS = 3
"""Whoever answered fewer other questions does not count in a discrimination: chance alone."""

NEGLIGIBLE = 1e-12
"""A variance below it is rounding."""


@dataclass(frozen=True)
class Answers:
    """Answers, one in each row: at most one of each person to each item.

    `person`, `item` and `choice` are codes from 0 on, of which there are `persons`, `items` and
    `choices`; equal choices of one item are equal answers. `score` is 0 to 1. `seconds` are NaN
    where no time is known.
    """

    person: Codes
    item: Codes
    choice: Codes
    score: Floats
    hinted: Flags
    seconds: Floats
    persons: int
    items: int
    choices: int

    def __len__(self) -> int:
        return len(self.score)


@dataclass(frozen=True)
class Items:
    """Figures by item, NaN where there is none. `low` and `high` bound `facility` (95 %).

    `discrimination` is the correlation of the score with the strength, over `compared` learners
    (a point-biserial one where scores are 0 and 1); `hinted` a share; `seconds` a median over
    `timed` answers.
    """

    count: Codes
    facility: Floats
    low: Floats
    high: Floats
    compared: Codes
    discrimination: Floats
    hinted: Floats
    timed: Codes
    seconds: Floats


@dataclass(frozen=True)
class Choices:
    """Figures of each answer that was given to an item, by item and then by choice.

    `discrimination` is the correlation of giving it with the strength. `top` and `bottom` are the
    shares of the strongest and the weakest third of the item's learners who gave it.
    """

    item: Codes
    choice: Codes
    count: Codes
    score: Floats
    discrimination: Floats
    top: Floats
    bottom: Floats


def analyse(answers: Answers) -> tuple[Items, Choices]:
    """All figures of all items."""
    strength = strengths(answers)
    return _items(answers, strength), _choices(answers, strength)


def strengths(answers: Answers) -> Floats:
    """For each row, how strong the learner is elsewhere; NaN with too few other answers."""
    deviation = deviations(answers)
    total = np.bincount(answers.person, deviation, answers.persons)[answers.person]
    others = np.bincount(answers.person, minlength=answers.persons)[answers.person] - 1
    known = others >= MIN_OTHERS
    return np.where(known, (total - deviation) / np.maximum(others, 1), np.nan)


def deviations(answers: Answers) -> Floats:
    """Each score minus the mean of its item."""
    mean = means(answers.item, answers.score, answers.items)
    return answers.score - mean[answers.item]


def wilson(mean: Floats, count: Codes | Floats) -> tuple[Floats, Floats]:
    """Wilson's interval of a share, 95 % (Wilson 1927, J. Am. Stat. Assoc. 22, p. 209).

    With partial credit it is too wide rather than too narrow: no score between 0 and 1 varies
    more than right and wrong do.
    """
    n = np.where(count > 0, count, np.nan)
    square = WILSON_Z**2 / n
    middle = mean + square / 2
    half = WILSON_Z * np.sqrt(np.maximum(mean * (1 - mean), 0) / n + square / (4 * n))
    low, high = (middle - half) / (1 + square), (middle + half) / (1 + square)
    # At 0 and at 1 the mean is an end, but for rounding.
    return np.minimum(np.maximum(low, 0), mean), np.maximum(np.minimum(high, 1), mean)


def means(group: Codes, value: Floats, groups: int) -> Floats:
    """The mean of each group, NaN for an empty one."""
    count = np.bincount(group, minlength=groups)
    return divide(np.bincount(group, value, groups), count)


def divide(numerator: Floats | Codes, denominator: Floats | Codes) -> Floats:
    """NaN where the denominator is 0."""
    zero = denominator == 0
    return np.where(zero, np.nan, numerator / np.where(zero, 1, denominator))


def _items(answers: Answers, strength: Floats) -> Items:
    item, items = answers.item, answers.items
    count = np.bincount(item, minlength=items)
    facility = np.clip(means(item, answers.score, items), 0, 1)
    low, high = wilson(facility, count)
    known = ~np.isnan(strength)
    timed = ~np.isnan(answers.seconds)
    return Items(
        count=count,
        facility=facility,
        low=low,
        high=high,
        compared=np.bincount(item[known], minlength=items),
        discrimination=correlations(item[known], answers.score[known], strength[known], items),
        hinted=means(item, answers.hinted.astype(np.float64), items),
        timed=np.bincount(item[timed], minlength=items),
        seconds=medians(item[timed], answers.seconds[timed], items),
    )


def correlations(group: Codes, x: Floats, y: Floats, groups: int) -> Floats:
    """Pearson's r in each group; NaN where x or y does not vary."""
    dx = x - means(group, x, groups)[group]
    dy = y - means(group, y, groups)[group]
    xx, yy, xy = (np.bincount(group, value, groups) for value in (dx * dx, dy * dy, dx * dy))
    varies = (xx > NEGLIGIBLE) & (yy > NEGLIGIBLE)
    scale = np.sqrt(np.where(varies, xx * yy, 1))
    return np.where(varies, np.clip(xy / scale, -1, 1), np.nan)


def medians(group: Codes, value: Floats, groups: int) -> Floats:
    """The median of each group, NaN for an empty one."""
    ordered = value[np.lexsort((value, group))]
    count = np.bincount(group, minlength=groups)
    start = np.cumsum(count) - count
    low, high = start + np.maximum(count - 1, 0) // 2, start + count // 2
    padded = np.append(ordered, np.nan)
    last = len(ordered)
    middle = (padded[np.minimum(low, last)] + padded[np.minimum(high, last)]) / 2
    return np.where(count > 0, middle, np.nan)


def gaps(group: Codes, value: Floats) -> Floats:
    """For each row, how far the group's next smaller value is below; for the smallest, 0 is.

    NaN for values that another row of the group has too: nothing is known between them.
    """
    order = np.lexsort((value, group))
    ordered, of = value[order], group[order]
    first = np.ones(len(of), dtype=np.bool_)
    first[1:] = of[1:] != of[:-1]
    before = np.where(first, 0.0, np.concatenate((ordered[-1:], ordered[:-1])))
    tied = np.zeros(len(of), dtype=np.bool_)
    tied[1:] = ~first[1:] & (ordered[1:] == ordered[:-1])
    tied[:-1] |= tied[1:]
    found = np.empty(len(value))
    found[order] = np.where(tied, np.nan, ordered - before)
    return found


def _choices(answers: Answers, strength: Floats) -> Choices:
    pairs, group = np.unique(answers.item * answers.choices + answers.choice, return_inverse=True)
    item, choice = np.divmod(pairs, max(answers.choices, 1))
    top, bottom = thirds(answers.item, strength, answers.items)
    return Choices(
        item=item,
        choice=choice,
        count=np.bincount(group, minlength=len(pairs)),
        score=np.clip(means(group, answers.score, len(pairs)), 0, 1),
        discrimination=_of_choices(answers, strength, item, group),
        top=_shares(answers, group, item, top),
        bottom=_shares(answers, group, item, bottom),
    )


def _shares(answers: Answers, group: Codes, item: Codes, rows: Flags) -> Floats:
    """Of these rows of its item, the share that each choice has."""
    whole = np.bincount(answers.item[rows], minlength=answers.items)
    return divide(np.bincount(group[rows], minlength=len(item)), whole[item])


def _of_choices(answers: Answers, strength: Floats, item: Codes, group: Codes) -> Floats:
    """The correlation of "gave this answer" with the strength, from the means of both groups."""
    known = ~np.isnan(strength)
    items, of_item, of_group = answers.items, answers.item[known], group[known]
    dy = strength[known] - means(of_item, strength[known], items)[of_item]
    n = np.bincount(of_item, minlength=items)[item]
    spread = np.bincount(of_item, dy * dy, items)[item]
    count = np.bincount(of_group, minlength=len(item))
    gap = np.bincount(of_group, dy, len(item))
    varies = (spread > NEGLIGIBLE) & (count > 0) & (count < n)
    square = np.where(varies, spread * count * (n - count) / np.maximum(n, 1), 1)
    return np.where(varies, np.clip(gap / np.sqrt(square), -1, 1), np.nan)


def thirds(group: Codes, value: Floats, groups: int) -> tuple[Flags, Flags]:
    """The rows in the top and in the bottom third of their group; NaN is in neither.

    Equal values share their middle rank, so that no order of rows decides between them. A third
    may then be larger or smaller, or empty where all are equal.
    """
    known = np.flatnonzero(~np.isnan(value))
    of = group[known]
    order = np.lexsort((value[known], of))
    count = np.bincount(of, minlength=groups)
    place = np.arange(len(order)) - (np.cumsum(count) - count)[of[order]] + 0.5
    rank = np.empty(len(order))
    rank[order] = _shared(of[order], value[known][order], place)
    share = rank / count[of]
    top, bottom = np.zeros((2, len(value)), dtype=np.bool_)
    top[known], bottom[known] = share > 2 / 3, share < 1 / 3
    return top, bottom


def _shared(group: Codes, value: Floats, place: Floats) -> Floats:
    """The mean place of equal values beside each other."""
    new = np.ones(len(group), dtype=np.bool_)
    new[1:] = (group[1:] != group[:-1]) | (value[1:] - value[:-1] > NEGLIGIBLE)
    tie = np.cumsum(new) - 1
    return means(tie, place, int(tie[-1]) + 1 if len(tie) else 0)[tie]
