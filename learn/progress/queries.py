"""Reads how far a learner is, and certificates."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import QuerySet

from learn.accounts.models import User
from learn.catalog.catalogue import Course, Quiz
from learn.catalog.rules import Release
from learn.progress.models import Certificate
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


def certificate_of(user: User) -> Certificate | None:
    """The user's own."""
    return _light(Certificate.objects.filter(user=user)).first()


def certificate_for(viewer: User | None, pk: UUID) -> Certificate | None:
    """What the viewer may see: what is public, the viewer's own, and all for staff."""
    found = _light(Certificate.objects.filter(pk=pk)).first()
    if found is None or found.is_public:
        return found
    may_see = viewer is not None and (viewer.pk == found.user_id or viewer.is_staff)
    return found if may_see else None


def revoked() -> list[tuple[UUID, str]]:
    """The certificates that no longer hold, and why."""
    rows = Certificate.objects.filter(revoked_at__isnull=False)
    return list(rows.order_by("revoked_at").values_list("pk", "revocation_reason"))


def pdf_of(certificate: Certificate) -> bytes:
    """The file as it was issued."""
    return bytes(Certificate.objects.values_list("pdf", flat=True).get(pk=certificate.pk))


def _light(rows: QuerySet[Certificate]) -> QuerySet[Certificate]:
    return rows.defer("pdf")
