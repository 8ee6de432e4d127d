"""Where a learner goes on: the step touched last, or what comes after it."""

import datetime as dt
from collections.abc import Iterator

from learn.accounts.models import User
from learn.catalog.catalogue import Course, Lesson
from learn.catalog.course import Step
from learn.progress.standing import CourseProgress, StepState
from learn.quizzes.models import Answer, Attempt
from learn.submissions.models import Draft, Submission


def resumed(progress: CourseProgress, last: Step | None) -> StepState | None:
    """The step touched last; if it is done, the next after it that is not. None: all are done."""
    if last is None:
        return progress.next_step
    places = (n for n, state in enumerate(progress.steps) if state.step == last)
    later = progress.steps[next(places) :]
    to_do = (state for state in later if state.can_be_done and not state.is_done)
    return next(to_do, progress.next_step)


def last_touched(user: User, course: Course) -> Step | None:
    """The step at which the learner worked last, unless it has left the course. Four queries."""
    touched = [*_answered(user, course), *_attempted(user, course), *_coded(user, course)]
    return max(touched, key=lambda pair: pair[0])[1] if touched else None


type Touched = Iterator[tuple[dt.datetime, Step]]


def _answered(user: User, course: Course) -> Touched:
    given = Answer.objects.filter(
        user=user, source=Answer.Source.LESSON, answered_at__isnull=False
    )
    newest = given.order_by("-answered_at").values_list("answered_at", "module", "question")
    for at, module, question in newest[:1]:
        if at and (lesson := _lesson(course, module, question)):
            yield at, lesson


def _lesson(course: Course, module: str, question: str) -> Lesson | None:
    found = course.module(module)
    lessons = found.lessons if found else ()
    return next((lesson for lesson in lessons if question in lesson.page.checks), None)


def _attempted(user: User, course: Course) -> Touched:
    newest = Attempt.objects.filter(user=user).order_by("-started_at")
    for at, slug in newest.values_list("started_at", "quiz")[:1]:
        if quiz := course.quiz(slug):
            yield at, quiz


def _coded(user: User, course: Course) -> Touched:
    drafts = Draft.objects.filter(user=user).order_by("-saved_at")
    sent = Submission.with_runs.filter(user=user).order_by("-created_at")
    rows = [
        *drafts.values_list("saved_at", "lab")[:1],
        *sent.values_list("created_at", "lab")[:1],
    ]
    for at, slug in rows:
        if lab := course.lab(slug):
            yield at, lab
