"""When a question comes back: FSRS, in whole days. Rules without Django.

FSRS (Free Spaced Repetition Scheduler, github.com/open-spaced-repetition) keeps two numbers for
each learner and question: the stability (after how many days it is remembered with a probability
of 90 %) and the difficulty (1 to 10). A question is due on a day, not at an hour: who answers in
the evening may go on next morning. Days are those of UTC, as users have no time zone.
"""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from fsrs import Card as FsrsCard
from fsrs import Rating, Scheduler, State

DAY = dt.timedelta(days=1)
# Answers so near to each other are one sitting, even if midnight lies between them.
SITTING = dt.timedelta(hours=4)
QUICK_SECONDS = 20
# Without fuzz the same answers give the same schedule, and a course is over within some months.
SCHEDULER = Scheduler(
    desired_retention=0.9,
    learning_steps=(DAY,),
    relearning_steps=(DAY,),
    maximum_interval=180,
    enable_fuzzing=False,
)


@dataclass(frozen=True)
class Memory:
    """What one learner is believed to remember of one question, since the last answer to it."""

    state: State
    stability: float
    difficulty: float
    rating: Rating
    answered_at: dt.datetime
    due_on: dt.date


def rating_of(
    score: float, *, hints: int, seconds: float | None = None, never_wrong: bool = False
) -> Rating:
    """What an answer tells of the memory.

    Wrong is Again; partly right, or right with hints, is Hard; right is Good. Easy is what was
    right in a review within QUICK_SECONDS and never wrong before: `seconds` is None outside of
    reviews, where the lesson was just read and haste says nothing.
    """
    if score <= 0:
        return Rating.Again
    if score < 1 or hints:
        return Rating.Hard
    if never_wrong and seconds is not None and seconds <= QUICK_SECONDS:
        return Rating.Easy
    return Rating.Good


def remember(memory: Memory | None, rating: Rating, answered_at: dt.datetime) -> Memory:
    """The memory after an answer. Wrong answers are due on the next day, others later or then.

    The same outcome again in one sitting is no news: forty wrong answers in an hour are not forty
    days of forgetting. `answered_at` is in UTC, and no earlier than the answer before.
    """
    today = answered_at.date()
    if memory and rating == memory.rating and _is_one_sitting(memory, answered_at):
        return Memory(
            memory.state,
            memory.stability,
            memory.difficulty,
            rating,
            answered_at,
            due_on=max(memory.due_on, today + DAY),
        )
    return _remember(memory, rating, answered_at)


def retrievability(stability: float, answered_at: dt.datetime, day: dt.date) -> float:
    """The probability, 0 to 1, that a right answer would be given on that day."""
    card = FsrsCard(
        0, stability=stability, due=answered_at, last_review=_midnight(answered_at.date())
    )
    return SCHEDULER.get_card_retrievability(card, _midnight(day))


def _remember(memory: Memory | None, rating: Rating, answered_at: dt.datetime) -> Memory:
    today = answered_at.date()
    one_sitting = memory is not None and _is_one_sitting(memory, answered_at)
    moment = _midnight(memory.answered_at.date() if memory and one_sitting else today)
    card, _ = SCHEDULER.review_card(_card(memory), rating, moment)
    # Every review sets both; the library's types allow for cards without one.
    return Memory(
        card.state,
        cast("float", card.stability),
        cast("float", card.difficulty),
        rating,
        answered_at,
        due_on=today + dt.timedelta(days=(card.due - moment).days),
    )


def _is_one_sitting(memory: Memory, answered_at: dt.datetime) -> bool:
    is_same_day = memory.answered_at.date() == answered_at.date()
    return is_same_day or answered_at - memory.answered_at < SITTING


def _card(memory: Memory | None) -> FsrsCard:
    # Without an id the library waits a millisecond to make one up.
    if memory is None:
        return FsrsCard(card_id=0)
    return FsrsCard(
        card_id=0,
        state=memory.state,
        step=None if memory.state is State.Review else 0,
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_review=_midnight(memory.answered_at.date()),
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
