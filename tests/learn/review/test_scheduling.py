"""When a question comes back."""

import datetime as dt

import pytest
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st

from learn.review.scheduling import DAY, Memory, rating_of, remember, retrievability

MONDAY = dt.datetime(2026, 9, 7, 18, tzinfo=dt.UTC)
RATINGS = st.sampled_from(list(Rating))
# From minutes to years between one answer and the next.
HISTORIES = st.lists(
    st.tuples(RATINGS, st.timedeltas(dt.timedelta(0), dt.timedelta(days=800))),
    min_size=1,
    max_size=8,
)

type History = list[tuple[Rating, dt.timedelta]]


def remembered(history: History) -> Memory:
    memory, at = None, MONDAY
    for rating, pause in history:
        at += pause
        memory = remember(memory, rating, at)
    assert memory is not None
    return memory


def after(*ratings: Rating, pause: dt.timedelta) -> Memory:
    return remembered([(rating, pause) for rating in ratings])


@pytest.mark.parametrize(
    ("score", "hints", "seconds", "never_wrong", "rating"),
    [
        (0.0, 0, 3.0, True, Rating.Again),
        (0.0, 2, None, False, Rating.Again),
        (0.5, 0, 3.0, True, Rating.Hard),
        (1.0, 1, 3.0, True, Rating.Hard),
        (1.0, 0, None, True, Rating.Good),
        (1.0, 0, 21.0, True, Rating.Good),
        (1.0, 0, 20.0, False, Rating.Good),
        (1.0, 0, 20.0, True, Rating.Easy),
    ],
)
def test_it_rates_an_answer(
    score: float, hints: int, seconds: float | None, never_wrong: bool, rating: Rating
) -> None:
    assert rating_of(score, hints=hints, seconds=seconds, never_wrong=never_wrong) is rating


@given(HISTORIES)
def test_it_is_due_after_the_day_of_the_answer(history: History) -> None:
    memory = remembered(history)
    assert memory.due_on > memory.answered_at.date()


@given(HISTORIES)
def test_a_wrong_answer_comes_back_tomorrow_and_no_later_than_a_right_one(
    history: History,
) -> None:
    before = remembered(history)
    now = before.answered_at + 5 * DAY
    wrong, hard, good, easy = (remember(before, rating, now) for rating in Rating)
    assert wrong.due_on == now.date() + DAY
    assert wrong.due_on <= hard.due_on <= good.due_on <= easy.due_on
    assert wrong.stability < good.stability


@given(HISTORIES)
def test_it_follows_from_the_answers_alone(history: History) -> None:
    assert remembered(history) == remembered(history)


@given(HISTORIES, RATINGS, st.integers(2, 40))
def test_the_same_answer_within_minutes_changes_nothing(
    history: History, rating: Rating, times: int
) -> None:
    minute = dt.timedelta(minutes=1)
    once = remembered([*history, (rating, 5 * DAY)])
    often = remembered([*history, (rating, 5 * DAY), *[(rating, minute)] * (times - 1)])
    assert (often.stability, often.difficulty) == (once.stability, once.difficulty)
    assert often.due_on - once.due_on in (dt.timedelta(0), DAY)


@given(HISTORIES)
def test_a_right_answer_after_the_solution_does_not_hide_a_wrong_one(history: History) -> None:
    now = remembered(history).answered_at + 5 * DAY
    wrong = remember(remembered(history), Rating.Again, now)
    corrected = remember(wrong, Rating.Good, now + dt.timedelta(minutes=2))
    right = remember(remembered(history), Rating.Good, now)
    assert wrong.stability <= corrected.stability < right.stability
    assert corrected.due_on <= right.due_on


def test_the_pauses_grow_while_the_answers_are_right() -> None:
    memory = remember(None, Rating.Good, MONDAY)
    pauses = []
    for _ in range(3):
        answered_at = dt.datetime.combine(memory.due_on, dt.time(9), dt.UTC)
        memory = remember(memory, Rating.Good, answered_at)
        pauses.append((memory.due_on - answered_at.date()).days)
    assert pauses == [11, 46, 163]


def test_it_comes_back_within_half_a_year() -> None:
    assert after(*[Rating.Easy] * 12, pause=100 * DAY).due_on <= (
        MONDAY.date() + 12 * 100 * DAY + 180 * DAY
    )


def test_the_next_morning_is_another_day() -> None:
    evening = remember(None, Rating.Again, MONDAY)
    morning = remember(evening, Rating.Good, MONDAY + dt.timedelta(hours=14))
    same_evening = remember(evening, Rating.Good, MONDAY + dt.timedelta(hours=1))
    assert morning.stability > same_evening.stability


def test_midnight_does_not_part_a_sitting() -> None:
    late = dt.datetime(2026, 9, 7, 23, 58, tzinfo=dt.UTC)
    memory = remember(None, Rating.Good, late)
    again = remember(memory, Rating.Good, late + dt.timedelta(minutes=4))
    assert again.stability == memory.stability
    assert again.due_on > dt.date(2026, 9, 8)


def test_it_forgets_day_by_day() -> None:
    memory = remember(None, Rating.Good, MONDAY)
    days = [retrievability(memory.stability, MONDAY, MONDAY.date() + n * DAY) for n in range(30)]
    assert days[0] == 1
    assert days == sorted(days, reverse=True)
    # Stability is the number of days after which the probability is 90 %.
    assert days[round(memory.stability)] == pytest.approx(0.9, abs=0.02)
