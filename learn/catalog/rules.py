"""What a quiz file says about attempts, time and review. Nothing here asks a clock."""

import datetime as dt
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator

from labs import Document


def _time(value: object) -> object:
    """A time of a TOML file (`{"datetime": text}`, as `labs` reads it), or of `to_json`."""
    text = value.get("datetime") if isinstance(value, dict) else value
    if not isinstance(text, str):
        return text
    time = dt.datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time needs its zone, such as 2026-12-01T18:00:00Z")
    return time


type Percent = Annotated[int, Field(ge=0, le=100)]
type Time = Annotated[AwareDatetime, BeforeValidator(_time)]
type Minutes = Annotated[int, Field(ge=1, le=10_000)]


class Counts(StrEnum):
    """Which of a learner's attempts is the quiz's result."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Late(StrEnum):
    """What becomes of an attempt that is submitted after `due`."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


class Release(StrEnum):
    """When a learner may see something about an attempt."""

    AT_ONCE = "at_once"
    AFTER_PASSING = "after_passing"
    AFTER_LAST_ATTEMPT = "after_last_attempt"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


class Review(Document):
    """The table [review]. Who has `pass_percent` of the points has passed."""

    marks: Release = Release.AT_ONCE
    feedback: Release = Release.AT_ONCE
    solutions: Release = Release.AT_ONCE
    pass_percent: Percent = 70

    @property
    def all(self) -> tuple[Release, ...]:
        return (self.marks, self.feedback, self.solutions)

    @property
    def keeps_back(self) -> bool:
        """Whether anything is not shown as soon as an attempt is marked."""
        return any(release is not Release.AT_ONCE for release in self.all)


class RulesDocument(Document):
    """The table [rules].

    `attempts` and `wait_minutes` are 0 for no limit and no wait. `penalty_percent` is taken from
    the score for each attempt after the first, `late_penalty_percent` from that of a late one.
    """

    shuffle: bool = True
    hints: bool = False
    attempts: Annotated[int, Field(ge=0, le=100)] = 0
    counts: Counts = Counts.BEST
    penalty_percent: Percent = 0
    wait_minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    time_limit_minutes: Minutes | None = None
    opens: Time | None = None
    due: Time | None = None
    closes: Time | None = None
    late: Late = Late.REFUSED
    late_penalty_percent: Percent = 0

    @property
    def ends(self) -> dt.datetime | None:
        """From when on nothing is taken; None: always."""
        late = self.late is Late.ACCEPTED
        times = [self.closes, None if late else self.due]
        return min((time for time in times if time), default=None)

    @model_validator(mode="after")
    def _times_are_in_order(self) -> Self:
        times = [("opens", self.opens), ("due", self.due), ("closes", self.closes)]
        given = [(name, time) for name, time in times if time]
        for (earlier, one), (later, other) in pairwise(given):
            if one > other:
                raise ValueError(f"'{earlier}' is after '{later}'; change one of them")
        return self

    @model_validator(mode="after")
    def _late_needs_due(self) -> Self:
        if self.late is Late.ACCEPTED and not self.due:
            raise ValueError("late = 'accepted' needs 'due': without it nothing is late")
        if self.late_penalty_percent and self.late is Late.REFUSED:
            raise ValueError("'late_penalty_percent' needs late = 'accepted'")
        return self

    @model_validator(mode="after")
    def _further_attempts_are_possible(self) -> Self:
        for name in ("penalty_percent", "wait_minutes"):
            if self.attempts == 1 and getattr(self, name):
                raise ValueError(f"'{name}' is for further attempts, and there is one alone")
        return self


class Rules(RulesDocument):
    """All rules of a quiz."""

    review: Review = Review()

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, json: dict[str, Any]) -> Self:
        """What `to_json` gave."""
        return cls.model_validate(json, strict=False)


def check_review(rules: RulesDocument, review: Review) -> None:
    """Refuse a release that never comes.

    Raises:
        ValueError: which one, and what it needs.
    """
    if Release.AFTER_LAST_ATTEMPT in review.all and not rules.attempts:
        raise ValueError("review: 'after_last_attempt' needs 'attempts' in [rules]: none is last")
    if Release.AFTER_CLOSE in review.all and not rules.ends:
        raise ValueError("review: 'after_close' needs 'closes' in [rules]: it never closes")
    if review.marks is not Release.AT_ONCE and Release.AT_ONCE in review.all:
        raise ValueError(
            "review: feedback and solutions tell the marks: release them no earlier than marks"
        )
