"""Item analysis, beside an independent computation and published examples."""

import math
import random
import warnings
from collections.abc import Sequence
from statistics import mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.item_analysis import Choices, Items, analyse, gaps, thirds, wilson
from tests.learn.quizzes import plain_statistics as plain
from tests.learn.quizzes.generated import drawn_rows, seeded, to_answers, to_rows
from tests.learn.quizzes.plain_statistics import Row

COMPLETE = drawn_rows(persons=60, items=8, seed=1)
POOL = drawn_rows(persons=90, items=12, seed=2, per_person=6)


def same(value: float, expected: float | None) -> bool:
    if expected is None or math.isnan(value):
        return expected is None and math.isnan(value)
    return math.isclose(value, expected, abs_tol=1e-9)


def scores_of(rows: Sequence[Row], item: int) -> list[float]:
    return [row.score for row in rows if row.item == item]


@pytest.mark.parametrize("rows", [COMPLETE, POOL], ids=["complete", "drawn from a pool"])
def test_it_agrees_with_plain_python_on_items(rows: list[Row]) -> None:
    items, _ = analyse(to_answers(rows))

    for item in range(len(items.count)):
        own = [row for row in rows if row.item == item]
        assert items.count[item] == len(own)
        assert same(items.facility[item], mean(scores_of(rows, item)))
        assert same(items.discrimination[item], plain.discrimination(rows, item))
        assert same(items.seconds[item], plain.median_seconds(rows, item))
        assert same(items.hinted[item], mean(row.hinted for row in own))
        assert items.timed[item] == sum(row.seconds is not None for row in own)


@pytest.mark.parametrize("rows", [COMPLETE, POOL], ids=["complete", "drawn from a pool"])
def test_it_agrees_with_plain_python_on_choices(rows: list[Row]) -> None:
    _, choices = analyse(to_answers(rows))

    pairs = sorted({(row.item, row.choice) for row in rows})
    assert list(zip(choices.item, choices.choice, strict=True)) == pairs
    for index, (item, choice) in enumerate(pairs):
        own = [row for row in rows if (row.item, row.choice) == (item, choice)]
        assert choices.count[index] == len(own)
        assert same(choices.score[index], mean(row.score for row in own))
        expected = plain.choice_discrimination(rows, item, choice)
        assert same(choices.discrimination[index], expected)


def test_it_is_the_item_rest_correlation_where_all_answer_all() -> None:
    dice = seeded(3)
    table = [[float(dice.random() < 0.6) for _ in range(7)] for _ in range(40)]

    items, _ = analyse(to_answers(list(to_rows(table))))

    for item in range(7):
        assert same(items.discrimination[item], plain.rest_correlation(table, item))


def test_it_finds_the_wrong_key_that_was_put_there() -> None:
    rows = [
        Row(row.person, row.item, row.choice, 1 - row.score if row.item == 5 else row.score)
        for row in drawn_rows(persons=400, items=12, seed=4)
    ]

    items, choices = analyse(to_answers(rows))

    assert [item for item in range(12) if items.discrimination[item] < 0] == [5]
    (former_key,) = np.flatnonzero((choices.item == 5) & (choices.choice == 0))
    assert choices.discrimination[former_key] > 0.15
    assert choices.top[former_key] > choices.bottom[former_key]


def test_it_does_not_call_weak_who_drew_hard_questions() -> None:
    # Half of the learners drew three hard questions, half three easy ones; all know the same.
    dice = seeded(5)
    rows = []
    for person in range(400):
        hard = person % 2
        rows.append(Row(person, 0, 0, float(dice.random() < 0.5)))
        others = range(1 + 3 * hard, 4 + 3 * hard)
        rows += [Row(person, each, 0, float(dice.random() < 0.8 - 0.6 * hard)) for each in others]

    items, _ = analyse(to_answers(rows))

    assert abs(items.discrimination[0]) < 0.12


# Newcombe 1998, Statistics in Medicine 17, p. 857: table I, method 3.
@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_it_bounds_a_share_as_newcombe_published(
    right: int, count: int, low: float, high: float
) -> None:
    found = wilson(np.array([right / count]), np.array([count]))

    assert [round(float(each[0]), 4) for each in found] == [low, high]


def figures(rows: list[Row]) -> tuple[Items, Choices]:
    """With no warning of NumPy: nothing is divided by zero."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return analyse(to_answers(rows))


def test_it_has_no_figures_without_answers() -> None:
    items, choices = figures([])

    assert len(items.count) == 0
    assert len(choices.count) == 0


def test_it_has_no_discrimination_of_one_learner() -> None:
    items, choices = figures([Row(0, item, 0, 1.0) for item in range(6)])

    assert list(items.facility) == [1.0] * 6
    assert np.isnan(items.discrimination).all()
    assert np.isnan(choices.discrimination).all()


def test_it_has_no_discrimination_where_all_are_right() -> None:
    items, choices = figures(
        [Row(person, item, 0, 1.0) for person in range(9) for item in range(6)]
    )

    assert np.isnan(items.discrimination).all()
    assert np.isnan(choices.discrimination).all()
    assert np.isnan(choices.top).all()


def test_it_compares_nobody_who_answered_little_else() -> None:
    items, _ = figures(
        [Row(person, item, 0, person % 2) for person in range(9) for item in range(3)]
    )

    assert list(items.compared) == [0, 0, 0]
    assert np.isnan(items.discrimination).all()


def test_it_has_no_figures_of_an_item_that_nobody_answered() -> None:
    rows = [Row(person, item, 0, 1.0) for person in range(5) for item in (0, 2)]

    items, _ = figures(rows)

    assert items.count[1] == 0
    assert np.isnan(items.facility[1])
    assert np.isnan(items.low[1])
    assert np.isnan(items.seconds[1])


def test_it_puts_equal_strengths_into_the_same_third() -> None:
    value = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 2.0, np.nan])

    top, bottom = thirds(np.zeros(7, dtype=np.int64), value, 1)

    # The middle rank of the three zeros is 1.5 of 6; of the two ones 4 of 6.
    assert list(np.flatnonzero(top)) == [5]
    assert list(np.flatnonzero(bottom)) == [0, 1, 2]


def test_it_measures_from_one_value_of_a_group_to_the_next() -> None:
    group = np.array([0, 1, 0, 0, 1, 1, 0], dtype=np.int64)
    value = np.array([9.0, 5.0, 2.0, 4.0, 7.0, 7.0, np.nan])

    found = gaps(group, value)

    assert np.allclose(found, [5, 5, 2, 2, np.nan, np.nan, np.nan], equal_nan=True)
    assert len(gaps(group[:0], value[:0])) == 0


def a_row() -> st.SearchStrategy[tuple[int, int, int, float, float]]:
    return st.tuples(
        st.integers(0, 7),
        st.integers(0, 5),
        st.integers(0, 3),
        st.sampled_from([0.0, 0.25, 0.5, 1.0]),
        st.floats(0, 4000),
    )


def some_rows() -> st.SearchStrategy[list[Row]]:
    """At most one answer of each person to each item."""
    drawn = st.lists(a_row(), max_size=48, unique_by=lambda row: row[:2])
    return drawn.map(lambda rows: [Row(*row[:4], seconds=row[4]) for row in rows])


@given(some_rows())
def test_it_keeps_every_figure_within_its_bounds(rows: list[Row]) -> None:
    items, choices = figures(rows)

    has_answers = items.count > 0
    inside = (items.low <= items.facility) & (items.facility <= items.high)
    assert inside[has_answers].all()
    for share in (
        items.facility,
        items.hinted,
        items.low,
        items.high,
        choices.top,
        choices.bottom,
    ):
        known = share[~np.isnan(share)]
        assert ((known >= 0) & (known <= 1)).all()
    for r in (items.discrimination, choices.discrimination):
        assert (np.abs(r[~np.isnan(r)]) <= 1).all()
    assert items.count.sum() == choices.count.sum() == len(rows)


@given(some_rows(), st.randoms(use_true_random=False))
def test_it_does_not_matter_who_comes_first(rows: list[Row], dice: random.Random) -> None:
    shuffled = rows.copy()
    dice.shuffle(shuffled)
    names = list(range(8))
    dice.shuffle(names)
    renamed = [
        Row(names[row.person], row.item, row.choice, row.score, seconds=row.seconds)
        for row in shuffled
    ]

    for one, other in zip(figures(rows), figures(renamed), strict=True):
        for name, value in vars(one).items():
            assert np.allclose(value, vars(other)[name], equal_nan=True, atol=1e-6), name
