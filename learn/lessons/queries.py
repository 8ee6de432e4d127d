"""Reads what a learner answered in lessons."""

from django.db.models import Max

from learn.accounts.models import User
from learn.catalog.course import Lesson
from learn.quizzes.models import Answer


def last_answers(user: User, lesson: Lesson) -> dict[str, Answer]:
    """`{question slug: the user's newest answer in a lesson}`, in one query."""
    in_lessons = Answer.objects.filter(
        user=user,
        module=lesson.module,
        question__in=lesson.page.checks,
        source=Answer.Source.LESSON,
    )
    newest = in_lessons.order_by().values("question").annotate(newest=Max("pk"))
    found = Answer.objects.filter(pk__in=newest.values("newest")).select_related("version")
    return {answer.question: answer for answer in found}
