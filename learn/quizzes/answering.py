"""Asks questions and takes answers: every answer, wherever it was given, is written here.

The row is the truth: an answer is open, and then given once, whatever two tabs or a double click
send. What is sent to it later changes nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from learn.accounts.locking import lock_user
from learn.accounts.models import User
from learn.questions.fields import AnswerError, Fields
from learn.questions.question import Mark, Question, Variant
from learn.questions.variants import new_seed, question_from_json, question_to_json, variant_of
from learn.quizzes import turns
from learn.quizzes.drawing import Slot
from learn.quizzes.limits import TOO_FAST, is_too_fast
from learn.quizzes.models import Answer, Attempt, QuestionVersion
from learn.quizzes.signals import answer_marked

type Json = dict[str, Any]


class GivenAlreadyError(Exception):
    """The answer was given before; what came now changed nothing."""


def ask(
    user: User,
    question: Question,
    source: Answer.Source,
    *,
    attempt: Attempt | None = None,
    position: int = 0,
    seed: int | None = None,
    asked_at: dt.datetime | None = None,
) -> Answer:
    """Put a variant of the question to the user: a fresh one, or that which was shown already."""
    return Answer.objects.create(
        user=user,
        attempt=attempt,
        source=source,
        position=position,
        module=question.module,
        question=question.slug,
        version=keep_version(question),
        seed=new_seed() if seed is None else seed,
        asked_at=asked_at or timezone.now(),
    )


def keep_version(question: Question) -> QuestionVersion:
    """The row that keeps the question as it is now."""
    version, _ = QuestionVersion.objects.get_or_create(
        content_hash=question.content_hash,
        defaults={
            "module": question.module,
            "slug": question.slug,
            "kind": question.kind,
            "source": question_to_json(question),
        },
    )
    return version


def ask_all(attempt: Attempt, slots: Sequence[Slot]) -> None:
    """Put fresh variants of an attempt's questions to its user, in order. Two queries."""
    asked_at = timezone.now()
    # Another process may keep the same version at this moment.
    QuestionVersion.objects.bulk_create(
        [_version_of(slot.question) for slot in slots], ignore_conflicts=True
    )
    Answer.objects.bulk_create(
        Answer(
            user_id=attempt.user_id,
            attempt=attempt,
            source=Answer.Source.QUIZ,
            position=position,
            points=slot.points,
            module=slot.question.module,
            question=slot.question.slug,
            version_id=slot.question.content_hash,
            seed=new_seed(),
            asked_at=asked_at,
        )
        for position, slot in enumerate(slots, start=1)
    )


def _version_of(question: Question) -> QuestionVersion:
    return QuestionVersion(
        content_hash=question.content_hash,
        module=question.module,
        slug=question.slug,
        kind=question.kind,
        source=question_to_json(question),
    )


def variant_for(answer: Answer) -> Variant[Any]:
    """The variant that was asked, whatever has become of the question since."""
    return variant_of(question_from_json(answer.version.source), answer.seed)


def mark_of[A](answer: Answer, variant: Variant[A]) -> Mark | None:
    """The mark that the answer got, with its remarks; None while it waits for it."""
    if answer.status != Answer.Status.MARKED or answer.score is None:
        return None
    try:
        read = variant.read(answer.fields)
    except AnswerError:
        return Mark(answer.score)
    evaluation = answer.evaluation
    found = variant.mark_evaluated(read, evaluation) if evaluation else variant.mark(read)
    # What counts is what was recorded, also where a later version would mark it otherwise.
    return replace(found, score=answer.score)


def save(answer: Answer, fields: Fields, now: dt.datetime) -> bool:
    """Keep what is typed so far. False if the answer is given already."""
    saved = Answer.objects.filter(pk=answer.pk, status=Answer.Status.OPEN).update(
        fields=fields, saved_at=now
    )
    return bool(saved)


def show_hint(answer: Answer, fields: Fields) -> None:
    """Show one hint more of an open answer, if there is one, and keep what is typed so far."""
    count = len(variant_for(answer).head.hints)
    # A double click shows one hint, not two: the second still knows the old number.
    Answer.objects.filter(
        pk=answer.pk, status=Answer.Status.OPEN, hints_shown=answer.hints_shown
    ).update(
        fields=fields,
        saved_at=timezone.now(),
        hints_shown=min(answer.hints_shown + 1, count),
    )


def give(answer: Answer, fields: Fields) -> Answer:
    """Take the answer, and mark it, or send it to a grading worker that finds out more.

    Raises:
        AnswerError: it cannot be taken; nothing has changed.
        GivenAlreadyError: an answer was given before.
    """
    variant = variant_for(answer)
    read = variant.read(fields)
    job = variant.job(read)
    # The answers of an attempt come all at once, at a moment that the clock may have chosen.
    if job and not answer.attempt_id and is_too_fast(answer.user_id):
        raise AnswerError(TOO_FAST)
    with transaction.atomic():
        lock_user(answer.user_id)
        _take(answer, fields, variant.summary(read))
        if job:
            turns.send_on_commit(answer, job)
        else:
            record_mark(answer, variant.mark(read))
    return answer


def give_nothing(answer: Answer) -> None:
    """Take a blank, or what cannot be read, as an answer that is worth 0. In a transaction."""
    _take(answer, answer.fields, "")
    record_mark(answer, Mark(0.0))


def _take(answer: Answer, fields: Fields, summary: str) -> None:
    """Let the row wait for its mark; raises GivenAlreadyError."""
    now = timezone.now()
    # Statistics tell from the times of the last changes how long each question of a quiz took.
    was_saved = answer.saved_at and dict(fields) == answer.fields
    taken = Answer.objects.filter(pk=answer.pk, status=Answer.Status.OPEN).update(
        status=Answer.Status.MARKING,
        fields=fields,
        summary=summary,
        saved_at=answer.saved_at if was_saved else now,
        answered_at=now,
        evaluation=None,
        sent_at=None,
        send_count=0,
    )
    if not taken:
        raise GivenAlreadyError
    answer.refresh_from_db()


def reopen(answer: Answer, evaluation: Json) -> bool:
    """Take the answer back, which costs nothing: it is the site that could not mark it.

    The evaluation says why. False if the answer does not wait any more, or was sent again.
    """
    unchanged = Answer.objects.filter(
        pk=answer.pk,
        status=Answer.Status.MARKING,
        sent_at=answer.sent_at,
        send_count=answer.send_count,
    )
    opened = unchanged.update(
        status=Answer.Status.OPEN,
        evaluation=evaluation,
        summary="",
        answered_at=None,
        sent_at=None,
        send_count=0,
    )
    return bool(opened)


def record_mark(answer: Answer, mark: Mark) -> bool:
    """Write the mark of an answer that waits for it. False if it has one. In a transaction."""
    lock_user(answer.user_id)  # One of the user's answers to the question is the first.
    earlier = Answer.objects.filter(
        user=answer.user_id, module=answer.module, question=answer.question, is_first=True
    )
    marked = Answer.objects.filter(pk=answer.pk, status=Answer.Status.MARKING).update(
        status=Answer.Status.MARKED,
        score=mark.score,
        misconceptions=list(mark.misconceptions),
        marked_at=timezone.now(),
        is_first=not earlier.exists(),
    )
    if marked:
        answer.refresh_from_db()
        answer_marked.send(Answer, answer=answer)
    return bool(marked)
