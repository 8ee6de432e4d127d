"""What an instructor sees, gathered in a fixed number of queries however large the cohort is."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404
from django.shortcuts import get_object_or_404

from learn.accounts.models import User
from learn.catalog.catalogue import Course, Lab, Quiz
from learn.cohorts.models import Cohort
from learn.cohorts.queries import learners_of, taught_by
from learn.quizzes import queries as quizzes
from learn.quizzes.models import Attempt
from learn.quizzes.queries import QuizScore
from learn.submissions import queries as submissions
from learn.submissions.listings import Listing, listings
from learn.submissions.models import Submission, Worker
from learn.submissions.presentation import ShownSubmission
from learn.submissions.queries import LabState

# A learner who has tried this often without passing is shown as one who may need help.
STUCK_AFTER = 3
SUBMISSIONS_SHOWN = 10
WORKERS_SHOWN = 100


@dataclass(frozen=True)
class LearnerRow:
    """One line of the cohort's table: each column and its cell, None where nothing was done."""

    user: User
    scores: tuple[tuple[Quiz, QuizScore | None], ...]
    states: tuple[tuple[Lab, LabState | None], ...]
    last_activity: dt.datetime | None

    @property
    def is_stuck(self) -> bool:
        """Whether the learner keeps failing some lab."""
        return any(
            state.attempts >= STUCK_AFTER and not state.passed for _, state in self.states if state
        )


@dataclass(frozen=True)
class Overview:
    """The cohort's table."""

    quizzes: tuple[Quiz, ...]
    labs: tuple[Lab, ...]
    rows: tuple[LearnerRow, ...]

    @property
    def stuck(self) -> int:
        """How many learners keep failing some lab."""
        return sum(row.is_stuck for row in self.rows)

    @property
    def lab_progress(self) -> list[tuple[Lab, int]]:
        """Each lab and how many learners have passed it."""
        passed = Counter(
            lab.slug for row in self.rows for lab, state in row.states if state and state.passed
        )
        return [(lab, passed[lab.slug]) for lab in self.labs]


@dataclass(frozen=True)
class ShownWork:
    """One submission: its report as the learner sees it, and its code."""

    shown: ShownSubmission
    listings: list[Listing]


@dataclass(frozen=True)
class LabWork:
    """One learner's submissions to one lab, newest first; `hidden` older ones are left out."""

    lab: Lab
    submissions: tuple[ShownWork, ...]
    hidden: int


@dataclass(frozen=True)
class QuizWork:
    """One learner's attempts at one quiz, newest first."""

    quiz: Quiz
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class ShownWorker:
    """A grading worker, and what its machine lacks."""

    worker: Worker

    @property
    def missing(self) -> list[dict[str, object]]:
        """The layers that its tier needs and does not find, then those that are only useful."""
        absent = [finding for finding in self.worker.findings if not finding["works"]]
        useful = [one for one in absent if not one["tiers"] or self.worker.tier in one["tiers"]]
        return sorted(useful, key=lambda one: not one["tiers"])


def cohort_for(instructor: User, pk: int) -> Cohort:
    """The cohort, if this person teaches it; else 404."""
    return get_object_or_404(taught_by(instructor), pk=pk)


def learner_for(instructor: User, cohort_pk: int, pk: int) -> tuple[Cohort, User]:
    """The cohort and one of its learners, if this person teaches them; else 404."""
    cohort = cohort_for(instructor, cohort_pk)
    return cohort, get_object_or_404(learners_of(cohort), pk=pk)


def workers_for(user: User) -> list[ShownWorker]:
    """The newest grading workers, if this person is one of the staff; else 404. One query."""
    if not user.is_staff:
        raise Http404
    return [ShownWorker(worker) for worker in submissions.workers()[:WORKERS_SHOWN]]


def overview(cohort: Cohort, course: Course) -> Overview:
    """Five queries."""
    learners = list(learners_of(cohort))
    ids = [learner.pk for learner in learners]
    scores = quizzes.counted_scores(ids, course.quizzes)
    states = submissions.lab_states(ids, [lab.slug for lab in course.labs])
    seen = last_activity(ids)
    rows = tuple(
        LearnerRow(
            user=learner,
            scores=tuple((quiz, scores.get((learner.pk, quiz.slug))) for quiz in course.quizzes),
            states=tuple((lab, states.get((learner.pk, lab.slug))) for lab in course.labs),
            last_activity=seen.get(learner.pk),
        )
        for learner in learners
    )
    return Overview(course.quizzes, course.labs, rows)


def last_activity(user_ids: Collection[int]) -> Mapping[int, dt.datetime]:
    """When each user last answered a quiz or submitted a lab; who never did is left out."""
    both = (quizzes.last_activity(user_ids), submissions.last_activity(user_ids))
    users = {user for times in both for user in times}
    return {user: max(times[user] for times in both if user in times) for user in users}


def quiz_work(learner: User, course: Course) -> list[QuizWork]:
    """The learner's attempts at each quiz of the course. One query."""
    rows = Attempt.objects.filter(user=learner).order_by("quiz", "-started_at", "-pk")
    found = {slug: tuple(group) for slug, group in groupby(rows, key=lambda row: row.quiz)}
    return [QuizWork(quiz, found.get(quiz.slug, ())) for quiz in course.quizzes]


def lab_work(learner: User, course: Course) -> list[LabWork]:
    """The learner's submissions to each lab of the course. One query."""
    rows = Submission.objects.filter(user=learner).order_by("lab", "-created_at", "-pk")
    found = {slug: tuple(group) for slug, group in groupby(rows, key=lambda row: row.lab)}
    return [newest_of(lab, found.get(lab.slug, ())) for lab in course.labs]


def newest_of(lab: Lab, rows: tuple[Submission, ...]) -> LabWork:
    """Cuts off what would make the page too long."""
    shown = tuple(
        ShownWork(ShownSubmission(row), listings(row.files)) for row in rows[:SUBMISSIONS_SHOWN]
    )
    return LabWork(lab, shown, len(rows) - len(shown))
