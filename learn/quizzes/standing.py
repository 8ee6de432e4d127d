"""Where a learner stands in a quiz: what may be done now, what counts, and what may be seen."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from learn.catalog.quiz import Quiz
from learn.catalog.rules import Release, Rules
from learn.quizzes.models import Attempt
from learn.quizzes.scoring import Scored, counted

ROUNDING = 1e-9


@dataclass(frozen=True)
class Released:
    """What a learner may see of an attempt that is no longer open."""

    marks: bool
    feedback: bool
    solutions: bool

    @property
    def is_all(self) -> bool:
        return self.marks and self.feedback and self.solutions


ALL_RELEASED = Released(marks=True, feedback=True, solutions=True)


def moment(time: dt.datetime) -> str:
    """A time in a sentence, in the reader's zone: "1 December 2026, 18:00 UTC"."""
    at = timezone.localtime(time)
    return f"{date_format(at, 'DATE_FORMAT')}, {at:%H:%M %Z}"


def scored(attempt: Attempt) -> Scored | None:
    """None until it is marked."""
    if attempt.score is None:
        return None
    return Scored(attempt.number, attempt.score, attempt.max_score)


def is_over(attempt: Attempt, now: dt.datetime) -> bool:
    """Whether the attempt takes nothing any more, be it closed already or not."""
    is_late = attempt.due_at is not None and attempt.due_at <= now
    return attempt.status != Attempt.Status.OPEN or is_late


@dataclass(frozen=True)
class Standing:
    """`attempts` are the learner's, newest first; `rules` those that hold for the learner."""

    quiz: Quiz
    rules: Rules
    attempts: tuple[Attempt, ...]
    now: dt.datetime

    @cached_property
    def open_attempt(self) -> Attempt | None:
        return next((one for one in self.attempts if one.status == Attempt.Status.OPEN), None)

    @property
    def is_outdated(self) -> bool:
        """Whether its open attempt has been closed meanwhile."""
        return bool(self.open_attempt and self.open_attempt.status != Attempt.Status.OPEN)

    @property
    def attempts_left(self) -> int | None:
        """None: as many as one likes."""
        return max(self.rules.attempts - len(self.attempts), 0) if self.rules.attempts else None

    @cached_property
    def counted(self) -> Scored | None:
        marked = [one for attempt in self.attempts if (one := scored(attempt))]
        return counted(marked, self.rules.counts)

    @property
    def has_passed(self) -> bool:
        """In the attempt that counts."""
        return self.counted is not None and self._passes(self.counted)

    @property
    def has_ever_passed(self) -> bool:
        """What was shown once is not hidden again, whichever attempt counts."""
        return any(self._passes(one) for attempt in self.attempts if (one := scored(attempt)))

    def _passes(self, attempt: Scored) -> bool:
        # Sums of fractions may be a hair below what they are on paper.
        return attempt.share * 100 >= self.rules.review.pass_percent - ROUNDING

    @property
    def is_closed(self) -> bool:
        return self.rules.ends is not None and self.rules.ends <= self.now

    @property
    def refusal(self) -> str:
        """Why no attempt may begin now, as a sentence; "" if one may."""
        if self.rules.opens and self.now < self.rules.opens:
            return _("This quiz opens on %(moment)s.") % {"moment": moment(self.rules.opens)}
        if self.rules.ends and self.is_closed:
            sentence = _("This quiz closed on %(moment)s. No further attempt is taken.")
            return sentence % {"moment": moment(self.rules.ends)}
        if self.attempts_left == 0:
            return _("You have used all your attempts at this quiz.")
        if self.waits_until and self.now < self.waits_until:
            sentence = _("You may begin the next attempt on %(moment)s.")
            return sentence % {"moment": moment(self.waits_until)}
        return ""

    @property
    def waits_until(self) -> dt.datetime | None:
        """When the wait after the last attempt ends; None without one."""
        if not self.rules.wait_minutes or not self.attempts:
            return None
        last = self.attempts[0].submitted_at
        return last + dt.timedelta(minutes=self.rules.wait_minutes) if last else None

    @property
    def released(self) -> Released:
        """The same for all of the learner's attempts."""
        review = self.rules.review
        return Released(
            marks=self._is_released(review.marks),
            feedback=self._is_released(review.feedback),
            solutions=self._is_released(review.solutions),
        )

    def _is_released(self, release: Release) -> bool:
        match release:
            case Release.AT_ONCE:
                return True
            case Release.AFTER_PASSING:
                return self.has_ever_passed
            case Release.AFTER_LAST_ATTEMPT:
                return self.is_closed or (self.attempts_left == 0 and not self.open_attempt)
            case Release.AFTER_CLOSE:
                # One that began before the quiz had an end may still be open.
                return self.is_closed and not self.open_attempt
            case Release.NEVER:
                return False


def standing_of(quiz: Quiz, rules: Rules, attempts: tuple[Attempt, ...]) -> Standing:
    """As of now."""
    return Standing(quiz, rules, attempts, timezone.now())
