"""Reads how far a learner is."""

from collections.abc import Collection, Mapping

from learn.accounts.models import User
from learn.catalog.catalogue import Course, Quiz
from learn.catalog.rules import Release
from learn.progress.standing import CourseProgress, Result, Work, progress
from learn.quizzes.models import Answer
from learn.quizzes.queries import QuizScore, counted_scores
from learn.submissions.queries import LabState, lab_states

PERCENT = 100


def progress_of(user: User | None, course: Course) -> CourseProgress:
    """The learner's progress; nobody's without a query. Three queries."""
    return progress(course, _work(user, course) if user else Work())


def _work(user: User, course: Course) -> Work:
    rows = (
        Answer.objects.filter(user=user, source=Answer.Source.LESSON, status=Answer.Status.MARKED)
        .order_by()
        .values_list("module", "question", "score")
        .distinct()
    )
    scores = [(f"{module}/{question}", score) for module, question, score in rows]
    return work_of(user, course, scores, lab_states([user.pk], [lab.slug for lab in course.labs]))


def work_of(
    user: User,
    course: Course,
    answers: Collection[tuple[str, float | None]],
    states: Mapping[tuple[int, str], LabState],
) -> Work:
    """The work with what was read already: path and score of the answers in lessons. One query."""
    return Work(
        answered={path for path, score in answers if score == 1},
        touched={path for path, _ in answers},
        quizzes=_quizzes(user, course),
        labs={
            slug: Result(one.score, one.max_score, one.passed) for (_, slug), one in states.items()
        },
    )


def _quizzes(user: User, course: Course) -> dict[str, Result]:
    quizzes = {quiz.slug: quiz for quiz in course.quizzes}
    scores = counted_scores([user.pk], quizzes.values())
    return {slug: _quiz_result(quizzes[slug], one) for (_, slug), one in scores.items()}


def _quiz_result(quiz: Quiz, score: QuizScore) -> Result:
    review = quiz.rules.review
    if review.marks is not Release.AT_ONCE:
        # Done is what was handed in: more would tell the mark before its time.
        return Result(0, score.max_score, passed=True)
    passed = score.score * PERCENT >= review.pass_percent * score.max_score
    return Result(score.score, score.max_score, passed)
