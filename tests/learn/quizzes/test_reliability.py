"""Cronbach's alpha and the standard error, beside published and independent figures."""

import math
import random
from collections.abc import Sequence
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes import reliability as module
from learn.quizzes.reliability import MIN_ATTEMPTS, Reliability, reliability
from tests.learn.quizzes.generated import drawn_rows, seeded, to_answers, to_rows
from tests.learn.quizzes.plain_statistics import Row, cronbach_alpha

# Ten students, ten questions: K. L. Wuensch, East Carolina University, "KR20.txt", who gives
# p * q of each question (2.18 together) and the variance 5.84 of the totals, both over n.
PUBLISHED = (
    "1111110110 1011011101 1111011001 0010001000 0000010010 "
    "1110111111 1101110111 1111111101 0101111101 1101101110"
)


def table_of(text: str) -> list[list[float]]:
    return [[float(letter) for letter in row] for row in text.split()]


def of_table(table: Sequence[Sequence[float]]) -> Reliability | str:
    return reliability(to_answers(list(to_rows(table))))


def found(result: Reliability | str) -> Reliability:
    assert isinstance(result, Reliability), result
    return result


def test_it_is_kr_20_of_a_published_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MIN_ATTEMPTS", 10)

    result = found(of_table(table_of(PUBLISHED)))

    assert result.alpha == pytest.approx(10 / 9 * (1 - 2.18 / 5.84))


@pytest.mark.parametrize("partial", [False, True], ids=["right or wrong", "partial credit"])
def test_it_agrees_with_the_textbook_on_a_complete_table(partial: bool) -> None:
    dice = seeded(6)
    table = []
    for _ in range(50):
        ability = dice.gauss(0, 1)
        scores = [min(max(dice.gauss(0.5 + ability / 4, 0.3), 0), 1) for _ in range(9)]
        table.append(scores if partial else [float(score > 0.5) for score in scores])

    result = found(of_table(table))

    alpha = cronbach_alpha(table)
    assert result.alpha == pytest.approx(alpha)
    totals = [sum(row) for row in table]
    assert result.error == pytest.approx(stdev(totals) * math.sqrt(1 - alpha))
    assert result.length == 9


def test_it_finds_in_drawn_quizzes_what_whole_ones_have() -> None:
    # Ten of twenty questions, drawn at random: about the alpha of a fixed quiz of ten.
    whole = drawn_rows(persons=3000, items=20, seed=7)
    half = drawn_rows(persons=3000, items=20, seed=7, per_person=10)

    of_whole = found(reliability(to_answers(whole)))
    of_half = found(reliability(to_answers(half)))

    # Spearman and Brown: what half of a test has, from what the whole has.
    expected = 0.5 * of_whole.alpha / (1 - 0.5 * of_whole.alpha)
    assert of_half.alpha == pytest.approx(expected, abs=0.03)
    assert of_half.length == 10


def test_it_is_about_zero_where_chance_answers() -> None:
    dice = seeded(8)
    table = [[float(dice.random() < 0.5) for _ in range(20)] for _ in range(2000)]

    assert abs(found(of_table(table)).alpha) < 0.08


def test_it_is_one_without_chance() -> None:
    table = [[float(person % 2)] * 5 for person in range(40)]

    result = found(of_table(table))

    assert result.alpha == pytest.approx(1)
    assert result.error == pytest.approx(0, abs=1e-6)


def test_it_needs_thirty_attempts() -> None:
    table = [[1.0, 0.0, float(person % 2)] for person in range(MIN_ATTEMPTS - 1)]

    assert of_table(table) == "Needs 30 learners who finished the quiz; there are 29."
    assert isinstance(of_table([*table, [1.0, 1.0, 1.0]]), Reliability)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Needs 30 learners who finished the quiz; there are 0."),
        (
            [Row(person, 0, 0, 1.0) for person in range(40)],
            "Needs a quiz of at least two questions.",
        ),
        (
            [Row(person, item, 0, 1.0) for person in range(40) for item in range(3)],
            "All learners have the same score: there is nothing to tell apart.",
        ),
    ],
    ids=["nobody", "one question", "all right"],
)
def test_it_says_why_it_cannot(rows: list[Row], sentence: str) -> None:
    assert reliability(to_answers(rows)) == sentence


def tables() -> st.SearchStrategy[list[list[float]]]:
    scores = st.sampled_from([0.0, 0.5, 1.0])
    return st.integers(2, 6).flatmap(
        lambda k: st.lists(
            st.lists(scores, min_size=k, max_size=k), min_size=MIN_ATTEMPTS, max_size=40
        )
    )


@given(tables(), st.randoms(use_true_random=False))
def test_it_is_at_most_one_and_knows_no_order(
    table: list[list[float]], dice: random.Random
) -> None:
    shuffled = table.copy()
    dice.shuffle(shuffled)

    one, other = of_table(table), of_table(shuffled)

    if isinstance(one, str):
        assert one == other
        return
    assert one.alpha <= 1
    assert math.isfinite(one.alpha)
    assert one.error >= 0
    assert found(other).alpha == pytest.approx(one.alpha, abs=1e-6)
