"""Properties of scores: whatever happened in an attempt."""

from hypothesis import given
from hypothesis import strategies as st

from learn.catalog.rules import Counts
from learn.quizzes.scoring import Scored, after_penalties, counted, points_of

PERCENT = st.integers(0, 100)
NUMBER = st.integers(1, 100)
MARKS = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 100)), max_size=60)
ATTEMPTS = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 200)), min_size=1, max_size=20).map(
    lambda found: [Scored(n, share * top, top) for n, (share, top) in enumerate(found, 1)]
)


@given(MARKS, NUMBER, PERCENT, PERCENT)
def test_a_score_is_between_nothing_and_all(
    marks: list[tuple[float, int]], number: int, penalty: int, late: int
) -> None:
    score = after_penalties(
        points_of(marks), number=number, penalty_percent=penalty, late_percent=late
    )
    # What the database insists on, to the last bit.
    assert 0 <= score <= sum(points for _, points in marks)


@given(MARKS)
def test_all_right_is_all_points(marks: list[tuple[float, int]]) -> None:
    perfect = [(1.0, points) for _, points in marks]
    score = after_penalties(points_of(perfect), number=1, penalty_percent=50)
    assert score == sum(points for _, points in marks)


@given(st.floats(0, 100), NUMBER, PERCENT, PERCENT)
def test_more_attempts_and_higher_penalties_never_pay(
    points: float, number: int, penalty: int, late: int
) -> None:
    score = after_penalties(points, number=number, penalty_percent=penalty, late_percent=late)
    later = after_penalties(points, number=number + 1, penalty_percent=penalty, late_percent=late)
    dearer = after_penalties(
        points, number=number, penalty_percent=min(penalty + 1, 100), late_percent=late
    )
    assert later <= score
    assert dearer <= score
    assert score <= after_penalties(points, number=number, penalty_percent=penalty)


@given(MARKS, st.data())
def test_a_better_mark_is_never_worth_less(
    marks: list[tuple[float, int]], data: st.DataObject
) -> None:
    better = [(data.draw(st.floats(score, 1)), points) for score, points in marks]
    assert points_of(better) >= points_of(marks)


@given(ATTEMPTS)
def test_the_best_attempt_is_as_good_as_any(attempts: list[Scored]) -> None:
    best = counted(attempts, Counts.BEST)
    assert best in attempts
    assert best is not None
    assert all(best.share >= other.share for other in attempts)


@given(ATTEMPTS, st.randoms(use_true_random=False), st.sampled_from(Counts))
def test_what_counts_does_not_depend_on_the_order(
    attempts: list[Scored], dice: object, counts: Counts
) -> None:
    mixed = list(attempts)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert counted(mixed, counts) == counted(attempts, counts)


@given(ATTEMPTS)
def test_first_and_last_go_by_number(attempts: list[Scored]) -> None:
    assert counted(attempts, Counts.FIRST) == attempts[0]
    assert counted(attempts, Counts.LAST) == attempts[-1]


def test_nothing_counts_without_an_attempt() -> None:
    assert [counted([], counts) for counts in Counts] == [None, None, None]


def test_it_takes_both_penalties_one_after_the_other() -> None:
    assert after_penalties(10, number=3, penalty_percent=20, late_percent=50) == 3
    assert after_penalties(10, number=9, penalty_percent=20) == 0
