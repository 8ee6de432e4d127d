"""Reads all that a learner has done, once, for everything that the progress page tells of it."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from labs import Verdict
from learn.accounts.models import User
from learn.catalog.catalogue import Course
from learn.progress.mastery import Answered, Evidence
from learn.progress.queries import work_of
from learn.progress.standing import Work
from learn.quizzes.models import Answer, Attempt
from learn.quizzes.releases import held_back
from learn.review.failures import SILENT
from learn.review.models import Card
from learn.review.scheduling import DAY, retrievability
from learn.submissions.models import Status, Submission
from learn.submissions.queries import states_of


class AnswerRow(NamedTuple):
    """What is read of each answer, of which there may be thousands. `quiz` is None outside one."""

    module: str
    question: str
    source: str
    score: float
    is_first: bool
    answered_at: dt.datetime
    quiz: str | None

    @property
    def path(self) -> str:
        return f"{self.module}/{self.question}"


@dataclass(frozen=True)
class Records:
    """A learner's marked answers, and submissions with runs: the oldest come first."""

    user: User
    course: Course
    answers: tuple[AnswerRow, ...]
    submissions: tuple[Submission, ...]

    def work(self) -> Work:
        """What counts for points and steps. One query."""
        in_lessons = {
            (row.path, row.score) for row in self.answers if row.source == Answer.Source.LESSON
        }
        labs = {lab.slug for lab in self.course.labs}
        counted = [one for one in self.submissions if not one.is_run and one.lab in labs]
        return work_of(self.user, self.course, in_lessons, states_of(counted))

    def evidence(self, today: dt.date) -> Evidence:
        """What there is to judge concepts by. At most four queries."""
        cards = self._cards()
        hidden = held_back(self.user, {(row.module, row.question) for row in self.answers})
        rows: dict[str, list[AnswerRow]] = defaultdict(list)
        for row in self.answers:
            if (row.module, row.question) not in hidden:
                rows[row.path].append(row)
        questions = {path: _answered(of, cards.get(path), today) for path, of in rows.items()}
        return Evidence(questions, self._checks())

    def days(self, zone: dt.tzinfo) -> dict[dt.date, int]:
        """How many answers, runs and submissions each day had; days are those of the zone."""
        return dict(Counter(moment.astimezone(zone).date() for moment in self._moments))

    @cached_property
    def _moments(self) -> list[dt.datetime]:
        answered = (row.answered_at for row in self.answers)
        return [*answered, *(one.created_at for one in self.submissions)]

    def _cards(self) -> dict[str, tuple[float, dt.datetime]]:
        cards = Card.objects.filter(user=self.user, stability__isnull=False).order_by()
        rows = cards.values_list("module", "question", "stability", "answered_at")
        return {
            f"{module}/{question}": (stability, answered_at)
            for module, question, stability, answered_at in rows
            if stability and answered_at
        }

    def _checks(self) -> dict[str, dict[str, bool]]:
        """As `Evidence.checks`: of the newest submission to each lab, or of one that passed."""
        newest: dict[str, Submission] = {}
        for one in self._graded():
            if one.passed or not (one.lab in newest and newest[one.lab].passed):
                newest[one.lab] = one
        failed = [one.pk for one in newest.values() if not one.passed]
        told = dict(self._told(failed)) if failed else {}
        return {
            lab: dict.fromkeys(self._lab_checks(lab), True) if one.passed else told.get(lab, {})
            for lab, one in newest.items()
        }

    def _graded(self) -> Iterator[Submission]:
        for one in self.submissions:
            counts = one.status == Status.GRADED and not one.is_run
            if counts and Verdict(one.verdict).costs_attempt:
                yield one

    def _told(self, pks: list[UUID]) -> Iterator[tuple[str, dict[str, bool]]]:
        # The checks alone: a report with its trace may have megabytes.
        rows = Submission.objects.filter(pk__in=pks).values_list("lab", "report__checks")
        for lab, checks in rows:
            yield (
                lab,
                {
                    check["id"]: check["verdict"] == Verdict.PASSED
                    for check in checks or ()
                    if check["verdict"] == Verdict.PASSED or check["verdict"] not in SILENT
                },
            )

    def _lab_checks(self, slug: str) -> Mapping[str, object]:
        lab = self.course.lab(slug)
        return lab.spec.concepts if lab else {}


def records_of(user: User, course: Course) -> Records:
    """All that the user has done. Two queries."""
    answers = (
        Answer.objects.filter(user=user, status=Answer.Status.MARKED, answered_at__isnull=False)
        # What an attempt has marked so far, its end shall tell.
        .exclude(attempt__status=Attempt.Status.OPEN)
        .order_by("answered_at", "pk")
        .values_list(*AnswerRow._fields[:-1], "attempt__quiz")
    )
    submissions = (
        Submission.with_runs.filter(user=user)
        .order_by("created_at", "pk")
        .only("user_id", "lab", "kind", "status", "verdict", "score", "max_score", "created_at")
    )
    return Records(user, course, tuple(AnswerRow(*row) for row in answers), tuple(submissions))


def _answered(
    rows: list[AnswerRow], card: tuple[float, dt.datetime] | None, today: dt.date
) -> Answered:
    first = next((row for row in rows if row.is_first), rows[0])
    if card is None:
        return Answered(first.score, rows[-1].score)
    stability, answered_at = card
    recall = retrievability(stability, answered_at, today + DAY)
    return Answered(first.score, rows[-1].score, recall, stability)
